"""What derive needs of the machine: other processes, folders to work in, packages."""

from __future__ import annotations

from derive.system.processes import cores, elsewhere

__all__ = ["cores", "elsewhere"]
