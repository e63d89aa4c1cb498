// The bottleneck of ResNet-50 and deeper (He et al., 2016, "Deep Residual Learning for Image Recognition"): narrows, filters,
// widens, and adds what went in. The stride is that of the middle convolution, as in today's implementations.
//
//     import "std/residual_bottleneck.nas"
//     residual_bottleneck(256, stride = 2)

block residual_bottleneck(filters, kernel = 3, stride = 1, reduction = 4, activation = relu) {
    residual {
        conv(filters / reduction, 1)              -> batch_norm -> activation
        conv(filters / reduction, kernel, stride) -> batch_norm -> activation
        conv(filters, 1) -> batch_norm
    }
    activation
}
