// A convolution, batch normalization and an activation.
//
//     import "std/conv_bn_relu.nas"
//     conv_bn_relu(32, kernel = 5, stride = 2)

block conv_bn_relu(filters, kernel = 3, stride = 1, groups = 1, activation = relu) {
    conv(filters, kernel, stride, groups = groups) -> batch_norm -> activation
}
