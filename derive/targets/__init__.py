"""The outputs: one folder each, none imports another."""
