"""Which rounds a kernel needs, found from its program alone; what does not split is refused, and the reason named."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from derive.catalogue import load_catalogue
from derive.cli.door import door
from derive.kernels import kernels, program
from derive.language import Formula, Rational, Sum, array, axis, exp, indices, label, log, n, parameter, vector
from derive.loops.ir import Call, Name, Number, Program
from derive.splits import Highest, SplitError, Summed, split
from tests import once

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
t = label("t")
T = parameter("T", default=2.0, domain="positive")


def of(formula: Formula, suffix: str = "") -> Program:
    (found,) = (one for one in kernels(formula, once.derived(formula)) if one.suffix == suffix)
    return program(formula, found)


@pytest.mark.parametrize(
    ("name", "suffix", "sizes"),
    [
        ("cross_entropy_label", "_value_and_grad", [28]),
        ("softmax", "", [8]),
        ("cross_entropy_label", "_hvp", [16, 8]),
        ("mse", "_value_and_grad", [4]),
        ("sigmoid", "", []),
    ],
)
def test_the_rounds_of_a_kernel_and_what_they_send(name: str, suffix: str, sizes: list[int]) -> None:
    found = split(of(CATALOGUE[name], suffix))
    assert [one.bytes_per_row(4) for one in found.rounds] == sizes


def test_a_sum_of_exponentials_goes_with_its_maximum_in_one_round() -> None:
    (one,) = split(of(Formula("half", log(Sum(exp(x[k] / T), k)), wrt=x), "_grad")).rounds
    peak, total = one.parts
    power = Call("div", (Number(-1), Name("T")))
    assert isinstance(peak, Highest) and isinstance(total, Summed)
    assert total.scales == ((peak.name, power),)


def test_what_reads_the_row_beyond_its_reference_waits_a_round() -> None:
    """A weighted mean of what lies around it: its terms know the weights of all classes."""
    found = split(of(Formula("spread", Sum((x[k] - Sum(x[j] * y[j], j)) ** 2, k), wrt=x)))
    assert [[type(part) for part in one.parts] for one in found.rounds] == [[Summed], [Summed]]


@pytest.mark.parametrize("suffix", ["", "_vjp", "_jvp", "_hvp"])
def test_deviations_from_means_go_with_the_means_in_one_round(suffix: str) -> None:
    (one,) = split(of(CATALOGUE["layer_norm"], suffix)).rounds
    assert any(isinstance(part, Summed) and part.moved is not None for part in one.parts)


def test_what_a_shard_knows_of_a_variance() -> None:
    (one,) = split(of(Formula("variance", Sum((x[k] - Sum(x[j], j) / n) ** 2, k) / n, wrt=x))).rounds
    parts = {part.name: part.moved for part in one.parts if isinstance(part, Summed)}
    (squares,) = (name for name, moved in parts.items() if moved is not None and len(moved.factors) == 2)
    (means, first), other = parts[squares].factors  # type: ignore[union-attr]
    assert (means, first) == other and parts[parts[squares].count] is None  # type: ignore[union-attr]
    assert parts[first].factors == ((means, parts[squares].count),)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "centre",
    [Sum(x[j] * y[j], j), Sum(x[j], j), Sum(y[j], j) / n, Sum(x[j] ** 2, j) / n, 2 * Sum(x[j], j) / n],
    ids=str,
)
def test_deviations_from_what_is_no_mean_of_theirs_wait_a_round(centre: object) -> None:
    found = split(of(Formula("spread", Sum((x[k] - centre) ** 2, k), wrt=x)))  # type: ignore[operator]
    assert len(found.rounds) > 1
    assert all(part.moved is None for one in found.rounds for part in one.parts if isinstance(part, Summed))


def test_a_class_that_is_left_out_because_it_is_the_largest_is_known_by_its_whole() -> None:
    (one,) = split(of(CATALOGUE["logsumexp"])).rounds
    (tail,) = (part for part in one.parts if isinstance(part, Summed) and part.without)
    assert tail.whole in {part.name for part in one.parts}


def test_a_matrix_of_classes_is_refused_by_name() -> None:
    with pytest.raises(SplitError, match=r"softmax_jacobian does not split over the classes: out has a number for"):
        split(of(CATALOGUE["softmax"], "_jacobian"))


def test_a_formula_that_names_its_axes_is_refused_by_name() -> None:
    heads = axis("heads", size="h")
    z, p = array("z", heads), indices("p", heads)
    formula = Formula("energy", Rational(1, 2) * Sum(z[p] ** 2, p), wrt=z)
    with pytest.raises(SplitError, match="energy does not split over the classes: it runs along the axes h"):
        split(of(formula))


def test_the_command_line_shows_a_line_for_each_round() -> None:
    shown = CliRunner().invoke(door, ["show", "softmax", "--splits"], obj=1)
    assert shown.exit_code == 0
    first = "softmax splits over the classes in 1 round, bytes a row and shard: 8 in float32, 16 in float64"
    assert shown.output.splitlines()[:3] == [
        first,
        "  round 1: maximum x_max; sum exp_sum, to the reference x_max (8 bytes)",
        "  out from x_max, exp_sum",
    ]
    assert "softmax_jacobian does not split over the classes: " in shown.output
