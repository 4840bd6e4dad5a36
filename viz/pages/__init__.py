"""Pages: self-contained HTML with script and data, which asks the network for nothing."""
