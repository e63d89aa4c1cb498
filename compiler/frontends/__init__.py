"""Ways into the Graph: from an Architecture, from TFLite files (later ONNX)."""
