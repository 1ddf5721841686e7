"""The loop IR run for one row in plain Python floats: what a printed kernel is compared with."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any

import mpmath

from derive.loops.ir import (
    LAST_ROW,
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Number,
    Position,
    Program,
    Same,
    Statement,
    Store,
    Value,
)

Row = Mapping[str, Any]
"""Input name -> a list of floats (vector), an int (label) or a float (parameter)."""


def run(program: Program, inputs: Row) -> dict[str, Any]:
    """The outputs of one row by name: a float, a list, or a list of lists."""
    classes = next(len(v) for v in inputs.values() if isinstance(v, list))
    shape: dict[int, Callable[[], Any]] = {
        0: lambda: [0.0],
        1: lambda: [math.nan] * classes,
        2: lambda: [[math.nan] * classes for _ in range(classes)],
    }
    state: dict[str, Any] = {**inputs, "n": float(classes), **{o.name: shape[o.axes]() for o in program.outputs}}
    _block(program.body, state, classes)
    return {o.name: state[o.name][0] if o.axes == 0 else state[o.name] for o in program.outputs}


def _block(body: tuple[Statement, ...], state: dict[str, Any], classes: int) -> None:
    for statement in body:
        if isinstance(statement, Let):
            state[statement.name] = value(statement.value, state)
        elif isinstance(statement, Store):
            _store(statement, state)
        elif isinstance(statement, Loop):
            _loop(statement, state, classes)
        else:
            raise AssertionError(f"{statement} outside a loop")


def _store(store: Store, state: dict[str, Any]) -> None:
    target = state[store.output]
    *outer, last = [-1 if i == LAST_ROW else state[i] for i in store.indices] or [0]
    for index in outer:
        target = target[index]
    target[last] = value(store.value, state)


def _loop(loop: Loop, state: dict[str, Any], classes: int) -> None:
    summands: dict[str, list[float]] = {s.name: [] for s in loop.body if isinstance(s, Accumulate)}
    best = {s.name: (-math.inf, 0) for s in loop.body if isinstance(s, ArgMax)}
    for k in range(classes):
        state[loop.index] = k
        for statement in loop.body:
            if isinstance(statement, Accumulate):
                if statement.skip is None or state[statement.skip] != k:
                    summands[statement.name].append(value(statement.value, state))
            elif isinstance(statement, ArgMax):
                found = value(statement.value, state)
                if found > best[statement.name][0]:
                    best[statement.name] = (found, k)
            else:
                _block((statement,), state, classes)
    for name, terms in summands.items():
        state[name] = math.fsum(terms) if all(map(math.isfinite, terms)) else sum(terms)
    for statement in loop.body:
        if isinstance(statement, ArgMax):
            state[statement.name], where = best[statement.name]
            if statement.where is not None:
                state[statement.where] = where


def value(node: Value, state: Mapping[str, Any]) -> float:
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, Name):
        return float(state[node.name])
    if isinstance(node, Position):
        return float(state[node.index] + 1)
    if isinstance(node, Same):
        return float(state[node.left] == state[node.right])
    if isinstance(node, Element):
        array = state[node.array]
        return float((array[-1] if isinstance(array[0], list) else array)[state[node.index]])
    return OPERATIONS[node.op](*(value(a, state) for a in node.args)) if isinstance(node, Call) else math.nan


def _log(u: float) -> float:
    return math.log(u) if u > 0 else -math.inf if u == 0 else math.nan


def _log1p(u: float) -> float:
    return math.log1p(u) if u > -1 else -math.inf if u == -1 else math.nan


def _or_inf(function: Callable[[float], float]) -> Callable[[float], float]:
    def guarded(u: float) -> float:
        try:
            return function(u)
        except OverflowError:
            return math.inf

    return guarded


def _div(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _log_ratio(a: float, b: float) -> float:
    ratio = _div(a, b)
    return _log(ratio) if sys.float_info.min <= ratio <= sys.float_info.max else _log(a) - _log(b)


def _pow(a: float, b: float) -> float:
    if a < 0 and math.isfinite(b) and not b.is_integer():
        return math.nan
    if a == 0 and b < 0:
        return math.inf
    try:
        return math.pow(a, b)
    except OverflowError:
        return math.inf


def _erfcx(u: float) -> float:
    """Far out by the first terms of its series."""
    if math.isnan(u) or u < -27:
        return u if math.isnan(u) else math.inf
    if u > 1e3:
        return (1 - (1 - 1.5 / u / u) / u / u / 2) / u / math.sqrt(math.pi)
    return float(mpmath.exp(mpmath.mpf(u) ** 2) * mpmath.erfc(u))


OPERATIONS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": _div,
    "neg": lambda a: -a,
    "exp": _or_inf(math.exp),
    "exp2": _or_inf(math.exp2),
    "expm1": _or_inf(math.expm1),
    "log": _log,
    "log1p": _log1p,
    "pow": _pow,
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "abs": abs,
    "tanh": math.tanh,
    "sin": lambda u: math.sin(u) if math.isfinite(u) else math.nan,
    "cos": lambda u: math.cos(u) if math.isfinite(u) else math.nan,
    "erf": math.erf,
    "erfc": math.erfc,
    "erfcx": lambda u: _erfcx(u),
    "sign": lambda u: u if math.isnan(u) else float((u > 0) - (u < 0)),
    "max": lambda a, b: math.nan if math.isnan(a) or math.isnan(b) else max(a, b),
    "finite_or_zero": lambda u: u if math.isfinite(u) else 0.0,
    "supported": lambda w, u: -math.inf if w == 0 else u,
    "weighted": lambda w, u: 0.0 if w == 0 else w * u,
    "compare": lambda u, v, a, b, c: a if u < v else c if u > v else b if u == v else math.nan,
    "weighted_ratio": lambda w, u: 0.0 if w == 0 else _div(w, u),
    "log_ratio": _log_ratio,
    "where_nonnegative": lambda c, a, b: a if c >= 0 else b if c < 0 else c,
}
