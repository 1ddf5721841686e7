"""The oracle and the checks: none of it shares code with the engine."""

from __future__ import annotations

from derive.verify.facts import check_topics
from derive.verify.programs import check_programs
from derive.verify.steps import StepError, check_derived
from derive.verify.witness import example

__all__ = ["check_derived", "check_programs", "check_topics", "example", "StepError"]
