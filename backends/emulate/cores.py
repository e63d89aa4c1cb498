"""The cores a self-test can run on: compiler flags, the QEMU machine, and where its memories lie."""

from dataclasses import dataclass

STAND_INS = {"cortex-m0plus": "cortex-m0", "cortex-m23": "cortex-m0", "cortex-m85": "cortex-m55"}
"""Cores QEMU has no board for, and one that runs a subset of their instructions."""

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatedCore:
    """`flags`: for arm-none-eabi-gcc; `machine`: qemu-system-arm's -M and what must follow it.

    `vectors_origin`: where the core looks for its vectors, where that is not the start of the memory that
    serves as flash (the M55's board has but 512 KiB there, so its code lies in DRAM).
    """

    name: str
    flags: str
    machine: str
    flash_origin: int = 0x00000000
    flash_bytes: int = 4 * MIB
    ram_origin: int = 0x20000000
    ram_bytes: int = 4 * MIB
    stack_bytes: int = 16 * KIB
    vectors_origin: int | None = None


CORES = (
    EmulatedCore(
        name="cortex-m0",
        flags="-mcpu=cortex-m0 -mfloat-abi=soft",
        machine="microbit -global nrf51-soc.sram-size=262144 -global nrf51-soc.flash-size=1048576",
        flash_bytes=1 * MIB,
        ram_bytes=256 * KIB,
        stack_bytes=4 * KIB,
    ),
    EmulatedCore(name="cortex-m3", flags="-mcpu=cortex-m3 -mfloat-abi=soft", machine="mps2-an385"),
    EmulatedCore(
        name="cortex-m4",
        flags="-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard",
        machine="mps2-an386",
    ),
    EmulatedCore(
        name="cortex-m7", flags="-mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard", machine="mps2-an500"
    ),
    EmulatedCore(
        name="cortex-m33",
        flags="-mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard",
        machine="mps2-an505",
        flash_origin=0x10000000,
        ram_origin=0x38000000,
    ),
    EmulatedCore(
        name="cortex-m55",
        flags="-mcpu=cortex-m55 -mfloat-abi=hard",
        machine="mps3-an547",
        flash_origin=0x60000000,
        flash_bytes=16 * MIB,
        ram_origin=0x61000000,
        ram_bytes=16 * MIB,
        vectors_origin=0x00000000,
    ),
)


def emulated(core: str) -> EmulatedCore:
    """What runs code of a core: itself, or the core that stands for it. KeyError for others."""
    name = STAND_INS.get(core, core)
    return {item.name: item for item in CORES}[name]
