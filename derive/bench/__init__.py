"""The bench: kernels beside every library that is here, and beside what the machine can do, in one run."""

from __future__ import annotations

from derive.bench.ask import Ask, BenchError
from derive.bench.contest import run_bench
from derive.bench.records import Report

__all__ = ["Ask", "BenchError", "Report", "run_bench"]
