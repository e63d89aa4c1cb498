// Image classification as in the MLPerf Tiny benchmark: ResNet-8, and its neighbours that are
// narrower or wider, deeper, or of larger kernels. The benchmark's own network has width 16, no
// further blocks and kernels of 3.

import "std/residual_basic.nas"

task classification {
    input [32, 32, 3] uint8  // CIFAR-10
    classes [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"
    ]
}

target nucleo_l4r5zi {
    ram   <= 96 KiB
    flash <= 384 KiB
}

// Its blocks are two convolutions each, around which what went in is added.
arch resnet {
    width = choose 8..24 step 4

    with padding = same_upper {                                                // as TensorFlow pads
        conv(width, 3) -> batch_norm -> relu
        repeat 3 as stage {
            filters = width * [1, 2, 4][stage]
            residual_basic(filters, choose {3, 5}, stride = [1, 2, 2][stage])  // 32x32, 16x16, 8x8
            repeat choose 0..1 { residual_basic(filters, choose {3, 5}) }
        }
    }
    global_average_pool -> dense(classes) -> softmax
}

search { maximize score  minimize macs }
