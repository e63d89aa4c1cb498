/* Where the application prints: semihosting on the target, stdio on a host. */
#ifndef CONSOLE_H
#define CONSOLE_H

#ifdef __cplusplus
extern "C" {
#endif

void console_write(const char *text);

#ifdef __cplusplus
}
#endif

#endif /* CONSOLE_H */
