// Fashion-MNIST (Xiao et al., 2017): clothes, 28x28 pixels. Networks that a Cortex-M4 with 64 KiB for them runs.
//
//     protonas build examples/fashion_mnist.nas --data fashion_mnist.npz -o build/fashion_mnist

task classification {
    input [28, 28, 1] uint8 range 0..255 mean 72.9 std 90.0  // of the training images
    classes [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot"
    ]
}

target nucleo_f401re {
    ram   <= 64 KiB
    flash <= 128 KiB
    macs  <= 6 M  // so that a prototype trains in minutes
}

block plain(filters, kernel = 3) {
    conv(filters, kernel) -> batch_norm -> relu
}

// Filters each channel by itself, then mixes the channels: fewer weights, fewer multiplications.
block separable(filters) {
    depthwise(choose {3, 5}) -> batch_norm -> relu
    conv(filters, 1)         -> batch_norm -> relu
}

// Half as large, more channels, then layers that add to what they are given.
block stage(filters) {
    max_pool(2)
    plain(filters)
    repeat choose 0..2 {
        residual { choose { plain(filters), separable(filters) } }
    }
}

arch fashion_net {
    width = choose 8..20 step 4

    plain(width, choose {3, 5})              // 28x28
    stage(width * choose 1.5..2.5 step 0.5)  // 14x14
    stage(width * choose 2.5..4.0 step 0.5)  //  7x7
    global_average_pool -> dense(classes)
}

search {
    maximize score  // how well it promises to learn, untrained
    minimize macs
    trials 500
    seed 1
    keep 3
}
