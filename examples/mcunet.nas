// The space of MCUNet (Lin et al., 2020, "MCUNet: Tiny Deep Learning on IoT Devices"): a
// MobileNetV2 whose input resolution and width decide how much memory it needs, and whose every
// block chooses its kernel and its expansion.

import "std/inverted_residual.nas"

task classification {
    input [resolution, resolution, 3] uint8 mean [124, 116, 104] std [58.4, 57.1, 57.4]  // ImageNet
    resize bilinear
    classes 1000
}

target stm32f746g_disco {
    ram   <= 320 KiB
    flash <= 1 MiB
}

resolution = choose 48..224 step 16
width      = choose 0.2..1.0 step 0.1  // of the channels of every layer

// Widens, filters each channel by itself, narrows again; decides anew at every call.
block widening(filters, stride = 1) {
    inverted(filters, choose {3, 5, 7}, stride, expansion = choose {3, 4, 6})
}

arch mcunet {
    conv(max(8, round(32 * width, 8)), 3, stride = 2) -> batch_norm -> relu6
    depthwise(3) -> batch_norm -> relu6
    conv(max(8, round(16 * width, 8)), 1) -> batch_norm

    repeat 5 as stage {
        filters = max(8, round([24, 40, 80, 96, 192][stage] * width, 8))
        widening(filters, stride = [2, 2, 2, 1, 2][stage])
        repeat choose 1..3 { residual { widening(filters) } }  // the depth of the stage, less one
    }
    widening(max(8, round(320 * width, 8)))
    global_average_pool -> dense(classes)
}

search { maximize score  minimize macs }
