/* A QEMU TCG plugin: how many instructions were executed each time a marked address is reached.
 *
 *   -plugin count_calls.so,out=FILE,mark=0xADDRESS[,mark=...]
 *
 * Each time a marked address is about to execute, FILE gets a line "ADDRESS COUNT", COUNT being the instructions executed
 * before it. Counts are exact: a translated block is added when it is entered, and what follows a mark in its block is
 * taken off again. Only functions that every version of the plugin API has are used; PLUGIN_API says which is asked for.
 *
 * SPDX-License-Identifier: MIT
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this file, to deal in it without
 * restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and
 * to sell copies of it, provided that this notice stays in all copies. It comes "as is", without warranty of any kind.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of the plugin ABI used here: distributions seldom package qemu-plugin.h. */
typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info_t qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS = 0 };
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = PLUGIN_API;

/* A marked instruction in one translation: `following` counts it and those behind it in its block. */
struct place {
    uint64_t address;
    uint64_t following;
};

static uint64_t executed;
static uint64_t *marks;
static size_t mark_count;
static FILE *out;

static void at_block(unsigned cpu, void *instructions)
{
    (void)cpu;
    executed += (uintptr_t)instructions;
}

static void at_mark(unsigned cpu, void *data)
{
    const struct place *place = data;

    (void)cpu;
    fprintf(out, "%llx %llu\n", (unsigned long long)place->address,
            (unsigned long long)(executed - place->following));
}

static bool is_marked(uint64_t address)
{
    for (size_t i = 0; i < mark_count; i++) {
        if (marks[i] == address) {
            return true;
        }
    }
    return false;
}

static void at_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    const size_t count = qemu_plugin_tb_n_insns(block);

    (void)id;
    qemu_plugin_register_vcpu_tb_exec_cb(block, at_block, NO_REGISTERS, (void *)(uintptr_t)count);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        const uint64_t address = qemu_plugin_insn_vaddr(instruction);
        if (is_marked(address)) {
            struct place *place = malloc(sizeof *place); /* lives as long as the translation: to the end */
            if (place == NULL) {
                abort();
            }
            *place = (struct place){address, count - i};
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_mark, NO_REGISTERS, place);
        }
    }
}

static void at_end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    fclose(out);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    marks = calloc((size_t)argc + 1U, sizeof *marks);
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0) {
            out = fopen(argv[i] + 4, "w");
        } else if (strncmp(argv[i], "mark=", 5) == 0 && marks != NULL) {
            marks[mark_count++] = strtoull(argv[i] + 5, NULL, 0) & ~UINT64_C(1);
        } else {
            fprintf(stderr, "count_calls: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    if (out == NULL) {
        fprintf(stderr, "count_calls: out=FILE is missing or cannot be written\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, at_translation);
    qemu_plugin_register_atexit_cb(id, at_end, NULL);
    return 0;
}
