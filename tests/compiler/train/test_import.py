import subprocess
import sys
from pathlib import Path

LIGHT = (
    "compiler.train",
    "compiler.train.availability",
    "compiler.train.settings",
    "compiler.train.checkpoint",
)


def test_light_modules_import_no_torch() -> None:
    script = f"""
import sys, compiler.train, {", ".join(LIGHT)}
from compiler.train.availability import torch_available
assert torch_available()
assert not [name for name in sys.modules if name.split(".")[0] == "torch"]
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])
