"""Graph and Program, the two forms a network takes, and what must hold of them."""
