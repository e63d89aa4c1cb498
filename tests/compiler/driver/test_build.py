"""The whole way on a spec and data of the test's own: search, training, quantization, C that runs."""

import json
import shutil
from pathlib import Path

from tests.compiler.driver.running import needs_torch, protonas


@needs_torch
def test_a_spec_becomes_c_that_runs(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = protonas("build", spec, "-o", out, "--json", "--jobs", 2)
    prototypes = json.loads(done.stdout)["prototypes"]
    assert [Path(item["path"]).name for item in prototypes] == ["quarters_1", "quarters_2"]
    for item in prototypes:
        assert item["ram_bytes"] <= 4096
        assert item["flash_bytes"] <= 32768
        assert item["integer_accuracy"] >= 0.9
        assert not item["random_weights"]
        report = json.loads((Path(item["path"]) / f"{item['name']}_report.json").read_text())
        assert report["ram_bytes"] == item["ram_bytes"]
    assert "self-tests passed (host" in done.stderr
    assert (out / "report.html").is_file()
    assert protonas("verify", out).stdout.count("passed") == 2


def test_without_training_the_c_says_so_everywhere(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = protonas("build", spec, "-o", out, "--untrained", "--jobs", 1)
    assert "random weights" in done.stdout
    folder = out / "quarters_1"
    generated = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "protonas"]
    own = [path for path in generated if "build" not in path.parts and not path.name.startswith(".")]
    assert own
    for path in own:
        assert "random" in path.read_text().lower(), path


def test_another_board_needs_no_second_search(spec: Path, tmp_path: Path) -> None:
    protonas("search", spec, "-o", tmp_path / "run")
    before = (tmp_path / "run/study.db").stat().st_mtime_ns
    done = protonas(
        "build", tmp_path / "run", "-o", tmp_path / "m0", "--target", "microbit_v1", "--untrained", "--json"
    )
    prototypes = json.loads(done.stdout)["prototypes"]
    assert {item["core"] for item in prototypes} == {"cortex-m0"}
    assert (tmp_path / "run/study.db").stat().st_mtime_ns == before


def test_the_same_run_prints_the_same_bytes(spec: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        protonas("build", spec, "-o", tmp_path / name, "--untrained", "--jobs", 1 + (name == "b"))
    for first in sorted((tmp_path / "a/quarters_1").glob("*.*")):
        assert first.read_bytes() == (tmp_path / "b/quarters_1" / first.name).read_bytes(), first.name


def test_nothing_fits_is_exit_code_3(spec: Path, tmp_path: Path) -> None:
    spec.write_text(spec.read_text().replace("ram <= 4 KiB", "ram <= 64 B"))
    done = protonas("build", spec, "-o", tmp_path / "out", "--untrained", expect=3)
    assert "none of 18 networks fits nucleo_l4r5zi" in done.stderr
    assert "ram 18" in done.stderr


def test_wrong_input_is_one_line_before_any_search(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "quarters.npz").unlink()
    done = protonas("build", spec, "-o", tmp_path / "out", expect=1)
    assert done.stderr.count("\n") == 1
    assert "quarters.npz" in done.stderr
    assert not (tmp_path / "out").exists()


def test_unknown_names_are_told_with_what_there_is(spec: Path, tmp_path: Path) -> None:
    done = protonas("build", spec, "-o", tmp_path / "o", "--target", "nucleo_l4r5zj", expect=1)
    assert "nucleo_l4r5zi" in done.stderr
    assert "portable" in protonas("build", spec, "-o", tmp_path / "o", "--backend", "x", expect=2).stderr
    assert "no_such.nas" in protonas("check", tmp_path / "no_such.nas", expect=1).stderr
    assert "is not the folder of a run" in protonas("train", tmp_path, expect=1).stderr
    assert "--resume" in protonas("search", spec, "-o", tmp_path / "o", "--resume", expect=1).stderr


def test_a_run_folder_belongs_to_one_search(spec: Path, tmp_path: Path) -> None:
    protonas("search", spec, "-o", tmp_path / "run")
    kept = (tmp_path / "run/run.json").read_bytes()
    done = protonas("search", spec, "-o", tmp_path / "run", "--seed", 9, expect=1)
    assert "seed" in done.stderr
    assert (tmp_path / "run/run.json").read_bytes() == kept


def test_a_failed_self_test_is_reported(spec: Path, tmp_path: Path) -> None:
    protonas("build", spec, "-o", tmp_path / "out", "--untrained")
    folder = tmp_path / "out/quarters_1"
    weights = folder / "quarters_1_weights.c"
    text = weights.read_text()
    weights.write_text(text.replace("= {\n    ", "= {\n    1 + ", 1))
    done = protonas("verify", folder, expect=1)
    assert "self-test" in done.stderr
    shutil.rmtree(folder)


def write_a_board_without_power(path: Path) -> None:
    board = 'core = "cortex-m3"\nclock = "48 MHz"\n'
    board += '[[memory]]\nname = "ram"\nkind = "ram"\nsize = "8 KiB"\n'
    board += '[[memory]]\nname = "flash"\nkind = "flash"\nsize = "64 KiB"\n'
    path.write_text(board)


def test_an_energy_limit_needs_a_board_whose_power_is_known(spec: Path) -> None:
    text = spec.read_text().replace("target nucleo_l4r5zi", 'target "mine.toml"')
    spec.write_text(text.replace("flash <= 32 KiB", "energy <= 5 uJ"))
    write_a_board_without_power(spec.parent / "mine.toml")
    done = protonas("check", spec, "--no-sample", expect=1)
    assert "quarters.nas:8:" in done.stderr
    assert "mine has no power figure" in done.stderr


def test_a_board_of_the_users_own_lies_beside_the_spec(spec: Path) -> None:
    write_a_board_without_power(spec.parent / "mine.toml")
    spec.write_text(spec.read_text().replace("target nucleo_l4r5zi", 'target "mine.toml"'))
    assert "for mine" in protonas("check", spec, "--no-sample").stdout


@needs_torch
def test_the_size_of_the_input_may_be_a_decision(spec: Path, tmp_path: Path) -> None:
    text = spec.read_text()
    text = text.replace("input [8, 8, 1]", "resize bilinear\n    input [side, side, 1]")
    spec.write_text("side = choose {6, 12}\n" + text.replace("trials 40", "trials 12"))
    done = protonas("build", spec, "-o", tmp_path / "out", "--json")
    for item in json.loads(done.stdout)["prototypes"]:
        assert item["integer_accuracy"] > 0.5
        header = (Path(item["path"]) / f"{item['name']}.h").read_text()
        assert f"_INPUT_DIM_0 {item['decisions']['side']}\n" in header
