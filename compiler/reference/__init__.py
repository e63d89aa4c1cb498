"""NumPy interpreters: float, and integer bit-exact with the generated C."""
