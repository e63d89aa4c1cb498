"""`protonas targets`: the boards there are."""

import argparse

from compiler import plugins
from compiler.driver.console import Console
from compiler.target import Target
from compiler.target_file import list_targets


def run(arguments: argparse.Namespace, console: Console) -> None:
    """Prints the boards whose name, description or core contains the filter, case ignored."""
    wanted = arguments.filter.lower()
    targets = [
        target
        for target in list_targets(plugins.target_folders())
        if wanted in f"{target.name} {target.description} {target.core}".lower()
    ]
    console.table(
        f"{len(targets)} boards",
        ("<name", "<core", "clock MHz", "RAM KiB", "flash KiB", "<board"),
        [_row(target) for target in targets],
    )
    console.result({"targets": [_as_json(target) for target in targets]})


def _row(target: Target) -> tuple[str, ...]:
    return (
        target.name,
        target.core,
        f"{target.clock_hz / 1e6:g}",
        f"{target.ram_bytes / 1024:g}",
        f"{target.flash_bytes / 1024:g}",
        target.description,
    )


def _as_json(target: Target) -> dict[str, object]:
    return {
        "name": target.name,
        "description": target.description,
        "core": target.core,
        "isa": target.isa,
        "clock_hz": target.clock_hz,
        "ram_bytes": target.ram_bytes,
        "flash_bytes": target.flash_bytes,
        "active_milliwatts": target.active_milliwatts,
    }
