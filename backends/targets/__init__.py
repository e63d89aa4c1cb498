"""Boards, one TOML a file."""

from pathlib import Path

FOLDER = Path(__file__).parent
