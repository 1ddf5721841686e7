"""In what form a formula is computed: expression -> expression, and no digit is lost."""

from __future__ import annotations

from derive.numerics.routes import SCALED, SHIFTED, Route, Task, route
from derive.numerics.specialise import Result

__all__ = ["Result", "Route", "route", "SCALED", "SHIFTED", "Task"]
