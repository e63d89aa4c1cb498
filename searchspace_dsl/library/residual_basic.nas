// The basic residual block of ResNet-18 and -34 (He et al., 2016, "Deep Residual Learning for Image Recognition"): two
// convolutions around which what went in is added; where the shape changes, it is projected by a 1x1 convolution.
//
//     import "std/residual_basic.nas"
//     residual_basic(64, stride = 2)

block residual_basic(filters, kernel = 3, stride = 1, activation = relu) {
    residual {
        conv(filters, kernel, stride) -> batch_norm -> activation
        conv(filters, kernel) -> batch_norm
    }
    activation
}
