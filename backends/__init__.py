"""Lower a Graph to a Program and print it as C."""
