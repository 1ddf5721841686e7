"""What losses are given beside their inputs, as formulas of any loss: weights, smoothing, soft targets.

A loss here is a formula with one number per row.  What PyTorch calls ``weight``, ``label_smoothing``, class
probabilities as a target and ``pos_weight`` are these, in its order: ``smoothed(with_weight(f, w, t), t, alpha)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Integer, Symbol

from derive.language.components import Component, Vector
from derive.language.errors import FormulaError
from derive.language.formula import Formula, Value, unfold
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Binder, Sum, in_place_of, n, substitute

LETTERS = "RWVUQKHCZB"
"""Symbols for what is made of a loss: the first that nothing in it is called by."""


def with_weight(formula: Formula, w: Vector, t: Label | Vector, *, name: str = "") -> Formula:
    """``w[t] f``: the loss of a row counts by the weight of its class.

    Of a target y with a number for each class, each term of the sum over the classes counts by its weight.  Raises
    FormulaError where the formula runs over the classes, has no such label, or is no such sum.
    """
    if isinstance(t, Vector):
        sign, body, k = _terms(formula, "with_weight")
        return _made(formula, name or f"{formula.name}_weighted", sign * Sum(w[k] * body, k), w)
    _check_loss(formula, "with_weight", t)
    return _made(formula, name or f"{formula.name}_weighted", w[t] * formula.expression, w)


def smoothed(formula: Formula, t: Label | Vector, amount: Parameter, *, name: str = "") -> Formula:
    """``(1 - a) f(t) + a/n sum_k f(k)``: a part of the label is spread evenly over all classes.

    It is the loss that is expected where the label is right with ``1 - a`` and else any (C. Szegedy et al. 2016,
    Rethinking the Inception Architecture for Computer Vision, CVPR).  Of target probabilities y each becomes
    ``(1 - a) y_k + a/n``; an answer of yes or no, which is one of two, ``(1 - a) y_k + a/2``.  Raises FormulaError as
    :func:`with_weight` does.
    """
    if isinstance(t, Vector):
        _check_loss(formula, "smoothed")
        choices = n if t.domain == "probability" else 2
        expression = in_place_of(t, lambda k: (1 - amount) * t[k] + amount / choices, _told(formula.expression, t))
    else:
        _check_loss(formula, "smoothed", t)
        k = _index(formula)
        expression = (1 - amount) * formula.expression + amount / n * Sum(at_class(formula.expression, t, k), k)
    return _made(formula, name or f"{formula.name}_smoothed", expression, amount)


def with_targets(formula: Formula, t: Label, y: Vector, *, name: str = "") -> Formula:
    """``sum_k y_k f(k)``: the loss that is expected where the label is drawn from the probabilities ``y``.

    Raises FormulaError as :func:`with_weight` does.
    """
    _check_loss(formula, "with_targets", t)
    k = _index(formula)
    expression = Sum(y[k] * at_class(formula.expression, t, k), k)
    return _made(formula, name or f"{formula.name}_soft", expression, y)


def with_pos_weight(formula: Formula, y: Vector, p: Vector, *, name: str = "") -> Formula:
    """``sum_k (p_k y_k f_k(1) + (1 - y_k) f_k(0))``: what an answer of yes counts for, class by class.

    For a sum over the classes of binary losses, each linear in its answer ``y_k``.  Raises FormulaError for any other.
    """
    sign, body, k = _terms(formula, "with_pos_weight")
    no, yes = (substitute(body, {y[k]: Integer(answer)}) for answer in (0, 1))
    if y in yes.free_symbols or (body - y[k] * yes - (1 - y[k]) * no).expand() != 0:
        raise FormulaError(
            f"{formula.where}: with_pos_weight({formula.name}): it is not linear in {y.name}: "
            f"write {y.name}[k]*u + (1 - {y.name}[k])*v"
        )
    expression = sign * Sum(p[k] * y[k] * yes + (1 - y[k]) * no, k)
    return _made(formula, name or f"{formula.name}_pos_weighted", expression, p)


def optioned(loss: Formula, options: Sequence[str]) -> Formula:
    """A loss with these options, by PyTorch's names: each is an input that is called so.

    Raises FormulaError where the loss cannot have one.
    """
    formula = loss
    for option in options:
        target = _target(formula, option)
        if option == "weight":
            formula = with_weight(formula, Vector(option, "positive", "weights of the classes", default=1), target)
        elif option == "pos_weight" and isinstance(target, Vector):
            formula = with_pos_weight(formula, target, _counts(option))
        elif option == "label_smoothing":
            formula = smoothed(formula, target, Parameter(option, 0.0, doc="how much is spread over all classes"))
        else:
            raise FormulaError(f"{loss.where}: {loss.name} takes no {option}")
    return replace(formula, file=loss.file, line=loss.line)


def _counts(name: str) -> Vector:
    return Vector(name, "positive", "what an answer of yes counts for", default=1)


def _target(formula: Formula, option: str) -> Label | Vector:
    """What a loss compares with: its label, or else the vector of probabilities or of answers."""
    labels = (one for one in formula.inputs if isinstance(one, Label))
    given = (one for one in formula.inputs if isinstance(one, Vector) and one not in formula.variables)
    targets = (one for one in given if one.domain in TARGETS)
    found = next(labels, None) or next(targets, None)
    if found is None:
        raise FormulaError(f"{formula.where}: {formula.name} takes no {option}: it has no label, and no target in 0..1")
    return found


TARGETS = ("probability", "unit", "closed_unit")
"""The domains of the targets of a loss."""


def _terms(formula: Formula, word: str) -> tuple[Any, Any, Symbol]:
    """A sum over the classes: its sign, its terms and their index."""
    _check_loss(formula, word)
    sign, total = unfold(formula.expression).as_coeff_Mul()
    if type(total) is not Sum:
        raise FormulaError(
            f"{formula.where}: {word}({formula.name}): it is no sum over the classes: write it as Sum(..., k)"
        )
    return sign, *total.open()


def at_class(expression: Any, t: Label, k: Symbol) -> Any:
    """An expression with a class in place of a label, also in what its named values stand for."""
    return substitute(_told(expression, t), {t: k})


def _told(e: Any, what: Label | Vector) -> Any:
    """An expression with its definition for each named value that hides a label or a vector in it."""
    if what not in e.free_symbols:
        return e
    if isinstance(e, Value):
        by_index_alone = e.index == what and what not in unfold(e.formula.expression).free_symbols
        return e if by_index_alone else _told(e.definition, what)
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_told(body, what), index)
    return e.func(*[_told(a, what) for a in e.args]) if e.args and not isinstance(e, Component) else e


def _check_loss(formula: Formula, word: str, t: Label | None = None) -> None:
    if formula.has_axes:
        raise FormulaError(f"{formula.where}: {word}({formula.name}): it names its axes: write the option into it")
    if formula.over is not None:
        raise FormulaError(
            f"{formula.where}: {word}({formula.name}): it runs over the classes and is no loss of a row: "
            f"leave out over="
        )
    if t is not None and t not in formula.inputs:
        labels = [one.name for one in formula.inputs if isinstance(one, Label)]
        told = f"give its label, {labels[0]}" if labels else "it has no label: give a loss that has one"
        raise FormulaError(f"{formula.where}: {word}({formula.name}): it does not depend on {t}: {told}")


def _index(formula: Formula) -> Symbol:
    taken = {str(s) for s in unfold(formula.expression).free_symbols} | {one.name for one in formula.inputs}
    return Symbol(next(c for c in "jklmpqr" if c not in taken), integer=True)


def _made(formula: Formula, name: str, expression: Any, beside: Any) -> Formula:
    inside = {value.formula.symbol for value in expression.atoms(Value)} | {one.symbol for one in formula.known}
    taken = inside | {one.name for one in formula.inputs} | {beside.name, formula.symbol}
    symbol = next(letter for letter in (*LETTERS, name) if letter not in taken)
    return Formula(
        name, expression, formula.wrt, None, symbol, f"{formula.title or formula.name}, {name.rsplit('_', 1)[-1]}",
        known=formula.known,
    )  # fmt: skip
