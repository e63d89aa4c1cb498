/* The application: two networks in turn on one arena, fed from buffers that lie in another memory. The Makefile says by
 * macros where arena, input and weights lie. */
#include <stdint.h>

#include "answers.h"
#include "console.h"
#include "digits_1.h"
#include "gestures_1.h"

#define TURNS 3

#if DIGITS_1_ARENA_BYTES > GESTURES_1_ARENA_BYTES
#define ARENA_BYTES DIGITS_1_ARENA_BYTES
#else
#define ARENA_BYTES GESTURES_1_ARENA_BYTES
#endif

/* One arena for both: it holds nothing between runs but a result that was not read yet. */
static DIGITS_1_ARENA_SECTION _Alignas(DIGITS_1_ARENA_ALIGN) uint8_t arena[ARENA_BYTES];
_Static_assert(DIGITS_1_ARENA_ALIGN % GESTURES_1_ARENA_ALIGN == 0, "the arena is aligned for both networks");

/* The gestures' input, which its network only reads: in a block of its own, so that the next could be prepared meanwhile. */
static GESTURES_1_INPUT_SECTION _Alignas(GESTURES_1_INPUT_ALIGN) uint8_t encoded_motion[GESTURES_1_INPUT_BYTES];

/* Raw samples, as a camera's or a sensor's DMA would leave them in SRAM: encoding moves them to where a network reads. */
static digits_1_raw_t picture[DIGITS_1_INPUT_ELEMENTS];
static gestures_1_raw_t motion[GESTURES_1_INPUT_ELEMENTS];

/* Stands for the camera: a ring or a stroke, seen a little brighter each turn. */
static void take_picture(int turn)
{
    static const char *const seen[2] = {
        "..####...##..##..#....#..#....#..#....#..#....#..##..##...####..",
        "...##.....###....####......##......##......##......##....######.",
    };

    for (uint32_t i = 0; i < DIGITS_1_INPUT_ELEMENTS; i++) {
        picture[i] = (digits_1_raw_t)(seen[turn % 2][i] == '#' ? 12 + turn : 0);
    }
}

/* Stands for the accelerometer: three triangle waves that get faster each turn. */
static void take_motion(int turn)
{
    for (uint32_t i = 0; i < GESTURES_1_INPUT_ELEMENTS; i++) {
        const int32_t phase = (int32_t)((i / 3U) * (i % 3U + 1U) * (uint32_t)(turn + 1)) % 16;

        motion[i] = (gestures_1_raw_t)((phase < 8 ? phase : 16 - phase) * 4000 - 16000);
    }
}

static void write_int(int32_t value)
{
    char text[12];
    uint32_t at = sizeof text - 1U;
    uint32_t rest = value < 0 ? 0U - (uint32_t)value : (uint32_t)value;

    text[at] = '\0';
    do {
        text[--at] = (char)('0' + (int)(rest % 10U));
        rest /= 10U;
    } while (rest != 0U);
    if (value < 0) {
        text[--at] = '-';
    }
    console_write(&text[at]);
}

static void report(const char *network, const char *answer, const int8_t *scores, uint32_t count)
{
    console_write(network);
    console_write(answer);
    console_write(":");
    for (uint32_t i = 0; i < count; i++) {
        console_write(" ");
        write_int(scores[i]);
    }
    console_write("\n");
}

static int recognize_digit(int turn)
{
    const int8_t *const scores = digits_1_output(arena);

    take_picture(turn);
    digits_1_quantize_input(picture, digits_1_input(arena));
    if (digits_1_run(arena) != PROTONAS_SUCCESS) {
        return 1;
    }
    report("digit   ", answer_digit(scores), scores, DIGITS_1_OUTPUT_ELEMENTS);
    return 0;
}

static int recognize_gesture(int turn)
{
    const int8_t *const scores = gestures_1_output(arena);

    take_motion(turn);
    gestures_1_quantize_input(motion, gestures_1_input(encoded_motion));
    if (gestures_1_run(arena, encoded_motion) != PROTONAS_SUCCESS) {
        return 1;
    }
    report("gesture ", answer_gesture(scores), scores, GESTURES_1_OUTPUT_ELEMENTS);
    return 0;
}

int main(void)
{
    int failed = 0;

    for (int turn = 0; turn < TURNS; turn++) {
        failed |= recognize_digit(turn);
        failed |= recognize_gesture(turn);
    }
    console_write(failed == 0 ? "two networks, one arena: done\n" : "a network refused its arguments\n");
    return failed;
}
