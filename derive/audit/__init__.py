"""Somebody's own kernel held to a formula: equal within its condition, or the smallest input at which it is not."""

from __future__ import annotations

from derive.audit.theirs import AuditError, theirs_of
from derive.audit.verdicts import Audit, Mismatch, judge

__all__ = ["AuditError", "Mismatch", "Audit", "judge", "theirs_of"]
