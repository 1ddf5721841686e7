"""The NumPy target: one module for each formula that needs nothing but numpy."""

from derive.targets.numpy.target import TARGET, NumpyTarget

__all__ = ["TARGET", "NumpyTarget"]
