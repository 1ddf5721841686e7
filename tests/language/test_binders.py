"""Bound indices never leak: each SymPy fault that derive stays clear of, as a test of derive's own nodes."""

from __future__ import annotations

import pytest
from sympy import Symbol, exp, log

from derive.algebra import Trace
from derive.algebra.rules import DIFFERENTIATION, SUMS
from derive.derivations import derivative
from derive.language import Formula, FormulaError, Max, Sum, indices, label, n, parameter, vector
from derive.language.formula import Head
from derive.language.nodes import Partial, Prod, TopIndex, rename, substitute

i, j, k = indices("i j k")
x = vector("x")


def differentiate(expression: object, by: object) -> object:
    return Trace(Partial(expression, by)).apply(DIFFERENTIATION).apply(SUMS).now


def test_differentiating_by_a_component_whose_index_has_the_name_of_a_bound_one() -> None:
    """SymPy: Sum(exp(x[k]), k).diff(x[k]) sees every term as the same and gives n times too much."""
    assert differentiate(Sum(exp(x[k]), k), x[k]) == exp(x[k])


def test_equal_nodes_are_one_object_which_keeps_what_was_found_of_it() -> None:
    assert x[k] is x[k]
    assert Sum(exp(x[k]), k) is Sum(exp(x[i]), i)
    assert vector("x", domain="positive")[k] is not x[k]


def test_square_of_a_sum() -> None:
    assert differentiate(Sum(x[k], k) ** 2, x[k]) == 2 * Sum(x[i], i)


def test_double_sum() -> None:
    """SymPy: Sum(x[i]*x[k], i, k).diff(x[i]) collapses to a wrong polynomial."""
    assert differentiate(Sum(x[i] * Sum(x[k], k), i), x[i]) == 2 * Sum(x[j], j)


def test_substitution_does_not_capture() -> None:
    """SymPy: Sum(x[i]*x[k], k).subs(i, k) gives Sum(x[k]**2, k)."""
    total = Sum(x[i] * x[k], k)
    assert substitute(total, {i: k}) == Sum(x[k] * x[j], j)
    assert substitute(total, {i: k}) != Sum(x[k] ** 2, k)
    assert rename(total, i, k) == Sum(x[k] * x[j], j)


def test_names_of_bound_indices_do_not_matter() -> None:
    """SymPy: two sums that differ in the name of their index alone are unequal."""
    assert Sum(exp(x[i]), i) == Sum(exp(x[k]), k)
    assert hash(Sum(exp(x[i]), i)) == hash(Sum(exp(x[k]), k))


def test_nested_sums_that_differ_are_different() -> None:
    """SymPy: as_dummy makes these two equal, so a false identity passes."""
    one = Sum(x[i] * Sum(exp(x[k] * x[i]), k), i)
    other = Sum(x[i] * Sum(exp(x[k] ** 2), k), i)
    assert one != other


def test_a_sum_inside_a_sum_keeps_its_own_index() -> None:
    inner = Sum(exp(x[k]), k)
    outer = Sum(x[i] * inner, i)
    body, fresh = outer.open()
    assert body == x[fresh] * inner
    assert substitute(Sum(x[i] * x[j], i), {x[j]: inner}) == Sum(x[k] * inner, k)


def test_a_bound_index_is_not_free() -> None:
    assert Sum(exp(x[k]), k).free_symbols == {x}
    assert Max(x[k] + x[i], k).free_symbols == {x, i}


def test_sum_of_a_constant_counts_the_classes() -> None:
    assert Trace(Sum(Symbol("a", real=True), k)).apply(SUMS).now == n * Symbol("a", real=True)


def test_values_of_one_formula_are_alike_however_they_were_made() -> None:
    """SymPy compares all that a node is made of, and where it has no index too."""
    total = Formula("total", Sum(x[k], k), wrt=x)
    assert Head(total).compare(Head(total)) == 0


def test_a_product_is_never_differentiated() -> None:
    stuck = differentiate(Prod(x[k], k), x[j])
    assert isinstance(stuck, Partial)


def test_differentiating_a_product_is_an_error_that_says_so() -> None:
    formula = Formula("f", log(Sum(exp(x[k] - Prod(x[j], j)), k)), wrt=x)
    with pytest.raises(
        FormulaError, match=r"test_binders.py:\d+: formula .f.: no rule differentiates Prod\(x\[k\], k\)"
    ):
        derivative(formula)


def test_where_a_maximum_is_attained_does_not_change_with_what_is_added_to_it() -> None:
    assert TopIndex(2 + Max(x[k], k) - x[j]) == TopIndex(Max(x[k], k))
    assert str(x[TopIndex(Max(x[k], k))]).startswith("x[argmax(x[")


def test_powers_of_a_delta() -> None:
    t = label("t")
    formula = Formula("f", (x[t]) ** 2, wrt=x)
    assert str(derivative(formula).end) == "2*KroneckerDelta(t, j)*x[t]"


def test_a_formula_must_be_closed() -> None:
    with pytest.raises(FormulaError, match="k stands free"):
        Formula("f", exp(x[k]), wrt=x)
    with pytest.raises(FormulaError, match="does not contain x"):
        Formula("f", exp(vector("z")[i]), over=i, wrt=x)
    with pytest.raises(FormulaError, match="two different inputs are called x"):
        Formula("f", Sum(x[k] * vector("x", doc="another")[k], k), wrt=x)
    with pytest.raises(FormulaError, match="not an identifier"):
        Formula("f g", exp(x[i]), over=i, wrt=x)
    with pytest.raises(FormulaError, match=r"x stands without an index: write x\[k\]"):
        Formula("f", Sum(exp(x), k) + Sum(x[k], k), wrt=x)
    with pytest.raises(FormulaError, match=r"x\[1\]: a class is named by an index"):
        x[1]
    with pytest.raises(FormulaError, match=r"\(k, 1, n\) is no index: Sum\(x\[k\], k\)"):
        Sum(x[k], (k, 1, n))
    with pytest.raises(FormulaError, match="symbol 'a b' is not an identifier"):
        Formula("f", exp(x[i]), over=i, wrt=x, symbol="a b")
    with pytest.raises(FormulaError, match="number of classes"):
        vector("n")
    with pytest.raises(FormulaError, match="is not positive"):
        parameter("T", default=0.0, domain="positive")


def test_terms_that_make_sympy_simplify_fail() -> None:
    """SymPy: simplify and sum_simplify raise on products and powers of sums; derive never calls them."""
    from sympy import KroneckerDelta

    from derive.algebra.rational import collect, multiply_out, normal

    a, b = Symbol("a", real=True), Symbol("b", real=True)
    one, other = Sum(exp(x[k]), k), Sum(x[k] ** 2, k)
    delta = KroneckerDelta(i, j)
    for expression in (
        a * one - b * other,
        (a * one - b * other) / one,
        delta * one - other,
        one**2 + one * other,
        one**2 * a + one,
    ):
        assert normal(multiply_out(expression) - expression) == 0
        assert normal(collect(expression) - expression) == 0


def test_sifting_owes_that_the_index_is_in_range() -> None:
    """SymPy: a sum with a delta is evaluated by a convention for empty ranges that makes it wrong out of range."""
    from sympy import KroneckerDelta

    step = Trace(Sum(KroneckerDelta(j, k) * x[k], k)).apply(SUMS).steps[-1]
    assert step.after == x[j]
    assert [str(c) for c in step.conditions] == ["1 <= j <= n"]


def test_the_gradient_of_a_logarithm_of_a_sum_of_exponentials() -> None:
    """SymPy: the same in matrix notation, diff(log((1 X)[0, 0]), X), loses the denominator."""
    total = Sum(exp(x[k]), k)
    assert differentiate(log(total), x[j]) == exp(x[j]) / total
