// NAS-Bench-Macro (Su et al., 2021, "Prioritized Architecture Sampling with Monte-Carlo Tree
// Search"): 8 layers, each one of three: 3^8 = 6,561 networks, of all of which trained accuracies
// on CIFAR-10 are published. A good space to try a search on. MACs and parameters of every network
// equal the published ones.

task classification {
    input [32, 32, 3] uint8 mean [125.3, 123.0, 113.9] std [63.0, 62.1, 66.7]
    classes [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"
    ]
}

target nucleo_h743zi { ram <= 384 KiB }

// Widens, filters each channel by itself, narrows again. Only where the shape stays, its input can be added.
block inverted(filters, kernel, expansion, stride = 1) {
    conv(channels(input) * expansion, 1) -> batch_norm -> relu
    depthwise(kernel, stride)            -> batch_norm -> relu
    conv(filters, 1) -> batch_norm
}

// The first layer of a stage halves the map and doubles the channels.
block first(filters) {
    choose {
        conv(filters, 1, stride = 2) -> batch_norm,       // 0 in the published tables
        inverted(filters, 3, expansion = 3, stride = 2),  // 1
        inverted(filters, 5, expansion = 6, stride = 2)   // 2
    }
}

block further(filters) {
    choose {
        skip,
        residual { inverted(filters, 3, expansion = 3) },
        residual { inverted(filters, 5, expansion = 6) }
    }
}

arch macro {
    conv(32, 3) -> batch_norm -> relu  // 32x32
    repeat 3 as stage {
        filters = [64, 128, 256][stage]
        first(filters)                 // 16x16, 8x8, 4x4
        repeat [1, 2, 2][stage] { further(filters) }
    }
    conv(1280, 1) -> batch_norm -> relu
    global_average_pool -> dense(classes)
}

search { maximize score  minimize macs }
