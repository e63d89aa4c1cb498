// Anomaly detection as in the MLPerf Tiny benchmark: an autoencoder learns to reproduce the sound
// of a sound machine; what it reproduces badly is an anomaly. The benchmark's own network has width
// 128, depth 3 and a code of 8.

task reconstruction {
    input [640] int8 mean 89 std 2.56  // 5 windows of 128 log-mel energies, 0.391 a step
}

target nucleo_l4r5zi {
    ram   <= 4 KiB
    flash <= 320 KiB
}

block layer(units) { dense(units) -> batch_norm -> relu }

arch autoencoder {
    width = choose 32..160 step 16
    depth = choose 1..4

    layer(width)
    repeat depth { layer(width) }
    layer(choose 4..16 step 4)  // the code: all that is known of the sound
    layer(width)
    repeat depth { layer(width) }
    dense(640)
}

search { maximize score  minimize macs }
