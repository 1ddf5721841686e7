"""The NumPy target: names, prose that cannot break out, and what cannot be printed."""

from __future__ import annotations

import builtins
import inspect
import symtable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.algebra.records import Derived
from derive.language import Formula, Sum, exp, vector
from derive.loops.ir import Accumulate, Call, Element, Let, Loop, Name, Output, Program, Store
from derive.targets import Built, PrintError
from derive.targets.numpy import TARGET
from derive.targets.numpy.names import BUILTINS, MODULE
from derive.targets.templates import environment
from tests.targets.modules import DATA, _j, _x, load, made, run_alone, text
from tests.zoo import FORMULA, GRAD, JACOBIAN, NORMALISED, OUT, VALUE, VALUE_AND_GRAD, ZOO, T, X, program, x

# --- names ---------------------------------------------------------------------------------------------------------


def test_outputs_may_lie_in_one_buffer(module: ModuleType) -> None:
    buffer = np.zeros((2, 4))
    labels = np.array([0, 2])
    value, grad = module.zoo_value_and_grad(DATA, labels)
    module.zoo_value_and_grad(DATA, labels, out=(buffer[:, 0], buffer[:, 1:]))
    np.testing.assert_array_equal(buffer, np.column_stack([value, grad]))
    with pytest.raises(ValueError, match="overlap"):
        module.zoo_value_and_grad(DATA, labels, out=(buffer[:, 1], buffer[:, 1:]))


def test_an_input_may_be_called_np(tmp_path: Path) -> None:
    np_ = vector("np")
    module = made(tmp_path, Formula("f", Sum(exp(np_[_j]), _j), wrt=np_))
    assert list(inspect.signature(module.f).parameters) == ["np_", "axis", "out"]
    np.testing.assert_allclose(module.f(DATA), np.exp(DATA).sum(-1))


@pytest.mark.parametrize("name", ["np", "range", "Array"])
def test_a_formula_may_not_hide_what_its_module_uses(tmp_path: Path, name: str) -> None:
    with pytest.raises(PrintError, match=f"test_numpy_text.py:.*'{name}'.*call the formula otherwise"):
        made(tmp_path, Formula(name, Sum(exp(_x[_j]), _j), wrt=_x))


def test_all_that_a_module_uses_is_known() -> None:
    """Python's own symbol table says which names of the module or of Python its functions read."""
    table = symtable.symtable(text(*ZOO), "zoo.py", "exec")
    read = {s.get_name() for f in table.get_children() for s in _symbols(f) if s.is_global() and s.is_referenced()}
    kernels = {p.name for p in ZOO}
    public = {name for name in read | set(table.get_identifiers()) - kernels if not name.startswith("_")}
    assert public - kernels <= MODULE | BUILTINS
    assert {n for n in public if hasattr(builtins, n)} <= BUILTINS


def _symbols(table: symtable.SymbolTable) -> list[symtable.Symbol]:
    return [*table.get_symbols(), *(s for inner in table.get_children() for s in _symbols(inner))]


@pytest.mark.parametrize("note", ["two\nlines", "a\rreturn", "# again"])
def test_no_text_can_break_out_of_a_comment(tmp_path: Path, note: str) -> None:
    printed = program("noted", (X,), (VALUE,), Let("c", Name("n"), note=note), Store("value", (), Name("c")))
    np.testing.assert_array_equal(run_alone(tmp_path, printed, DATA), [3.0, 3.0])


@pytest.mark.parametrize("words", ['ends """ here', "ends in \\", "\\N{DIGIT ONE}", '"quoted"', "two\nlines"])
def test_no_text_can_break_out_of_a_docstring(tmp_path: Path, words: str) -> None:
    printed = program("told", (X,), (Output("value", 0, words),), Store("value", (), Name("n")))
    formula = Formula("told", Sum(_x[_j], _j), wrt=_x, title=words, doc=words, source=words)
    printed = Program("told", formula, words, (words,), printed.inputs, printed.outputs, printed.body)
    (source,) = TARGET.formula_files(Built(formula, Derived(formula, (), ()), (printed,)), environment()).values()
    module = load(tmp_path / "told.py", source)
    np.testing.assert_array_equal(module.told(DATA), [3.0, 3.0])
    assert " ".join(words.replace('"""', "'''").split()) in " ".join(str(module.told.__doc__).split())


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        Let("a", Call("sine", (Name("b"),))),
        Let("a", Name("never_made")),
        Let("a", Element("x", "nowhere")),
        Accumulate("a", Name("n")),
        Store("value", ("k",), Name("n")),
        Store("nothing", (), Name("n")),
        Loop("k", (Accumulate("s", x("k")), Let("early", Name("s")))),
        Loop("k", (Let("e", x("k")), Store("value", (), x("k")))),
        Let("a", Element("x", "k")),
        Loop("i", (Loop("j", (Loop("l", (Let("a", x("l")),)),)),)),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_refused(statement: Any) -> None:
    with pytest.raises(PrintError, match=r"zoo.py:\d+.*zoo_bad.*derive.loops"):
        text(program("bad", (X,), (VALUE, OUT), statement))


def test_signatures_and_determinism() -> None:
    made = Built(FORMULA, Derived(FORMULA, (), ()), (VALUE_AND_GRAD, NORMALISED, JACOBIAN))
    assert TARGET.signatures(made)["zoo_normalised"].startswith(
        "zoo_normalised(x: Array, *, T: float = 2.0, axis: int = -1"
    )
    assert text(*ZOO) == text(*ZOO)


def test_every_output_is_stored_and_stored_whole() -> None:
    with pytest.raises(PrintError, match="nothing stores the output 'value'"):
        text(program("bad", (X,), (VALUE,)))
    with pytest.raises(PrintError, match="the other classes of 'grad' are not stored"):
        text(program("bad", (X, T), (GRAD,), Store("grad", ("t",), Name("n"))))
