"""Quantized TFLite files as Graphs. A file is hostile until verify_file has walked over all that is read."""
