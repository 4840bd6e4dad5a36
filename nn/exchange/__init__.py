"""Networks from and to files, PyTorch and ONNX."""
