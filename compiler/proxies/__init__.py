"""Zero-shot scores of untrained networks, one a file."""
