"""`pip install .` into an empty environment gives a working protonas, away from the checkout."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = """task classification { input [6, 6, 1] uint8  classes 3 }
target microbit_v1 { ram <= 2 KiB }
arch tiny { conv(choose {2, 4}, 3) -> batch_norm -> relu -> global_average_pool -> dense(classes) }
search { maximize score  minimize macs  trials 4  keep 1 }
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with protonas and its dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", str(ROOT)]
    done = subprocess.run(install, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_installed_command_makes_c(installed: Path) -> None:
    (installed / "tiny.nas").write_text(SPEC)
    command = [installed / "venv/bin/protonas", "build", "tiny.nas", "-o", "out", "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=installed, check=False)
    assert done.returncode == 0, done.stderr
    assert "PyTorch is not installed" in done.stderr
    assert (installed / "out/tiny_1/tiny_1.h").is_file()
    assert "self-tests passed (host" in done.stderr


def test_starts_and_the_standard_library_are_installed(installed: Path) -> None:
    protonas = installed / "venv/bin/protonas"
    subprocess.run([protonas, "new", "start", "--target", "microbit_v1"], cwd=installed, check=True)
    text = (installed / "start.nas").read_text()
    (installed / "start.nas").write_text(f'import "std/inverted_residual.nas"\n{text}')
    command = [protonas, "check", "start.nas", "--no-sample"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=installed, check=False)
    assert done.returncode == 0, done.stderr
    assert "for microbit_v1" in done.stdout


def test_nothing_heavy_is_imported_to_say_the_version(installed: Path) -> None:
    probe = (
        "import sys\nfrom compiler.driver.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'optuna', 'onnx', 'moocore', 'jinja2', 'rich', 'lark', 'numpy', 'tflite'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    python = installed / "venv/bin/python"
    done = subprocess.run(
        [python, "-I", "-c", probe], capture_output=True, text=True, cwd=installed, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_the_checkout_was_not_what_ran(installed: Path) -> None:
    python = installed / "venv/bin/python"
    where = "import compiler; print(compiler.__file__)"
    done = subprocess.run(
        [python, "-I", "-c", where], capture_output=True, text=True, cwd=installed, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(installed)
    assert sys.prefix not in done.stdout
