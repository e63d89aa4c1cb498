/* How the firmware ends under an emulator or a debug probe. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

/* Ends the emulation with this exit status. */
_Noreturn void semihosting_exit(int status);

#endif /* SEMIHOSTING_H */
