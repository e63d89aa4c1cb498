"""Board files: every one of ours is complete, every wrong one says what is wrong and what would be right."""

import re
import tomllib
from pathlib import Path

import pytest

import backends.targets
from compiler.errors import TargetError
from compiler.target import Target
from compiler.target_file import list_targets, load_target

OURS = (backends.targets.FOLDER,)
GOOD = """
name = "board"
core = "cortex-m4"
clock = "80 MHz"

[[memory]]
name = "sram"
kind = "ram"
size = "96 KiB"
source = "a datasheet"

[[memory]]
name = "flash"
kind = "flash"
bytes = 1048576

[power]
active_milliwatts = 30
source = "a datasheet"
"""


def load(folder: Path, text: str) -> Target:
    path = folder / "board.toml"
    path.write_text(text)
    return load_target(str(path), OURS)


def test_our_boards_are_complete() -> None:
    targets = list_targets(OURS)
    assert len(targets) >= 15
    assert {path.stem for path in OURS[0].glob("*.toml")} == {target.name for target in targets}
    for target in targets:
        assert load_target(target.name, OURS) == target
        assert target.description and 1_000_000 <= target.clock_hz <= 1_000_000_000
        assert all(len(memory.source) > 10 and memory.source != "not stated" for memory in target.memories)
        assert 16 * 1024 <= target.ram_bytes <= 16 * 2**20
    assert {target.core for target in targets} >= {
        "cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4",
        "cortex-m7", "cortex-m33", "cortex-m55", "cortex-m85",
    }  # fmt: skip


def test_our_boards_say_where_their_figures_come_from() -> None:
    for path in OURS[0].glob("*.toml"):
        board = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = [*board["memory"], *([board["power"]] if "power" in board else [])]
        sources = [board["clock_source"], *(table["source"] for table in tables)]
        assert all("/" in source or "arXiv" in source for source in sources), path.name


def test_fifteen_of_our_boards_have_power_with_its_source() -> None:
    powered = [target for target in list_targets(OURS) if target.active_milliwatts is not None]
    assert len(powered) >= 15
    assert {target.core for target in powered} >= {
        "cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"
    }  # fmt: skip
    for target in powered:
        assert target.active_milliwatts is not None and 0.5 <= target.active_milliwatts <= 500, target.name
        assert target.power_source is not None, target.name
        assert re.search(r"\d[\d.]* (mA|uA/MHz|mW|mJ)\b|\duA/MHz", target.power_source), target.name


def test_the_docs_name_the_boards_without_power() -> None:
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    found = re.search(r"boards have none: ([^.]*)\.", page)
    assert found is not None
    without = {target.name for target in list_targets(OURS) if target.active_milliwatts is None}
    assert set(re.split(r",\s+", found[1])) == without


def test_the_board_of_the_examples() -> None:
    target = load_target("nucleo_l4r5zi", OURS)
    assert (target.core, target.isa, target.clock_hz) == ("cortex-m4", "dsp", 120_000_000)
    assert (target.ram_bytes, target.flash_bytes) == (640 * 1024, 2 * 1024 * 1024)


def test_a_users_board(tmp_path: Path) -> None:
    target = load(tmp_path, GOOD)
    assert (target.name, target.clock_hz, target.ram_bytes) == ("board", 80_000_000, 98304)
    assert target.active_milliwatts == 30.0
    assert [memory.source for memory in target.memories] == ["a datasheet", "not stated"]


def test_units(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.replace("96 KiB", "0.5 MiB")).ram_bytes == 524288
    assert load(tmp_path, GOOD.replace("96 KiB", "100 kB")).ram_bytes == 100_000
    assert load(tmp_path, GOOD.replace('clock = "80 MHz"', "clock_hz = 64000000")).clock_hz == 64_000_000


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"cortex-m4"',
            '"cortex-m44"',
            "core: 'cortex-m44' is not known (did you mean 'cortex-m4'?); choose cortex-m0,",
        ),
        ("core =", "kore =", "kore: unknown key (did you mean 'core'?); there are: name,"),
        ('core = "cortex-m4"', "", "core: missing"),
        ('"96 KiB"', '"96 KB"', "memory[0].size: '96 KB': KB is ambiguous; write KiB for 1024 bytes or kB"),
        (
            '"96 KiB"',
            '"96"',
            "memory[0].size: '96' needs a number, a space and a unit: B, KiB, kB, MiB or MB",
        ),
        ('"96 KiB"', '"many KiB"', "memory[0].size: 'many' is not a number"),
        ('"96 KiB"', '"nan KiB"', "memory[0].size: 'nan KiB' is not a whole number of B above 0"),
        ('"96 KiB"', '"1e999 KiB"', "memory[0].size: '1e999 KiB' is not a whole number of B above 0"),
        ("bytes = 1048576", "bytes = -1", "memory[1].bytes: -1 is not a whole number above 0"),
        ("bytes = 1048576", "bytes = true", "memory[1].bytes: True is not a whole number above 0"),
        ("bytes = 1048576", "", "memory[1].bytes: give bytes or size; neither is there"),
        ("bytes = 1048576", 'bytes = 1\nsize = "1 B"', "memory[1].bytes: give bytes or size; both are there"),
        (
            'kind = "ram"',
            'kind = "rom"',
            "memory[0].kind: 'rom' is not known (did you mean 'ram'?); choose ram or flash",
        ),
        ('kind = "ram"', 'kind = "flash"', "memory: no region is of kind 'ram'"),
        ('name = "flash"', 'name = "sram"', "memory[1].name: 'sram' names an earlier region too"),
        ("[[memory]]", "[[memories]]", "memories: unknown key (did you mean 'memory'?)"),
        (
            "active_milliwatts = 30",
            'active_milliwatts = "30"',
            "power.active_milliwatts: '30' is not a number",
        ),
        ("active_milliwatts = 30", "watts = 1", "power.watts: unknown key"),
        ("[power]", "[power", "is not TOML: "),
        ('"80 MHz"', '""', "clock: '' is not a text"),
        ('"80 MHz"', "80", "clock: 80 is not a text"),
    ],
)
def test_a_wrong_board_says_where_and_what(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(TargetError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert str(tmp_path / "board.toml") in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_board_names_the_nearest() -> None:
    with pytest.raises(TargetError, match=r"no board is called 'nucleo_l4r5z'; did you mean nucleo_l4r5zi"):
        load_target("nucleo_l4r5z", OURS)
    with pytest.raises(TargetError, match=r"there are: .*nucleo_l4r5zi"):
        load_target("qqqqqq", OURS)
    with pytest.raises(TargetError, match="cannot be read"):
        load_target("no/such/file.toml", OURS)
    with pytest.raises(TargetError, match="no board is called"):
        load_target("../targets/nucleo_l4r5zi", OURS)


def test_the_first_folder_wins(tmp_path: Path) -> None:
    (tmp_path / "nucleo_l4r5zi.toml").write_text(GOOD.replace('"board"', '"nucleo_l4r5zi"'))
    folders = (tmp_path, *OURS)
    assert load_target("nucleo_l4r5zi", folders).clock_hz == 80_000_000
    mine = [target for target in list_targets(folders) if target.name == "nucleo_l4r5zi"]
    assert [target.clock_hz for target in mine] == [80_000_000]
