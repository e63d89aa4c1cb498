/* The console on a machine that has stdio. */
#include <stdio.h>

#include "console.h"

void console_write(const char *text)
{
    (void)fputs(text, stdout);
}
