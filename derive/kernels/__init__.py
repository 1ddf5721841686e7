"""Which kernels a formula has, and the program of each."""

from __future__ import annotations

from derive.kernels.every import all_kernel_names, kernels, programs
from derive.kernels.lowered import program, stages
from derive.kernels.results import Kernel

__all__ = ["all_kernel_names", "Kernel", "kernels", "program", "programs", "stages"]
