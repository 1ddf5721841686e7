"""The folder of generated files: what is in it, what should be, and how it gets there whole."""
