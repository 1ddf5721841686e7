"""C: kernels in C11, for float and double, with a build file."""

from derive.targets.c.half_target import TARGET as HALF_TARGET
from derive.targets.c.half_target import HalfTarget
from derive.targets.c.target import TARGET, CTarget

__all__ = ["HALF_TARGET", "TARGET", "CTarget", "HalfTarget"]
