// The space of PrototypeNAS (Deutel et al., 2026, arXiv 2603.15106) for images: four baseline
// architectures; 14 decisions say all of a network. It is a stem, four groups of superblocks, and a
// classifier. Real numbers scale its channels: `width` as it is built, `sparsity` by what pruning
// removes in training.

import "std/inverted_residual.nas"
import "std/residual_basic.nas"

task classification {
    input [128, 128, 3] uint8 mean [124, 116, 104] std [58.4, 57.1, 57.4]
    classes 10
}

target teensy_41 {
    ram   <= 384 KiB
    flash <= 1 MiB
}

width    = choose 0.1..1.0         // of the channels of every convolution
depth    = [4 of choose 0..3]      // superblocks of a group after its first
first    = [4 of choose { [3, 2], [3, 1], [5, 2], [5, 1], [7, 2], [7, 1] }]  // kernel and stride
sparsity = [4 of choose 10%..90%]  // of a group's channels

// Four groups of one kind of superblock. All have their group's kernel, only the first has its stride.
block groups(superblock, filters) {
    repeat 4 as group {
        with sparsity = sparsity[group] {
            superblock(width * filters[group], first[group][0], first[group][1])
            repeat depth[group] { superblock(width * filters[group], first[group][0], 1) }
        }
    }
}

// Of SqueezeNet: squeezes to few channels, then expands, one half by 1x1 convolutions.
block fire(filters, kernel, stride) {
    conv(filters / 8, 1) -> relu
    concat(conv(filters / 2, 1, stride) -> relu, conv(filters / 2, kernel, stride) -> relu)
}

// Of our own derivative of MobileNet (the paper's, MbedNet, is not published): two depthwise-separable
// convolutions, to which what went in is added. Unlike MobileNetV2 it never widens, which spares RAM.
block separable(filters, kernel, stride) {
    residual {
        depthwise(kernel, stride) -> batch_norm -> conv(filters, 1) -> batch_norm -> relu
        depthwise(3) -> batch_norm -> conv(filters, 1) -> batch_norm
    }
    relu
}

arch mobilenet_v2 {
    conv(32 * width, 3, stride = 2) -> batch_norm -> relu6
    groups(inverted_residual, [24, 32, 96, 320])
    conv(1280 * width, 1) -> batch_norm -> relu6
    global_average_pool -> dense(classes)
}

arch resnet18 {
    conv(64 * width, 7, stride = 2) -> batch_norm -> relu -> max_pool(3, stride = 2, padding = same)
    groups(residual_basic, [64, 128, 256, 512])
    global_average_pool -> dense(classes)
}

arch squeezenet {
    conv(64 * width, 3, stride = 2) -> relu -> max_pool(3, stride = 2, padding = same)
    groups(fire, [128, 256, 384, 512])
    conv(classes, 1) -> relu -> global_average_pool
}

arch separable_net {
    conv(16 * width, 3, stride = 2) -> batch_norm -> relu
    groups(separable, [32, 64, 128, 256])
    global_average_pool -> dense(classes)
}

search {
    maximize score
    minimize macs
    trials 500
    keep 5
}
