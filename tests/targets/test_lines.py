"""Long lines break, also inside parentheses; the value of a formula stands after what it is multiplied by."""

from sympy import Symbol

from derive.language import Formula, indices, log, parameter, vector
from derive.language.nodes import Sum
from derive.targets.latex.chain import LINE
from derive.targets.markdown.shared import notation_rows
from derive.targets.tex.lines import broken
from derive.targets.tex.printer import latex, marks
from derive.targets.words.en import WORDS

k, j = indices("k j")
x = vector("x", doc="logits")
T = parameter("T", default=1.0, doc="temperature")
loss = Formula("loss", log(Sum(x[k], k)), wrt=x, symbol="L", doc="a loss")
LONG = sum(Symbol(f"x{place}") * Sum(x[k] ** place, k) for place in range(1, 9))


def lines(expression: object) -> tuple[str, ...]:
    return broken(marks(expression, "f"), LINE, lambda text: rf"\derivefit{{{text}}}")  # type: ignore[arg-type]


def test_a_long_factor_is_broken_between_its_terms() -> None:
    first, *rest = lines(x[j] - T * LONG)
    text = " ".join((first, *rest))
    assert rest and r"\derivefit" not in text
    assert text.count(r"\biggl(") == text.count(r"\biggr)") == 1
    assert rest[-1].endswith(r"\biggr)")
    assert all(r"{}+ " in line or r"{}- " in line for line in rest)


def test_what_stands_behind_the_parentheses_stays_there() -> None:
    *_, last = lines(LONG * log(x[j]))
    assert last.endswith(r"\biggr) \log x_j")


def test_a_sum_in_a_sum_has_parentheses_of_its_own() -> None:
    text = " ".join(lines(x[j] * (LONG - x[k] * (LONG + 1) * T)))
    assert text.count(r"\biggl(") == text.count(r"\biggr)") == 2


def test_what_no_sign_divides_is_shrunk() -> None:
    wide = Sum(LONG, k)
    assert lines(wide) == (rf"\derivefit{{{latex(wide, 'f')}}}",)
    assert LINE > 0 and lines(x[j]) == ("x_j",)


def test_a_loss_stands_after_its_factors() -> None:
    a = Symbol("a")
    assert latex((1 - a) * loss.value, "f") == r"(1 - a) L"
    assert latex(2 * a * x[j] * loss.value, "f") == r"2 a x_j L"
    assert latex(a * loss.value**2, "f") == r"a L^2"


def test_prose_keeps_its_distance_from_mathematics() -> None:
    meanings = [meaning for _, meaning in notation_rows(WORDS)]
    assert "the number of classes: any integer $`n \\ge 1`$" in meanings
    assert not any(piece[:1].isalnum() for meaning in meanings for piece in meaning.split("`$")[1:])
