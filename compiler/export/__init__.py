"""Prototypes as ONNX files for other tools, and trained weights back from them."""
