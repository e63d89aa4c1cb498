"""The .nas language: text in, a search space out. Knows nothing of weights, C or boards."""
