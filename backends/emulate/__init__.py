"""QEMU: start-up code, linker scripts, runner, instruction counts."""
