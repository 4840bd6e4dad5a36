"""Networks in files, PyTorch and ONNX."""
