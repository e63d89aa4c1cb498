/* Keeps a function from being inlined where a compiler would rather, and so starve an inner loop of registers. */
#ifndef PROTONAS_NOINLINE_H
#define PROTONAS_NOINLINE_H

#if defined(__GNUC__) || defined(__clang__) || defined(__ICCARM__)
#define PROTONAS_NOINLINE __attribute__((noinline))
#else
#define PROTONAS_NOINLINE
#endif

#endif /* PROTONAS_NOINLINE_H */
