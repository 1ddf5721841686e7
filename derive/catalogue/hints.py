"""What is said of a name that nothing carries: why not, and which one was meant."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from derive.language.components import Vector
from derive.language.formula import Formula
from derive.language.inputs import Parameter
from derive.language.kinds import BY_ANY, kernel_names, saved_kernel_names

FEW = 12
"""No more names than these are told in one line."""

KINDS = (*BY_ANY, "value_and_grad", "hvp")
"""What a kernel may be called after its formula."""


def unknown(kind: str, name: str, names: Iterable[str]) -> str:
    """One line for a name that is not among ``names``: the closest ones, all of them, or where they are listed."""
    names = sorted(names)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    listed = f"there are: {', '.join(names)}" if len(names) <= FEW else f"derive list shows all {len(names)}"
    hint = f"did you mean {' or '.join(close)}?" if close else listed
    return f"no {kind} is called {name!r}: {hint}"


def unknown_formula(name: str, formulas: Sequence[Formula]) -> str:
    """One line for the name of a formula that is not there: a kernel's, one of a file that was not named, a slip."""
    for formula in formulas:
        if name in _all_kernels(formula):
            return f"no formula is called {name!r}: it is a kernel of {formula.name}: say {formula.name}"
    if (file := _stands_in([name])) is not None:
        return f"no formula is called {name!r}: one is in {file}, which was not named: --formulas {file}"
    return unknown("formula", name, [formula.name for formula in formulas])


def unknown_kernel(name: str, formulas: Sequence[Formula]) -> str:
    """One line for the name of a kernel that is not there: of another kind of formula, of a file, a slip."""
    for formula in sorted(formulas, key=lambda one: -len(one.name)):
        kind = name.removeprefix(f"{formula.name}_")
        if kind != name and (why := _why_not(kind, formula)):
            return f"no kernel is called {name!r}: {why}: it has {', '.join(kernel_names(formula)[1:])}"
    bases = [name[:end] for end in range(len(name), 0, -1) if end == len(name) or name[end] == "_"]
    if (file := _stands_in(bases)) is not None:
        return f"no kernel is called {name!r}: its formula is in {file}, which was not named: say formulas='{file}'"
    return unknown("kernel", name, [kernel for formula in formulas for kernel in _all_kernels(formula)])


def _why_not(kind: str, formula: Formula) -> str:
    """Why a formula has no kernel of a kind; empty: there is no such kind."""
    numbers = [one for one in formula.inputs if isinstance(one, Vector | Parameter)]
    by_others = {f"{base}_{one.name}": one for base in KINDS for one in numbers}
    if kind in by_others:
        by = " and ".join(one.name for one in formula.variables)
        return f"{formula.name} is differentiated by {by} (wrt=), not by {by_others[kind].name}"
    if kind.removesuffix("_saved") not in KINDS:
        return ""
    if formula.has_axes:
        return f"{formula.name} names its axes, and is {'an array' if formula.indices else 'one number'}"
    return f"{formula.name} is {'one number per row' if formula.over is None else 'a vector, one number per class'}"


def _all_kernels(formula: Formula) -> tuple[str, ...]:
    return (*kernel_names(formula), *saved_kernel_names(formula))


def _stands_in(names: Sequence[str]) -> Path | None:
    """The Python file of this folder that writes a formula of one of these names; it is read, and not run."""
    for path in sorted(Path().glob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        if any(isinstance(node, ast.Call) and _written_name(node) in names for node in ast.walk(tree)):
            return path
    return None


def _written_name(call: ast.Call) -> str | None:
    """The name that a call of Formula gives; ``None``: it is another call."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "name")]
    if called != "Formula" or not given or not isinstance(given[0], ast.Constant):
        return None
    return given[0].value if isinstance(given[0].value, str) else None
