"""RAM, flash, cycles and energy of a program on a target. Only adds up; knows no kernel by name."""
