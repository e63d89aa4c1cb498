// Image classification as in the MLPerf Tiny benchmark: ResNet-8, and its neighbours narrower or wider, deeper, and of
// larger kernels. The benchmark's own network: width 16, one block a stage, kernels of 3.

task classification {
    input [32, 32, 3] uint8                                               // CIFAR-10
    classes ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
}

target nucleo_l4r5zi {
    ram   <= 96 KiB
    flash <= 384 KiB
}

// Two convolutions, around which their input is added; where they change its shape, through a 1x1 convolution.
block basic(filters, stride = 1) {
    kernel = choose {3, 5}
    residual {
        conv(filters, kernel, stride) -> batch_norm -> relu
        conv(filters, kernel)         -> batch_norm
    }
    relu
}

arch resnet {
    width = choose 8..24 step 4

    with padding = same_upper {                                           // as TensorFlow pads
        conv(width, 3) -> batch_norm -> relu
        repeat 3 as stage {
            filters = width * [1, 2, 4][stage]
            basic(filters, stride = [1, 2, 2][stage])                     // 32x32, 16x16, 8x8
            repeat choose 0..1 { basic(filters) }
        }
    }
    global_average_pool -> dense(classes) -> softmax
}

search { maximize score  minimize macs }
