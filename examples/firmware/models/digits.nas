// Handwritten digits as in ../digits.nas, one small network of few candidates: made in seconds.

task classification {
    input [8, 8, 1] uint8 range 0..16 mean 4.9 std 6.0
    classes 10
    data "../../digits.npz"
}

target stm32f746g_disco {
    ram   <= 2 KiB
    flash <= 24 KiB
}

arch digits {
    width = choose 8..16 step 4
    conv(width, 3) -> batch_norm -> relu
    depthwise(3) -> batch_norm -> relu -> conv(2 * width, 1) -> batch_norm -> relu
    max_pool(2)
    global_average_pool -> dense(classes)
}

search { maximize score  minimize macs  trials 20  seed 1  keep 1 }
