"""Somebody's own kernel held to a formula: equal within its condition, or the smallest input at which it is not."""

from __future__ import annotations

from derive.audit.reduced import judge_batch
from derive.audit.theirs import AuditError, theirs_of
from derive.audit.verdicts import Audit, Mismatch, judge

__all__ = ["Audit", "AuditError", "judge", "judge_batch", "Mismatch", "theirs_of"]
