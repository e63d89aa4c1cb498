// The fire module of SqueezeNet (Iandola et al., 2016, "SqueezeNet"): squeezes to few channels, then expands, one half by
// 1x1 convolutions, the other by larger ones. Makes `filters` channels, of which `squeeze` is a share.
//
//     import "std/fire.nas"
//     fire(128, squeeze = choose {12.5%, 25%})

block fire(filters, squeeze = 12.5%, kernel = 3, activation = relu) {
    conv(filters * squeeze, 1) -> activation
    concat(conv(filters / 2, 1) -> activation, conv(filters / 2, kernel) -> activation)
}
