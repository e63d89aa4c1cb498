/*
 * Runs a generated network on raw inputs from stdin and writes raw outputs to stdout: for vectors that are too many
 * to be stored in a self-test. The blocks come from malloc, so that sanitizers see what lies beyond them.
 *
 * Compiled with -DHEADER='"kws.h"' -DRUN=kws_run -DARENA_BYTES=KWS_ARENA_BYTES -DSTATE_BYTES=KWS_STATE_BYTES and, for a
 * network that remembers, -DINIT=kws_init. Arguments: calls after which the state begins anew; then each input as
 * i OFFSET BYTES and each output as o OFFSET BYTES, all offsets in the arena.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include HEADER

#define ALIGNMENT 64U

static unsigned char *block(size_t bytes)
{
    const size_t whole = (bytes + ALIGNMENT - 1U) / ALIGNMENT * ALIGNMENT;
    unsigned char *const end = (unsigned char *)aligned_alloc(ALIGNMENT, whole == 0U ? ALIGNMENT : whole);

    if (end == NULL) {
        exit(2);
    }
    return end;
}

/* Moves all inputs from stdin, or all outputs to stdout; 0 at the end of stdin. */
static int move(char kind, unsigned char *arena, int count, char **ports)
{
    for (int i = 0; i + 2 < count; i += 3) {
        unsigned char *const at = arena + strtoul(ports[i + 1], NULL, 10);
        const size_t bytes = strtoul(ports[i + 2], NULL, 10);

        if (ports[i][0] != kind) {
            continue;
        }
        if (kind == 'i' && fread(at, 1, bytes, stdin) != bytes) {
            return 0;
        }
        if (kind == 'o') {
            fwrite(at, 1, bytes, stdout);
        }
    }
    return 1;
}

int main(int argc, char **argv)
{
    unsigned char *const arena = block(ARENA_BYTES);
    unsigned char *const state = block(STATE_BYTES);
    const long calls = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    int failed = 0;

    memset(arena, 77, ARENA_BYTES);
    for (long call = 0; move('i', arena, argc - 2, argv + 2) != 0; call++) {
#ifdef INIT
        failed |= call % calls == 0 && INIT(state) != PROTONAS_SUCCESS;
        failed |= RUN(arena, state) != PROTONAS_SUCCESS;
#else
        failed |= RUN(arena) != PROTONAS_SUCCESS;
#endif
        move('o', arena, argc - 2, argv + 2);
        memset(arena, (int)(call & 0xff), ARENA_BYTES);
    }
    (void)calls;
    free(arena);
    free(state);
    return failed;
}
