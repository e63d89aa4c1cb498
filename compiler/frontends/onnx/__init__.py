"""ONNX models, quantized (QDQ, QOperator) or float with calibration data, as Graphs."""
