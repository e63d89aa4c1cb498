// $name: which networks may be tried, for which task and board. What has a `choose` in it is decided by the search, all
// else is fixed. How large the space is, and how much of it fits; then search, training and C:
//
//     protonas check $name.nas
//     protonas build $name.nas -o build/$name

task classification {
    // What firmware hands over: height, width and channels of a picture, and the type of its numbers.
    // The network sees (raw - mean) / std, one number or one a channel.
    input [32, 32, 3] uint8 range 0..255 mean [125, 125, 125] std [64, 64, 64]
    classes ["nothing", "something"]

    // Arrays x_train, y_train, x_test, y_test; a path from here. Checking and searching work without.
    // data "$name.npz"
}

target $target {
    // Half of what the board has; the rest is left to your firmware.
    ram   <= $ram KiB
    flash <= $flash KiB
    // latency <= 100 ms
}

// A block is called like an operator. Each call decides anew what is to be decided in it.
block separable(filters, stride = 1) {
    depthwise(choose {3, 5}, stride) -> batch_norm -> relu
    conv(filters, 1) -> batch_norm -> relu
}

arch network {
    width = choose 8..24 step 8 // decided once, used below

    conv(width, 3, stride = 2) -> batch_norm -> relu // 16x16
    repeat choose 1..2 { residual { separable(width) } } // adds what went in
    separable(2 * width, stride = 2) // 8x8
    repeat choose 0..2 { residual { separable(2 * width) } }
    separable(4 * width, stride = 2) // 4x4
    global_average_pool -> dense(classes)
}

search {
    maximize score // how well it promises to learn, untrained
    minimize macs // multiplications, which are time and energy
    trials 500
    keep 3 // as many prototypes are trained
}
