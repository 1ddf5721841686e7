"""Generated JavaScript, run by node."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from derive.targets import Built
from derive.targets.javascript import TARGET
from derive.targets.templates import environment

DTYPES = {"float32": "f32", "float64": "f64"}

_SERVE = r"""
const vm = require("vm"), lines = require("readline").createInterface({ input: process.stdin });
const read = (v) => Array.isArray(v) ? v.map(read) : typeof v === "string" ? Number(v) : v;
const told = (v) => typeof v === "number" ? (Object.is(v, -0) ? "-0" : String(v))
  : ArrayBuffer.isView(v) ? Array.from(v, told) : Object.fromEntries(Object.entries(v).map(([k, w]) => [k, told(w)]));
lines.on("line", (line) => {
  const asked = JSON.parse(line);
  let answer;
  try {
    if (asked.script) { vm.runInThisContext(asked.script); answer = null; }
    else answer = asked.calls.map((given) => told(derive[asked.real][asked.kernel](...read(given))));
  } catch (error) { answer = { error: `${error.name}: ${error.message}` }; }
  console.log(JSON.stringify(answer));
});
"""


class ScriptError(Exception):
    """What a script threw."""


class Node:
    """One node process, which keeps the scripts that it was given."""

    def __init__(self) -> None:
        node = shutil.which("node")
        if node is None:
            pytest.skip("node is not installed")
        self._process = subprocess.Popen(
            [node, "-e", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def close(self) -> None:
        self._process.communicate()

    def load(self, built: Built) -> None:
        """The kernels of a formula, and what they need."""
        templates = environment()
        for text in (*TARGET.shared_files([built], templates).values(), *_own(built)):
            self._ask({"script": text})

    def call(self, kernel: str, dtype: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """The results for each list of arguments: a number, a list, or these by their names.

        Raises ScriptError where the kernel throws.
        """
        found = self._ask({"kernel": kernel, "real": DTYPES[dtype], "calls": [_written(given) for given in calls]})
        return [_read(one) for one in found]

    def _ask(self, question: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise ScriptError(answer["error"])
        return answer


def _own(built: Built) -> list[str]:
    return list(TARGET.formula_files(built, environment()).values())


def _written(value: Any) -> Any:
    """As JSON, which knows neither infinities nor NaN."""
    if isinstance(value, list | tuple):
        return [_written(one) for one in value]
    return str(value).replace("inf", "Infinity") if isinstance(value, float) and not math.isfinite(value) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _read(one) for name, one in value.items()}
    return [_read(one) for one in value] if isinstance(value, list) else float(value)
