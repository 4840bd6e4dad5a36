"""Programs as ONNX models, made from the equations."""
