"""What is too much, and how a person is told."""

from dataclasses import replace

import pytest

from compiler.cost.cost import Cost, FlashCost, LayerCost
from compiler.cost.limits import exceeds, violations
from compiler.target import Memory, Target
from searchspace_dsl.limits import Limits

BOARD = Target(
    name="board",
    description="",
    core="cortex-m4",
    clock_hz=80_000_000,
    memories=(
        Memory(name="sram", kind="ram", bytes=100_000, source=""),
        Memory(name="flash", kind="flash", bytes=50_000, source=""),
    ),
)


def layer(name: str, ram: int, flash: int, cycles: int, macs: int) -> LayerCost:
    return LayerCost(layer=name, kernel="k", macs=macs, ram_bytes=ram, flash_bytes=flash, cycles=cycles)


COST = Cost(
    arena_bytes=70_000,
    state_bytes=1_680,
    flash=FlashCost(constants_bytes=20_000, kernels_bytes=4_000, calls_bytes=1_000),
    macs=3_000_000,
    parameters=20_000,
    cycles=8_000_000,
    latency_us=100_000.0,
    energy_uj=4_000.0,
    layers=(
        layer("conv_1", 65_536, 1_000, 5_000_000, 2_000_000),
        layer("conv_2", 40_000, 15_000, 2_000_000, 900_000),
        layer("pool", 8_000, 0, 500_000, 0),
        layer("dense", 300, 5_000, 500_000, 100_000),
    ),
)


def test_no_limit_is_broken_within_the_target() -> None:
    assert exceeds(COST, Limits(), BOARD) is None
    assert violations(COST, Limits(), BOARD) == {}


@pytest.mark.parametrize(
    ("limits", "kind", "reason"),
    [
        (
            Limits(ram_bytes=65_536),
            "ram",
            "needs 71,680 B of RAM, the limit is 65,536 B; "
            "the largest are conv_1 (65,536 B), conv_2 (40,000 B), pool (8,000 B)",
        ),
        (
            Limits(flash_bytes=24_999),
            "flash",
            "needs 25,000 B of flash, the limit is 24,999 B; "
            "the largest are conv_2 (15,000 B), dense (5,000 B), conv_1 (1,000 B)",
        ),
        (
            Limits(latency_us=60_000.0),
            "latency",
            "needs 100.0 ms (estimate), the limit is 60.0 ms; "
            "the largest are conv_1 (5,000,000 cycles), conv_2 (2,000,000 cycles), pool (500,000 cycles)",
        ),
        (
            Limits(macs=2_500_000),
            "macs",
            "needs 3,000,000 MACs, the limit is 2,500,000; "
            "the largest are conv_1 (2,000,000), conv_2 (900,000), dense (100,000)",
        ),
        (
            Limits(energy_uj=1_000.0),
            "energy",
            "needs 4,000.0 uJ (estimate), the limit is 1,000.0 uJ; "
            "the largest are conv_1 (5,000,000 cycles), conv_2 (2,000,000 cycles), pool (500,000 cycles)",
        ),
    ],
)
def test_a_broken_limit_says_what_is_needed_and_by_whom(limits: Limits, kind: str, reason: str) -> None:
    found = exceeds(COST, limits, BOARD)
    assert found is not None
    assert (found.kind, found.reason) == (kind, reason)
    assert list(violations(COST, limits, BOARD)) == [kind]


def test_every_broken_limit_is_named_in_one_line() -> None:
    found = exceeds(COST, Limits(ram_bytes=65_536, macs=2_500_000, flash_bytes=20_000), BOARD)
    assert found is not None
    assert found.kind == "ram"
    assert found.reason == (
        "needs 71,680 B of RAM, the limit is 65,536 B; "
        "the largest are conv_1 (65,536 B), conv_2 (40,000 B), pool (8,000 B); "
        "it also needs 25,000 B of flash, the limit is 20,000 B; "
        "the largest are conv_2 (15,000 B), dense (5,000 B), conv_1 (1,000 B); "
        "it also needs 3,000,000 MACs, the limit is 2,500,000; "
        "the largest are conv_1 (2,000,000), conv_2 (900,000), dense (100,000)"
    )


def test_a_limit_met_exactly_is_kept() -> None:
    limits = Limits(
        ram_bytes=71_680, flash_bytes=25_000, latency_us=100_000.0, macs=3_000_000, energy_uj=4_000.0
    )
    assert exceeds(COST, limits, BOARD) is None


def test_the_target_limits_what_the_spec_does_not() -> None:
    small = replace(
        BOARD, memories=(Memory(name="sram", kind="ram", bytes=1_000, source=""), BOARD.memories[1])
    )
    found = exceeds(COST, Limits(ram_bytes=80_000), small)
    assert found is not None
    assert "the limit is 1,000 B" in found.reason


def test_every_violation_with_its_relative_size() -> None:
    limits = Limits(ram_bytes=35_840, flash_bytes=20_000, macs=0)
    assert violations(COST, limits, BOARD) == pytest.approx({"ram": 1.0, "flash": 0.25, "macs": float("inf")})


def test_unknown_energy_breaks_no_limit() -> None:
    assert exceeds(replace(COST, energy_uj=None), Limits(energy_uj=1.0), BOARD) is None
