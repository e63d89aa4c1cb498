/* The console and the end of the program through Arm semihosting. */
#include "semihosting.h"

#include <stdint.h>

#include "console.h"

#define SYS_WRITE0 0x04U
#define SYS_EXIT_EXTENDED 0x20U
#define APPLICATION_EXIT 0x20026U

static void request(uint32_t operation, const volatile void *block)
{
    __asm volatile("mov r0, %0\n"
                   "mov r1, %1\n"
                   "bkpt 0xAB\n"
                   :
                   : "r"(operation), "r"(block)
                   : "r0", "r1", "memory");
}

void console_write(const char *text)
{
    request(SYS_WRITE0, text);
}

_Noreturn void semihosting_exit(int status)
{
    const volatile uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)status};

    request(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}
