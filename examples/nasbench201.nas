// NAS-Bench-201 (Dong and Yang, 2020): one cell of four nodes, used 15 times. Each of the 6 edges
// between the nodes is one of 5 operations: 5^6 = 15,625 networks, of all of which trained
// accuracies are published. A good space to try a search on.

task classification {
    input [32, 32, 3] uint8 mean [125.3, 123.0, 113.9] std [63.0, 62.1, 66.7]
    classes [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"
    ]
}

target nucleo_h743zi { ram <= 384 KiB }

block convolution(filters, kernel, stride = 1) {
    relu -> conv(filters, kernel, stride) -> batch_norm
}

block edge() {
    choose {
        none,  // no edge
        skip,
        convolution(channels(input), 1),
        convolution(channels(input), 3),
        average_pool(3, stride = 1, padding = same)
    }
}

// What goes in is the first node, what comes out the last; into each lead edges from all before it.
// Its decisions are taken once for all cells: that is what `tied` says.
tied block cell() {
    edge as second
    add(input -> edge, second -> edge) as third
    add(input -> edge, second -> edge, third -> edge)
}

// Halves the map.
block reduction(filters) {
    convolution(filters, 3, stride = 2) -> convolution(filters, 3) as deep
    add(deep, input -> average_pool(2) -> conv(filters, 1, bias = false))
}

arch cells {
    conv(16, 3) -> batch_norm
    repeat 5 { cell }  // 32x32
    reduction(32)
    repeat 5 { cell }  // 16x16
    reduction(64)
    repeat 5 { cell }  //  8x8
    batch_norm -> relu -> global_average_pool -> dense(classes)
}

search { maximize score  minimize macs }
