// A depthwise-separable convolution (Howard et al., 2017, "MobileNets"): filters each channel by itself, then mixes the
// channels. Needs about a kernel's area fewer multiplications than a convolution.
//
//     import "std/depthwise_separable.nas"
//     depthwise_separable(64, kernel = choose {3, 5}, stride = 2)

block depthwise_separable(filters, kernel = 3, stride = 1, activation = relu) {
    depthwise(kernel, stride) -> batch_norm -> activation
    conv(filters, 1)          -> batch_norm -> activation
}
