"""Every exhibit is true."""

from __future__ import annotations

import math
import re
import runpy
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from derive.readers.exhibits import EXHIBITS, Exhibit, float_ranges, naive, relabelling, underflow
from derive.targets.words import LANGUAGES

NAMES = ["underflow", "relabelling", "naive_softmax", "float_ranges"]
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_the_exhibits_are_there() -> None:
    assert list(EXHIBITS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_an_exhibit_is_whole_and_told_in_every_language(name: str) -> None:
    shown = EXHIBITS[name]()
    assert shown.name == name and isinstance(shown, Exhibit) and shown == EXHIBITS[name]()
    assert bool(shown.code) == bool(shown.output) != bool(shown.rows)
    assert all(len(row) == len(shown.columns) for row in shown.rows)
    for language, words in LANGUAGES.items():
        for text in (shown.title, shown.doc):
            assert bool(CHINESE.search(words.say(text))) == (language == "zh")


def test_the_naive_function_fails_and_the_kernel_does_not() -> None:
    shown = naive.exhibit()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert np.isnan(naive.naive_softmax(np.array([1000.0, 1000.0]))).all()
        assert np.isnan(naive.naive_softmax(np.array([1001.0, 1002.0, 1003.0]))).all()
    assert caught
    assert "return np.exp(x) / np.sum(np.exp(x))" in shown.code and '"""' not in shown.code
    lines = shown.output.splitlines()
    small, large = (np.fromstring(l.partition("[")[2].rstrip("]"), sep=" ") for l in lines if "generated" in l)
    assert (small == large).all() and small.sum() == pytest.approx(1, abs=1e-7)
    assert sum("nan nan nan" in line for line in lines) == 1
    assert sum(line.startswith("RuntimeWarning: overflow encountered in exp") for line in lines) == 2


def test_a_listing_runs_wherever_it_is_copied_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for shown in (exhibit() for exhibit in EXHIBITS.values()):
        if shown.code:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                (tmp_path / "listing.py").write_text(shown.code, encoding="utf-8")
                runpy.run_path(str(tmp_path / "listing.py"))
            printed = [line for line in shown.output.splitlines() if "Warning: " not in line]
            assert capsys.readouterr().out.splitlines() == printed
            assert "->" not in shown.code and "#" not in shown.code, "no annotation, no remark in one language"


def test_what_is_shown_is_what_ran() -> None:
    """The code of the exhibit, run once more as it stands there, prints its output."""
    import contextlib
    import io

    shown = naive.exhibit()
    printed = io.StringIO()
    names = {"np": np, "derive": __import__("derive"), "Array": object}
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(shown.code, names)  # noqa: S102
    assert printed.getvalue() == "".join(l for l in shown.output.splitlines(keepends=True) if "Warning" not in l)


@pytest.mark.parametrize("dtype", underflow.DTYPES)
@pytest.mark.parametrize("q", underflow.PROBABILITIES)
def test_the_product_stops_exactly_there(q: float, dtype: str) -> None:
    count, stays = underflow.product_stops(q, dtype)
    products = np.cumprod(np.full(count + 2, q, dtype=dtype))
    assert products.dtype == dtype
    assert products[count - 1] == stays == products[count] == products[count + 1] != products[count - 2]
    assert (stays == 0) == (np.dtype(dtype).type(q) <= 0.5)


def test_the_table_of_underflow() -> None:
    rows = {row[0]: row[1:] for row in underflow.exhibit().rows}
    assert rows["0.1"] == ("8", "46", "324", "746.0 after 324")
    assert rows["0.5"][:3] == ("25", "150", "1075")
    assert rows["0.9"][1].startswith("never: stays at ")
    assert float(underflow.nll(0.1, 324)) == pytest.approx(324 * math.log(10), rel=1e-5)


RANGES = {"float16": (11, -14, 15), "float32": (24, -126, 127), "float64": (53, -1022, 1023)}


@pytest.mark.parametrize("column", range(3))
def test_the_ranges_of_the_formats(column: int) -> None:
    """Against the definition of the formats: bits of the mantissa, lowest and highest exponent."""
    bits, lowest, highest = list(RANGES.values())[column]
    largest, normal, subnormal = (Fraction(row[column + 1]) for row in float_ranges.exhibit().rows[:3])
    exact = ((2 - Fraction(2) ** (1 - bits)) * Fraction(2) ** highest, Fraction(2) ** lowest,
             Fraction(2) ** (lowest - bits + 1))  # fmt: skip
    for shown, wanted in zip((largest, normal, subnormal), exact, strict=True):
        assert abs(shown / wanted - 1) < Fraction(1, 10**7)


@pytest.mark.parametrize("dtype", RANGES)
def test_the_last_exponents(dtype: str) -> None:
    kind = np.dtype(dtype).type
    highest, lowest = float_ranges.largest_exponent(dtype), float_ranges.lowest_exponent(dtype)
    assert highest.dtype == lowest.dtype == dtype
    assert math.isfinite(float_ranges.exponential(highest)) and float_ranges.exponential(lowest) > 0
    assert float_ranges.exponential(np.nextafter(highest, kind(np.inf))) == math.inf
    assert float_ranges.exponential(np.nextafter(lowest, kind(-np.inf))) == 0
    with np.errstate(all="ignore"):  # NumPy's own exponential agrees on both sides of the ends, a little off them
        assert np.isfinite(np.exp(highest * kind(0.999))) and np.isinf(np.exp(highest * kind(1.001)))
        assert np.exp(lowest * kind(0.99)) > 0 and np.exp(lowest * kind(1.01)) == 0


def test_relabelling() -> None:
    errors = [relabelling.squared_error(numbering) for numbering in relabelling.NUMBERINGS]
    assert errors == pytest.approx([4 / 3, 1 / 3])
    losses = [relabelling.mean_cross_entropy(numbering) for numbering in relabelling.NUMBERINGS]
    assert losses[0] == pytest.approx(losses[1], rel=1e-14)
    first, second = relabelling.exhibit().rows
    assert first[1] != second[1] and first[2] == second[2]
    guessed = [max(scores, key=lambda c: scores[c]) for scores in relabelling.SCORES.values()]
    assert tuple(guessed) == relabelling.GUESSES and tuple(relabelling.SCORES) == relabelling.TRUTH
    assert LANGUAGES["zh"].say(first[0]) == "猫 0，狗 1，鸟 2"
