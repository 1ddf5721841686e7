"""The version of derive; nothing generated ever names it."""

__version__ = "0.1.0"
