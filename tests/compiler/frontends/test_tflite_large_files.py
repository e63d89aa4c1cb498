"""Constants behind the tables, as large files have them: found by offset and size, which are not trusted."""

import flatbuffers
import pytest
import tflite

from compiler.errors import ModelError
from compiler.frontends.tflite.read_tflite import read_tflite
from compiler.ir.print import print_graph
from tests.compiler.frontends.tflite_files import moving
from tests.tflite_models import serialize

PLACE = 0x7E57_0FF5_E700_0000
"""Written in place of an offset until the length of the tables is known."""


def moved(monkeypatch: pytest.MonkeyPatch, shift: int = 0) -> bytes:
    """The model of `moving`, its constants after the tables; each `shift` bytes further than they lie."""
    contents: list[bytes] = []

    def buffer(builder: flatbuffers.Builder, data: bytes) -> int:
        tflite.BufferStart(builder)
        if data:
            tflite.BufferAddOffset(builder, PLACE + len(contents))
            tflite.BufferAddSize(builder, len(data))
            contents.append(data)
        return int(tflite.BufferEnd(builder))

    monkeypatch.setattr(serialize, "_buffer", buffer)
    tables, end = moving(), 0
    for index, data in enumerate(contents):
        place = (PLACE + index).to_bytes(8, "little")
        assert tables.count(place) == 1
        tables = tables.replace(place, (len(tables) + end + shift).to_bytes(8, "little"))
        end += len(data)
    return tables + b"".join(contents)


def test_the_network_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = read_tflite(moving(), "model")
    assert print_graph(read_tflite(moved(monkeypatch), "model")) == print_graph(plain)


@pytest.mark.parametrize("shift", [1, 1 << 33, (1 << 64) - (1 << 20)])
def test_constants_outside_of_the_file_are_told(monkeypatch: pytest.MonkeyPatch, shift: int) -> None:
    with pytest.raises(ModelError, match="lies outside of it"):
        read_tflite(moved(monkeypatch, shift), "model")
