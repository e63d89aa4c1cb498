"""Pure Graph -> Graph rewrites, one a file; pipeline.py is the one ordered tuple."""
