"""Elementary functions derived from themselves: range reduction, a minimax polynomial, C without a branch."""

from derive.elementary.printed import Elementary, functions

__all__ = ["Elementary", "functions"]
