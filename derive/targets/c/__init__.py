"""C: kernels in C11, for float and double, with a build file."""

from derive.targets.c.target import TARGET, CTarget

__all__ = ["TARGET", "CTarget"]
