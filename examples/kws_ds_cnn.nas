// Keyword spotting with DS-CNN (Zhang et al., 2017, "Hello Edge: Keyword Spotting on
// Microcontrollers"): one convolution over the spectrogram, then depthwise-separable ones, which
// filter each channel by itself and mix the channels with a 1x1 convolution. The paper's S, M and L
// are members; the network of the MLPerf Tiny benchmark is S.

import "std/depthwise_separable.nas"

task classification {
    input [49, 10, 1] int8 mean 83 std 1.71  // 49 windows, 10 MFCCs of each, 0.585 a step
    classes [
        "down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes", "silence", "unknown"
    ]
}

target nucleo_l4r5zi {
    ram   <= 64 KiB
    flash <= 256 KiB
}

arch ds_cnn {
    filters = choose 32..276 step 4                              // S 64, M 172, L 276
    window  = choose { [10, 4], [8, 4], [5, 3] }                 // time steps, coefficients
    stride  = choose { [2, 2], [2, 1] }                          // S [2, 2], M and L [2, 1]

    with padding = same_upper {                                  // as TensorFlow pads
        conv(filters, window, stride) -> batch_norm -> relu
        depthwise_separable(filters, 3, stride = choose {1, 2})  // S 1, M and L 2
        repeat choose 1..5 { depthwise_separable(filters, choose {3, 5}) }  // S and M 3 more, L 4
    }
    global_average_pool -> dense(classes) -> softmax
}

search { maximize score  minimize macs }
