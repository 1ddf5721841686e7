"""What derive needs of the machine: other processes, folders to work in, packages."""

from __future__ import annotations

from derive.system.interrupts import none_outlived, repeat_lost_interrupts
from derive.system.resources import collect_rarely, cores

__all__ = ["collect_rarely", "cores", "none_outlived", "repeat_lost_interrupts"]
