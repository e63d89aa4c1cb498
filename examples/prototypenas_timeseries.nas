// The space of PrototypeNAS (Deutel et al., 2026, arXiv 2603.15106) for time series: InceptionTime,
// and in one dimension the derivative of MobileNet that prototypenas_images.nas has. 14 decisions
// say all of a network.

task classification {
    input [512, 24] int16  // DaLiAc: 2.5 s of four sensors of 6 axes
    classes [
        "sitting", "lying", "standing", "washing dishes", "vacuuming", "sweeping", "walking",
        "ascending stairs", "descending stairs", "running", "cycling at 50 W", "cycling at 100 W",
        "rope jumping"
    ]
}

target teensy_41 {
    ram   <= 64 KiB
    flash <= 256 KiB
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

// Of InceptionTime (Ismail Fawaz et al., 2020): one series seen through windows of several lengths.
// The paper's are 40, 20 and 10; these are one less, so that they have a middle.
block inception(filters, kernel, stride) {
    residual {
        conv(filters / 4, kernel, stride, bias = false) as narrow
        concat(
            narrow -> conv(filters / 4, 39),
            narrow -> conv(filters / 4, 19),
            narrow -> conv(filters / 4, 9),
            input -> max_pool(3, stride, padding = same) -> conv(filters / 4, 1)
        )
        batch_norm
    }
    relu
}

// Of our derivative of MobileNet: two depthwise-separable convolutions, to which what went in is added.
block separable(filters, kernel, stride) {
    residual {
        depthwise(kernel, stride) -> batch_norm -> conv(filters, 1) -> batch_norm -> relu
        depthwise(3) -> batch_norm -> conv(filters, 1) -> batch_norm
    }
    relu
}

arch inception_time {
    groups(inception, [128, 128, 128, 128])
    global_average_pool -> dense(classes)
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
