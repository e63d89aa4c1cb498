// A gesture from half a second of a three-axis accelerometer: 32 time steps, one column, three channels.

task classification {
    input [32, 1, 3] int16 range -32768..32767 mean 0 std 8192
    classes ["rest", "shake", "tap", "turn"]
}

target stm32f746g_disco {
    ram   <= 2 KiB
    flash <= 24 KiB
}

arch gestures {
    width = choose 8..16 step 4
    conv(width, [5, 1], [2, 1]) -> batch_norm -> relu
    residual { depthwise([3, 1]) -> batch_norm -> relu -> conv(width, 1) -> batch_norm }
    relu -> global_average_pool -> dense(classes)
}

search { maximize score  minimize macs  trials 20  seed 1  keep 1 }
