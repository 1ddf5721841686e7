"""A loss over a batch, with its options, held to ours: weights, rows that do not count, smoothing, a mean.

Where it is another loss, the mistakes that are made with these are tried: another divisor, an option left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from derive.audit.theirs import Theirs
from derive.audit.verdicts import Audit, Mismatch
from derive.language.inputs import Label, Parameter
from derive.loading import load
from derive.loops.ir import Program
from derive.verify.asked import asked
from derive.verify.random_rows import random_rows

BATCHES = ((1, 2), (2, 2), (2, 3), (4, 3), (6, 4))
"""Rows and classes, smallest first."""
CLOSE = 1e-9
WEIGHT, IGNORE, SMOOTHING, REDUCTION = "weight", "ignore_index", "label_smoothing", "reduction"

Inputs = dict[str, Any]


def judge_batch(theirs: Theirs, program: Program, options: Mapping[str, Any]) -> Audit:
    """A function that takes arrays of rows, and ``weight`` where it is among the options, against the loss so reduced.

    options: of :mod:`derive.loading.loss_options`; a ``weight`` of ``None`` is made up.  Raises AuditError where the
    function cannot be called.
    """
    ours = load(program.name, formulas=[program.formula])
    seen: list[tuple[Inputs, Inputs, tuple[Any, ...]]] = []
    first: tuple[int, Mismatch] | None = None
    for count, (rows, classes) in enumerate(BATCHES * 2, start=1):
        given, chosen = _batch(program, rows, classes, options, seed=count)
        got, right = theirs.call(given | _arrays(chosen)), _tuple(ours(**given, **chosen))
        seen.append((given, chosen, got))
        if first is None and not _all_alike(got, right):
            first = count, _mismatch(program, given, chosen, got, right)
    if first is None:
        return Audit(len(seen), reduction=str(options.get(REDUCTION, "none")))
    return Audit(first[0], first[1], why=_why(program, ours, seen))


def _batch(program: Program, rows: int, classes: int, options: Mapping[str, Any], seed: int) -> tuple[Inputs, Inputs]:
    """Rows around 0, the last of several with the label that does not count; weights of all sizes."""
    dice = np.random.default_rng(seed)
    drawn = [one.point for one in random_rows(asked([program]), str(seed), (classes,) * rows)]
    given: Inputs = {}
    for one in program.inputs:
        if isinstance(one, Label):
            labels = np.array([point.indices[one.name] - 1 for point in drawn], np.int64)
            labels[-1] = options[IGNORE] if rows > 1 and IGNORE in options else labels[-1]
            given[one.name] = labels
        elif isinstance(one, Parameter):
            given[one.name] = one.default
        elif one == program.formula.vector:
            given[one.name] = np.round(dice.normal(0, 2, (rows, classes)), 3)
        else:
            given[one.name] = np.array([point.vectors[one.name] for point in drawn], np.float64)
    weights = {WEIGHT: np.round(dice.uniform(0.2, 3, classes), 3)} if WEIGHT in options else {}
    return given, dict(options) | weights


def _arrays(chosen: Inputs) -> Inputs:
    return {key: value for key, value in chosen.items() if isinstance(value, np.ndarray)}


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)


def _all_alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: Any, other: Any) -> bool:
    a, b = np.ravel(one), np.ravel(other)
    return a.size == b.size and bool(np.allclose(a, b, rtol=CLOSE, atol=CLOSE, equal_nan=True))


def _mismatch(program: Program, given: Inputs, chosen: Inputs, got: Any, right: Any) -> Mismatch:
    at = ", ".join(f"{name} = {np.asarray(v).tolist()}" for name, v in (given | chosen).items())
    for output, one, other in zip(program.outputs, got, right, strict=False):
        a, b = np.ravel(one), np.ravel(other)
        if a.size != b.size:
            return Mismatch(at, f"the number of values of {output.name}", float(a.size), float(b.size))
        if not _alike(a, b):
            place = int(np.argmax(~np.isclose(a, b, rtol=CLOSE, atol=CLOSE)))
            index = f"[{', '.join(map(str, np.unravel_index(place, np.shape(other))))}]" if np.ndim(other) else ""
            return Mismatch(at, f"{output.name}{index}", float(a[place]), float(b[place]))
    return Mismatch(at, "the number of results", float(len(got)), float(len(right)))


def _why(program: Program, ours: Callable[..., Any], seen: list[Any]) -> str:
    """The mistake that explains all that was seen, the batch at which it showed among them."""
    labels = [one.name for one in program.inputs if isinstance(one, Label)]
    for words, change in _mistakes(labels[0] if labels else "", seen[-1][1]):
        if all(_all_alike(got, change(ours, given, chosen)) for given, chosen, got in seen):
            return words
    return ""


Change = Callable[[Callable[..., Any], Inputs, Inputs], tuple[Any, ...]]


def _mistakes(label: str, chosen: Inputs) -> Iterator[tuple[str, Change]]:
    if chosen.get(REDUCTION) == "mean":
        yield (
            "it divides by the number of rows, not by the weights of those that count",
            _divided(lambda g, c: _rows(g)),
        )
        yield (
            "it divides by the number of rows that count, not by their weights",
            _divided(lambda g, c: int((g[label] != c.get(IGNORE)).sum()) if label else _rows(g)),
        )
        yield "it divides by the number of rows and classes", _divided(lambda g, c: next(iter(g.values())).size)
        yield "it divides by nothing: it is the sum", _divided(lambda g, c: 1)
    names = [name for name in (WEIGHT, IGNORE, SMOOTHING) if name in chosen]
    for count in range(1, len(names) + 1):
        for left in combinations(names, count):
            yield f"it leaves {' and '.join(left)} out", _without(left, label)


def _rows(given: Inputs) -> int:
    return len(next(iter(given.values())))


def _divided(divisor: Callable[[Inputs, Inputs], float]) -> Change:
    def change(ours: Callable[..., Any], given: Inputs, chosen: Inputs) -> tuple[Any, ...]:
        return tuple(one / divisor(given, chosen) for one in _tuple(ours(**given, **chosen | {REDUCTION: "sum"})))

    return change


def _without(names: tuple[str, ...], label: str) -> Change:
    def change(ours: Callable[..., Any], given: Inputs, chosen: Inputs) -> tuple[Any, ...]:
        kept = {key: value for key, value in chosen.items() if key not in names}
        if IGNORE in names and label:  # -1 is the last class to NumPy
            given = given | {label: given[label] % given[next(iter(given))].shape[-1]}
        return _tuple(ours(**given, **kept))

    return change
