"""What counts of the library's loops share: how many numbers instructions take, and the pixels of a layer."""

from collections.abc import Mapping

from backends.portable.walk import Axis

Work = dict[str, int]
Fields = Mapping[str, int]

VECTOR = 16
"""Numbers of 8 bits that an MVE instruction takes."""

LANES = 4
"""Numbers of 32 bits that it takes; kernels for DSP take as many of 8 bits at a time."""


def axes(fields: Fields, params: str) -> tuple[Axis, Axis]:
    """Height and width of a layer with a window; `params`: what its struct of strides and pads is called."""
    rows, columns = (
        Axis(
            size=fields[f"input.{side}"],
            outputs=fields[f"output.{side}"],
            kernel=fields[f"filter.{side}"],
            stride=fields[f"{params}.stride.{side}"],
            dilation=fields.get(f"{params}.dilation.{side}", 1),
            pad=fields[f"{params}.padding.{side}"],
        )
        for side in "hw"
    )
    return rows, columns


def output_pixels(fields: Fields) -> int:
    """Of the output map."""
    return fields["output.h"] * fields["output.w"]
