"""Hand-written C kernels, shipped as package data."""

from pathlib import Path

FOLDER = Path(__file__).parent
