// Visual wake words as in the MLPerf Tiny benchmark: is there a person in the picture? A MobileNet
// (Howard et al., 2017) whose width, depth and kernels are to be found. The benchmark's own network
// has width 25%, 5 equal layers and kernels of 3.

import "std/depthwise_separable.nas"

task classification {
    input [96, 96, 3] uint8 std 255
    classes ["no person", "person"]
}

target nucleo_l4r5zi {
    ram   <= 128 KiB
    flash <= 384 KiB
}

// Filters each channel by itself, then mixes the channels; decides its kernel at every call.
block separable(filters, stride = 1) {
    depthwise_separable(filters, choose {3, 5}, stride)
}

arch mobilenet {
    width = choose 10%..50% step 5%          // of the channels of the full network

    with padding = same_upper {              // as TensorFlow pads
        conv(32 * width, 3, stride = 2) -> batch_norm -> relu  // 48x48
        separable(64 * width)
        separable(128 * width, stride = 2)   // 24x24
        separable(128 * width)
        separable(256 * width, stride = 2)   // 12x12
        separable(256 * width)
        separable(512 * width, stride = 2)   //  6x6
        repeat choose 1..5 { separable(512 * width) }
        separable(1024 * width, stride = 2)  //  3x3
        separable(1024 * width)
    }
    global_average_pool -> dense(classes) -> softmax
}

search { maximize score  minimize macs }
