"""Lifetimes, schedule, placement of buffers, and an independent check of the plan."""
