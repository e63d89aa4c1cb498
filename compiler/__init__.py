"""Everything between a spec (or a model file) and a planned program."""
