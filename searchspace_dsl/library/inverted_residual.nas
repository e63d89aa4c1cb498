// The inverted residual (Sandler et al., 2018, "MobileNetV2"): widens, filters each channel by itself, narrows again, and
// adds what went in. With `squeeze = squeeze_excite` and `activation = hard_swish` that of MobileNetV3.
//
//     import "std/inverted_residual.nas"
//     inverted(24, stride = 2)
//     repeat choose 1..3 { inverted_residual(24, expansion = choose {3, 6}, squeeze = choose { skip, squeeze_excite }) }

import "std/squeeze_excite.nas"

// Without the sum: for the first block of a stage, which changes the shape.
block inverted(filters, kernel = 3, stride = 1, expansion = 6, squeeze = skip, activation = relu6) {
    conv(channels(input) * expansion, 1) -> batch_norm -> activation
    depthwise(kernel, stride) -> batch_norm -> activation -> squeeze
    conv(filters, 1) -> batch_norm
}

// With it, for the blocks after; where the shape changes all the same, what went in is projected.
block inverted_residual(
    filters,
    kernel = 3,
    stride = 1,
    expansion = 6,
    squeeze = skip,
    activation = relu6
) {
    residual { inverted(filters, kernel, stride, expansion, squeeze, activation) }
}
