"""Ways into the Graph: from an Architecture (later TFLite and ONNX)."""
