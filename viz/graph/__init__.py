"""Pictures of computation graphs: whole, folded, highlighted, and as indented text."""
