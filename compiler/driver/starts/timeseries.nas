// $name: which networks may be tried, for which task and board. What has a `choose` in it is decided by the search, all
// else is fixed. How large the space is, and how much of it fits; then search, training and C:
//
//     protonas check $name.nas
//     protonas build $name.nas -o build/$name

task classification {
    // What firmware hands over: a window of 128 steps of 3 channels, say of an accelerometer, and their type.
    // The network sees (raw - mean) / std, one number or one a channel.
    input [128, 3] int16 mean [0, 0, 0] std [4096, 4096, 4096]
    classes ["still", "walking", "running"]

    // Arrays x_train, y_train, x_test, y_test; a path from here. Checking and searching work without.
    // data "$name.npz"
}

target $target {
    // Half of what the board has; the rest is left to your firmware.
    ram   <= $ram KiB
    flash <= $flash KiB
    // latency <= 20 ms
}

// On a series every kernel and stride counts steps. Each call decides anew what is to be decided in a block.
block separable(filters, stride = 1) {
    depthwise(choose {3, 5, 9}, stride) -> batch_norm -> relu
    conv(filters, 1) -> batch_norm -> relu
}

arch network {
    width = choose 8..32 step 8 // decided once, used below

    conv(width, choose {5, 9}, stride = 2) -> batch_norm -> relu // 64 steps
    repeat choose 1..2 { residual { separable(width) } } // adds what went in
    separable(2 * width, stride = 2) // 32 steps
    repeat choose 0..2 { residual { separable(2 * width) } }
    separable(2 * width, stride = 2) // 16 steps
    global_average_pool -> dense(classes)
}

search {
    maximize score // how well it promises to learn, untrained
    minimize macs // multiplications, which are time and energy
    trials 500
    keep 3 // as many prototypes are trained
}
