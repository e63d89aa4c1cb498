"""What the header's helpers convert: inputs by their encoding, outputs to real numbers, scores to labels."""

import numpy as np
import pytest

from compiler.ir.encode import quantize_input
from compiler.ir.tensor import Quantization
from searchspace_dsl.encoding import InputEncoding
from tests.backends.firmware.building import MakeFolder, build_main


def test_helpers_do_what_the_header_says(make_folder: MakeFolder) -> None:
    folder = make_folder(labels=("zero", "ein\xe4s"), shape=(12,))
    done = build_main(
        folder,
        """#include <stdio.h>
#include "tiny.h"
static _Alignas(TINY_ARENA_ALIGN) uint8_t arena[TINY_ARENA_BYTES];
int main(void)
{
    const int8_t scores[TINY_OUTPUT_ELEMENTS] = {-5, 9, 9, -128};
    float real[TINY_OUTPUT_ELEMENTS];
    tiny_dequantize_output(scores, real);
    printf("%d %.9g %.9g\\n", tiny_argmax(scores), (double)real[1], (double)real[3]);
    printf("%s %s %d %d\\n", tiny_label(0), tiny_label(1), tiny_label(2) == 0, tiny_label(-1) == 0);
    printf("%d %d %d\\n", tiny_input(0) == 0, (int)tiny_run(0), (int)tiny_run(arena + 4));
    return 0;
}
""",
    )
    real = np.float32(0.0078431377) * np.float32(137)
    assert done.stdout.splitlines() == [f"1 {real:.9g} 0", "zero ein\xe4s 1 1", "1 -1 -2"]


RAW_SAMPLES = {
    "uint8": np.arange(256, dtype=np.uint8),
    "int8": np.arange(-128, 128).astype(np.int8),
    "int16": np.linspace(-32768, 32767, 600).astype(np.int16),
    "float32": np.concatenate(
        [np.linspace(-300, 300, 601), [np.nan, np.inf, -np.inf, 3e38, -3e38, 0.5, 1.5, -0.5, 0.49999997]]
    ).astype(np.float32),
}


@pytest.mark.parametrize(
    "encoding",
    [
        InputEncoding(raw_dtype="uint8", mean=(127.5,), std=(64.0,)),
        InputEncoding(raw_dtype="uint8", mean=(1.0, 100.0), std=(60.0, 30.0)),
        InputEncoding(raw_dtype="uint8", mean=(0.0,), std=(127.5,)),
        InputEncoding(raw_dtype="int8", mean=(-3.0, 5.0), std=(10.0, 10.0)),
        InputEncoding(raw_dtype="int16", mean=(10.0, -20.0), std=(9000.0, 17000.0)),
        InputEncoding(raw_dtype="float32", mean=(0.25,), std=(77.7,)),
        None,
    ],
)
def test_quantize_input_equals_the_definition(
    make_folder: MakeFolder, encoding: InputEncoding | None
) -> None:
    folder = make_folder(encoding=encoding)
    dtype = encoding.raw_dtype if encoding else "float32"
    raw = RAW_SAMPLES[dtype]
    raw = np.concatenate([np.repeat(raw, 2), np.zeros(-2 * len(raw) % 12, raw.dtype)]).reshape(-1, 3, 2, 2)
    raw.tofile(folder / "raw.bin")
    build_main(
        folder,
        f"""#include <stdio.h>
#include "tiny.h"
int main(void)
{{
    static tiny_raw_t raw[TINY_INPUT_ELEMENTS];
    int8_t input[TINY_INPUT_ELEMENTS];
    FILE *from = fopen("{folder}/raw.bin", "rb");
    FILE *to = fopen("{folder}/input.bin", "wb");
    while (fread(raw, sizeof raw, 1, from) == 1) {{
        tiny_quantize_input(raw, input);
        fwrite(input, sizeof input, 1, to);
    }}
    return fclose(to);
}}
""",
    )
    with np.errstate(over="ignore"):
        expected = quantize_input(raw, encoding, Quantization(scale=(0.0078431377,), zero_point=(-128,)))
    assert np.fromfile(folder / "input.bin", np.int8).tolist() == expected.reshape(-1).tolist()
