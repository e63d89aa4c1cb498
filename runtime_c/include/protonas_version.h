/* Version of the protonas C runtime and the status codes of generated models. */
#ifndef PROTONAS_VERSION_H
#define PROTONAS_VERSION_H

/* major * 10000 + minor * 100 + patch. Generated code compares it and stops the build where versions are mixed. */
#define PROTONAS_RUNTIME_VERSION 100

#ifdef __cplusplus
extern "C" {
#endif

/* What a generated model's functions return: zero is success, errors are negative. */
typedef enum {
    PROTONAS_SUCCESS = 0,
    PROTONAS_ERROR_NULL = -1,      /* a pointer argument is NULL */
    PROTONAS_ERROR_ALIGNMENT = -2, /* the arena or the state is not aligned as the header asks */
    PROTONAS_ERROR_STATE = -3,     /* the state was not initialised */
    PROTONAS_ERROR_LIBRARY = -4,   /* a library that a kernel calls refuses its arguments */
    PROTONAS_ERROR_SCRATCH = -5    /* a library that a kernel calls wants more scratch (builds with PROTONAS_DEBUG) */
} protonas_status;

#ifdef __cplusplus
}
#endif

#endif /* PROTONAS_VERSION_H */
