"""Somebody's own kernel held to a formula: equal within its condition, or the smallest input at which it is not."""

from __future__ import annotations

from derive.audit.found import AuditError, theirs_of
from derive.audit.judge import Miss, Verdict, judge

__all__ = ["AuditError", "Miss", "Verdict", "judge", "theirs_of"]
