// The module of InceptionTime (Ismail Fawaz et al., 2020, "InceptionTime"): one series, [time, channels], seen through
// windows of three lengths. Makes four times `filters` channels. The paper's lengths 40, 20 and 10 are one less here, so that
// they have a middle. Its network adds what went into every third module.
//
//     import "std/inception_time.nas"
//     residual { repeat 3 { inception_time(32) } } -> relu

block inception_time(filters = 32, kernels = [39, 19, 9], bottleneck = 32, activation = relu) {
    conv(bottleneck, 1, bias = false) as narrow
    concat(
        narrow -> conv(filters, kernels[0], bias = false),
        narrow -> conv(filters, kernels[1], bias = false),
        narrow -> conv(filters, kernels[2], bias = false),
        input -> max_pool(3, stride = 1, padding = same) -> conv(filters, 1, bias = false)
    )
    batch_norm -> activation
}
