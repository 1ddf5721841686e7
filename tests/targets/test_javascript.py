"""The JavaScript target: what it prints runs in node, and is as right as the kernels of the other targets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from derive.catalogue import UnknownName, load_catalogue
from derive.job import select_targets
from derive.language import Formula, vector
from derive.language.components import Labels, Vector
from derive.language.inputs import Label
from derive.loops.ir import Name, Program, Store
from derive.pipeline import build_formula, render
from derive.targets import PrintError
from derive.targets.javascript import TARGET
from derive.targets.templates import environment
from derive.verify.floats import Made, carried_out, verdicts
from derive.verify.oracle import Point
from tests.axes.formulas import CASES
from tests.interpret import run
from tests.targets.compiled import ROWS, built
from tests.targets.scripts import Node, ScriptError
from tests.zoo import GATHER, VALUE, ZOO, X, program


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    opened = Node()
    yield opened
    opened.close()


def made_by(node: Node) -> Any:
    """The results of a kernel at points, by node."""

    def make(program: Program, points: Sequence[Point], dtype: str) -> Made:
        found = node.call(program.name, dtype, [given(program, point) for point in points])
        names = [output.name for output in program.outputs]
        rows = [one if isinstance(one, dict) else {names[0]: one} for one in found]
        flat = {name: [row[name] if isinstance(row[name], list) else [row[name]] for row in rows] for name in names}
        return {name: [list(column) for column in zip(*rows, strict=True)] for name, rows in flat.items()}

    return make


def given(program: Program, point: Point) -> list[Any]:
    """The arguments, labels counted from 0: the sizes where the kernel takes them, then the inputs."""
    lengths = {"n": point.classes, **point.sizes}
    found: list[Any] = [lengths[letter] for letter in program.sizes]
    for one in program.inputs:
        if isinstance(one, Vector):
            found.append([float(v) for v in point.vectors[one.name]])
        elif isinstance(one, Labels):
            found.append([place - 1 for place in point.picks[one.name]])
        else:
            found.append(point.indices[one.name] - 1 if isinstance(one, Label) else float(point.scalars[one.name]))
    return found


QUICK = {"softmax", "cross_entropy", "gaussian_nll", "hinge"}
CATALOGUE = [pytest.param(f, id=f.name, marks=() if f.name in QUICK else pytest.mark.slow) for f in load_catalogue()]
ALONG_AXES = [pytest.param(case.formula, id=repr(case), marks=pytest.mark.slow) for case in CASES]


@pytest.mark.parametrize("formula", [*CATALOGUE, *ALONG_AXES])
def test_every_kernel_keeps_what_its_program_promises(formula: Formula, node: Node) -> None:
    """Held to the oracle on the rows to which a build holds the program, in float32 and in float64."""
    made = build_formula(formula)
    node.load(made)
    makers = [carried_out, made_by(node)]
    for kernel, (stated, ours) in zip(made.programs, verdicts(made.programs, makers), strict=True):
        assert stated.bound is None or ours.bound is not None, f"{kernel.name}: {ours.miss}"


@pytest.mark.parametrize("row", range(len(ROWS["x"])))
@pytest.mark.parametrize("program", ZOO, ids=lambda program: program.name)
def test_a_kernel_computes_what_the_program_says(program: Program, row: int, node: Node) -> None:
    tables = [ROWS["x"][row], ROWS["y"][row], ROWS["x"][-1 - row]]
    vectors = [what for what in program.inputs if isinstance(what, Vector)]
    inputs: dict[str, Any] = {what.name: table for what, table in zip(vectors, tables, strict=False)}
    for place, what in enumerate(program.inputs):
        if not isinstance(what, Vector):
            inputs[what.name] = (place + row) % 5 if isinstance(what, Label) else what.default
    node.load(built(program))
    (found,) = node.call(program.name, "float64", [list(inputs.values())])
    results = found if isinstance(found, dict) else {program.outputs[0].name: found}
    for name, wanted in run(program, {what.name: inputs[what.name] for what in program.inputs}).items():
        np.testing.assert_allclose(results[name], np.ravel(wanted), rtol=1e-14, atol=1e-300, err_msg=name)


@pytest.mark.parametrize(("dtype", "units"), [("float32", 0.5001), ("float64", 4.0)])
def test_what_is_left_of_1_by_the_error_function(dtype: str, units: float, node: Node) -> None:
    points = [sign * 2.0**k * m / 8 for k in range(-30, 5) for m in range(8, 16) for sign in (-1, 1)]
    points = [point for point in points if point < 26]
    node.load(built(erfc := next(one for one in ZOO if one.name == "zoo_op_erfc")))
    (found,) = node.call(erfc.name, dtype, [[points]])
    wanted = np.array([math.erfc(p) for p in points])
    step = np.maximum(np.spacing(wanted.astype(dtype)), np.finfo(dtype).tiny).astype(float)
    assert np.abs((np.array(found) - wanted) / step).max() <= units
    special = node.call(erfc.name, dtype, [[[-math.inf, math.inf, math.nan, 0.0, -0.0]]])[0]
    np.testing.assert_array_equal(special, [2, 0, math.nan, 1, 1])


@pytest.mark.parametrize(("dtype", "units"), [("float32", 0.5001), ("float64", 3.0)])
def test_the_error_function(dtype: str, units: float, node: Node) -> None:
    """JavaScript has none: that of the kernels, over its whole range."""
    points = [sign * 2.0**k * m / 8 for k in range(-30, 4) for m in range(8, 16) for sign in (-1, 1)]
    node.load(built(erf := next(one for one in ZOO if one.name == "zoo_op_erf")))
    (found,) = node.call(erf.name, dtype, [[points]])
    step = np.spacing(np.array([abs(math.erf(p)) for p in points], dtype)).astype(float)
    wanted = np.array([math.erf(p) for p in points])
    assert np.abs((np.array(found) - wanted) / step).max() <= units
    special = node.call(erf.name, dtype, [[[-math.inf, math.inf, math.nan, 0.0, -0.0]]])[0]
    np.testing.assert_array_equal(special, [-1, 1, math.nan, 0, 0])


def test_a_long_sum_does_not_drift(node: Node) -> None:
    node.load(built(total := next(one for one in ZOO if one.name == "zoo_nested_sums")))
    values = [0.1] * 3000
    (found,) = node.call(total.name, "float64", [[values, values]])
    assert found["out"][0] == pytest.approx(math.fsum([0.1 * 0.1] * 2999) + 0.1 * 0.1, rel=4e-16)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([[], 0], "zoo_gather: the size n is 0, not 1 or more"),
        ([[1.0, 2.0], [1.0], 0, 1.0], "zoo_gather: y has 1 values, not 2"),
        ([[1.0, 2.0], [1.0, 2.0], 2, 1.0], "zoo_gather: t holds the label 2: labels are from 0 to 1"),
        ([[1.0, 2.0], [1.0, 2.0], 0.5, 1.0], "zoo_gather: t holds the label 0.5: labels are from 0 to 1"),
        ([[1.0, 2.0], [1.0, 2.0], 0, 0.0], "zoo_gather: T must be a number that is positive and finite, not 0"),
        ([[1.0, 2.0], [1.0, 2.0], 0, math.nan], "zoo_gather: T must be a number that is positive and finite, not NaN"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_line(arguments: list[Any], told: str, node: Node) -> None:
    node.load(built(GATHER))
    with pytest.raises(ScriptError) as refused:
        node.call(GATHER.name, "float64", [arguments])
    assert str(refused.value) == f"RangeError: {told}"


def test_a_value_outside_its_domain_is_refused(node: Node) -> None:
    shares = vector("p", domain="probability")
    node.load(built(of_shares := program("of_shares", (X, shares), (VALUE,), Store("value", (), Name("n")))))
    with pytest.raises(ScriptError, match="zoo_of_shares: p holds 1.5: its values are from 0 to 1"):
        node.call(of_shares.name, "float32", [[[1.0, 2.0], [0.5, 1.5]]])
    assert node.call(of_shares.name, "float32", [[[1.0, 2.0], [0.0, math.nan]]]) == [2.0]


def test_nothing_of_it_is_built_unless_it_is_asked_for() -> None:
    assert "javascript" not in {target.name for target in select_targets(())}
    assert [target.name for target in select_targets(["javascript"])] == ["javascript"]
    with pytest.raises(UnknownName, match="javascript"):
        select_targets(["javascrip"])


def test_no_other_target_is_made_of_its_templates() -> None:
    manifest = render([next(f for f in load_catalogue() if f.name == "softmax")], ["c"])["manifest.json"]
    assert "templates/c/" in manifest and "templates/javascript" not in manifest


def test_a_statement_without_meaning_is_refused() -> None:
    with pytest.raises(PrintError, match="zoo_odd.*nothing before it makes the scalar 'missing'"):
        TARGET.formula_files(built(program("odd", (X,), (VALUE,), Store("value", (), Name("missing")))), environment())
