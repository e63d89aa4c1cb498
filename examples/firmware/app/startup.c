/* From reset to main on a Cortex-M7. */
#include <stdint.h>

#include "semihosting.h"

#define CPACR (*(volatile uint32_t *)0xE000ED88U)

extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];

int main(void);
_Noreturn void Reset_Handler(void);
_Noreturn void Default_Handler(void);

/* Copies words one by one: no floating-point register is touched before the unit is on. */
_Noreturn void Reset_Handler(void)
{
    const uint32_t *from = data_load;

    CPACR |= 0xFU << 20;
    __asm volatile("dsb\n\tisb" ::: "memory");
    for (uint32_t *to = data_start; to != data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = bss_start; to != bss_end; to++) {
        *to = 0U;
    }
    semihosting_exit(main());
}

_Noreturn void Default_Handler(void)
{
    semihosting_exit(99);
}

typedef void (*handler)(void);

/* The stack's top, then the handlers of exceptions 1 to 15. */
static const struct {
    const uint32_t *stack_top;
    handler handlers[15];
} vectors __attribute__((section(".vectors"), used)) = {
    stack_top,
    {
        Reset_Handler, Default_Handler, Default_Handler, Default_Handler, Default_Handler, Default_Handler, 0, 0, 0, 0,
        Default_Handler, Default_Handler, 0, Default_Handler, Default_Handler,
    },
};
