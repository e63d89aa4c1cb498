// Squeeze-and-excitation (Hu et al., 2018, "Squeeze-and-Excitation Networks"), its gate as in MobileNetV3: every channel
// is scaled by a factor from 0 to 1, made of the means of all channels.
//
//     import "std/squeeze_excite.nas"
//     conv(32, 3) -> batch_norm -> relu -> squeeze_excite(reduction = 8)

block squeeze_excite(reduction = 4, gate = hard_sigmoid) {
    input -> global_average_pool as means
    means -> dense(channels(input) / reduction) -> relu -> dense(channels(input)) -> gate as factors
    mul(input, factors)
}
