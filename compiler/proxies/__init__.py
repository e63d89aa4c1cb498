"""Zero-shot scores: what an untrained network's activations say about how well it would learn."""
