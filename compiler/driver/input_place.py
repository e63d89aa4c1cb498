"""The words of --input: where a network's inputs lie."""

ARENA, OUTSIDE = "arena", "outside"
