"""From DOT text to SVG, PNG, PDF and files."""
