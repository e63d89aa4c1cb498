/* How a window slides over a map: a part of the parameters of every convolution and pool. */
#ifndef PROTONAS_WINDOW_H
#define PROTONAS_WINDOW_H

#include <stdint.h>

typedef struct {
    int32_t input_height; /* of the map, in pixels */
    int32_t input_width;
    int32_t output_height;
    int32_t output_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top; /* what lies below and to the right of the map follows from the output size */
    int32_t pad_left;
} protonas_window;

#endif /* PROTONAS_WINDOW_H */
