// Handwritten digits, 8x8 pixels: a first search space, small enough to search and train in minutes.
//
//     protonas build examples/digits.nas -o build/digits

task classification {
    input [8, 8, 1] uint8 range 0..16 mean 4.9 std 6.0  // height, width, channels; 17 grey levels
    classes 10
    data "digits.npz"
}

target nucleo_l4r5zi {
    ram   <= 2 KiB
    flash <= 24 KiB
}

// Filters each channel by itself, then mixes the channels: few weights, few multiplications.
block separable(filters, kernel) {
    depthwise(kernel) -> batch_norm -> relu
    conv(filters, 1)  -> batch_norm -> relu
}

// Filters and mixes at once: costs more, learns more.
block plain(filters) {
    conv(filters, 3) -> batch_norm -> relu
}

arch digit_net {
    width = choose 8..24 step 4           // decided once, used everywhere below

    conv(width, 3) -> batch_norm -> relu  // 8x8

    repeat choose 1..3 {                  // each round decides anew
        choose { plain(width), separable(width, choose {3, 5}) }
    }
    max_pool(2)                           // 4x4

    repeat choose 1..3 {
        residual {                        // what goes in is added to what comes out
            choose { plain(2 * width), separable(2 * width, choose {3, 5}) }
        }
    }
    global_average_pool -> dense(classes)
}

search {
    maximize score  // how well it promises to learn, untrained
    minimize macs
    trials 500
    seed 1
    keep 3
}
