"""Files that nobody should feed to a compiler: one diagnostic, in time, in little memory, no traceback."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searchspace_dsl import imports
from searchspace_dsl.architecture import Architecture
from searchspace_dsl.errors import SpecError
from searchspace_dsl.load import load_spec

TASK = "task classification { input [8, 8, 1] uint8 classes 10 }\n"
HEAD = " global_average_pool -> dense(classes) }"
ROOT = Path(__file__).parents[2]


def arch(body: str) -> bytes:
    return f"{TASK}arch net {{ {body} {HEAD}".encode()


DOUBLED = "\n".join(f"x{i} = x{i - 1} + x{i - 1}" if i else "x0 = choose 1..2" for i in range(45))

FILES = {
    "empty": b"",
    "blank": b" \n\t\n// nothing\n",
    "nul": b"arch a\x00 { }",
    "binary": bytes(range(256)) * 50,
    "latin-1": "arch größe { }".encode("latin-1"),
    "utf-16": "arch a { }".encode("utf-16"),
    "ten megabytes": b"relu " * 2_000_000,
    "one long line": arch("relu " * 12_000),
    "braces": b"arch a { " + b"{" * 10_000,
    "residuals": b"arch a { " + b"residual { " * 5_000 + b"}" * 5_000,
    "brackets": arch("x = " + "[" * 10_000 + "]" * 10_000),
    "minuses": arch("x = " + "-" * 10_000 + "1"),
    "sum": arch("conv(" + "1 + " * 10_000 + "1, 3)"),
    "repeats": arch("repeat 1000000000 { relu }"),
    "nested repeats": arch("repeat 999 { " * 8 + "relu" + " }" * 8),
    "long list": arch("l = [1000000000 of choose 1..2] conv(l[0], 3)"),
    "large set": arch("conv(choose {" + ", ".join(map(str, range(1, 9_000))) + "}, 3)"),
    "long number": arch("conv(" + "9" * 20_000 + ", 3)"),
    "large numbers": arch(
        "x0 = 99999999999999 " + " ".join(f"x{i} = x{i - 1} * x{i - 1}" for i in range(1, 40))
    ),
    "doubling nodes": arch(
        "o0 = relu -> relu " + " ".join(f"o{i} = o{i - 1} -> o{i - 1}" for i in range(1, 40)) + " o39"
    ),
    "unsatisfiable": arch(
        " ".join(f"a{i} = choose 1..1000 require a{i} > 1000" for i in range(30)) + " conv(a0, 3)"
    ),
    "never fits": arch("repeat 900 { relu } conv(8, choose 20..900, padding = valid)"),
    "huge input": arch("relu").replace(b"[8, 8, 1]", b"[60000, choose 1..9, 60000]"),
    "decided input without a bound": arch("relu").replace(b"[8,", b"[1 / choose 0..9,"),
    "measures": arch(
        "x0 = channels(input) "
        + " ".join(f"x{i} = x{i - 1} * x{i - 1} + 1" for i in range(1, 40))
        + " conv(x39, 3)"
    ),
    "pruned flattening": b"task classification { input [4000, 4000, 1] classes 10 }\n"
    b"arch net { with sparsity = 0.5 { flatten as x add(x, x) concat(x, x) dense(0) } }",
    "self import": b'import "spec.nas"\n' + arch("relu"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_gets_a_short_answer_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / "spec.nas"
    path.write_bytes(FILES[name])
    start = time.process_time()
    with pytest.raises(SpecError) as raised:
        load_spec(path)
    assert time.process_time() - start < 2
    assert len(raised.value.diagnostics) <= 50
    assert len(str(raised.value)) < 20_000


def test_values_that_double_with_every_name_load_and_count_in_time(tmp_path: Path) -> None:
    path = tmp_path / "spec.nas"
    path.write_bytes(arch(f"{DOUBLED} conv(min(x44, 4), 3)"))
    start = time.process_time()
    assert load_spec(path).space.size().count == 2
    assert time.process_time() - start < 2


def test_pruning_around_a_large_flattened_map_takes_no_room(tmp_path: Path) -> None:
    path = tmp_path / "spec.nas"
    head = "task classification { input [4000, 4000, 1] uint8 classes 10 }\narch net { with sparsity = 0.5 { "
    path.write_text(head + "conv(2, 1) flatten as x concat(x, x) as y concat(y, y) dense(classes) } }")
    start = time.process_time()
    space = load_spec(path).space
    network = space.elaborate(space.encode({}))
    assert time.process_time() - start < 2
    assert isinstance(network, Architecture) and network.layers[0].attributes["filters"] == 2


def test_unreadable_paths(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.nas", tmp_path / ("x" * 5_000), Path("a\0b")):
        with pytest.raises(SpecError) as raised:
            load_spec(path)
        (found,) = raised.value.diagnostics
        assert found.code == "NAS001" and found.message.startswith("cannot read the file")


def test_the_worst_of_them_stay_within_500_mb(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / f"{name}.nas").write_bytes(content)
    program = (
        "import sys, pathlib\n"
        "from searchspace_dsl.load import load_spec\n"
        "from searchspace_dsl.errors import SpecError\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
        "    try:\n"
        "        load_spec(path)\n"
        "    except SpecError:\n"
        "        continue\n"
        "    sys.exit(f'{path} loads')\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))

    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        preexec_fn=limit, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_importing_the_language_pulls_in_nothing_heavy() -> None:
    heavy = ["torch", "optuna", "onnx", "rich", "jinja2", "moocore", "scipy", "sklearn"]
    program = f"import sys, searchspace_dsl.load; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_imports_give_blocks_and_names_and_cycles_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.nas").write_text('import "b.nas"\nblock twice(x) { x -> once(x) }\n')
    (tmp_path / "b.nas").write_text("block once(x) { x }\nwidth = choose 1..3\narch other { relu }\n")
    (tmp_path / "spec.nas").write_bytes(b'import "a.nas"\nimport "b.nas"\n' + arch("twice(conv(width, 3))"))
    assert load_spec(tmp_path / "spec.nas").space.size().count == 3
    (tmp_path / "b.nas").write_text('import "a.nas"\n')
    with pytest.raises(SpecError) as raised:
        load_spec(tmp_path / "spec.nas")
    assert "files import each other: a.nas -> b.nas -> a.nas" in str(raised.value)


def test_the_standard_library_is_found_by_its_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    library.mkdir()
    monkeypatch.setattr(imports, "LIBRARY", library)
    (library / "once.nas").write_text('import "std/width.nas"\nblock once(x) { x -> cnv(width, 1) }\n')
    (library / "width.nas").write_text("width = choose 1..3\n")
    (tmp_path / "spec.nas").write_bytes(b'import "std/once.nas"\n' + arch("once(relu)"))
    with pytest.raises(SpecError, match=r"^std/once\.nas:2:22: error\[NAS010\]: nothing is called `cnv`"):
        load_spec(tmp_path / "spec.nas")
    (library / "once.nas").write_text('import "width.nas"\nblock once(x) { x -> conv(width, 1) }\n')
    assert load_spec(tmp_path / "spec.nas").space.size().count == 3
    for wrong in ("std/onse.nas", "std/../spec.nas", "std/once"):
        (tmp_path / "spec.nas").write_text(f'import "{wrong}"\n' + arch("relu").decode())
        with pytest.raises(SpecError, match=r"the standard library has no `.*`"):
            load_spec(tmp_path / "spec.nas")


def test_a_mistake_in_an_imported_file_is_shown_in_that_file(tmp_path: Path) -> None:
    (tmp_path / "a.nas").write_text("block once(x) {\n    cnv(x, 3)\n}\n")
    (tmp_path / "spec.nas").write_bytes(b'import "a.nas"\n' + arch("once(8)"))
    with pytest.raises(SpecError) as raised:
        load_spec(tmp_path / "spec.nas")
    (found,) = raised.value.diagnostics
    assert found.span.file.endswith("a.nas") and (found.span.line, found.source_line) == (2, "    cnv(x, 3)")
