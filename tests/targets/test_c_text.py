"""The C target: the text itself, and what cannot be printed."""

from __future__ import annotations

import math
import re
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.loops.ir import Accumulate, Call, Element, Let, Loop, Name, Number, Program, Store
from derive.targets import PrintError
from derive.targets.c import TARGET
from derive.targets.c.layout import WIDTH
from derive.targets.c.reals import DOUBLE, FLOAT
from derive.targets.templates import environment
from tests import zoo
from tests.targets.compiled import INF, NAN, STRICT, built, need, write_all
from tests.zoo import FORMULA, ZOO, x

# --- the text ------------------------------------------------------------------------------------------------------


def test_the_text_is_clean(tmp_path: Path) -> None:
    write_all(tmp_path, *ZOO)
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n") and not text.endswith("\n\n"), path
        assert not re.search(r"[ \t]+$|\n\n\n", text, flags=re.MULTILINE), path
        if path.suffix in (".c", ".h"):
            assert max(map(len, text.splitlines())) <= WIDTH, path


def test_the_header_says_what_it_is_and_how_to_make_it_again() -> None:
    text = TARGET.formula_files(built(zoo.NORMALISED), environment())["zoo.h"]
    assert "A zoo of programs" in text and "out = normalised" in text and "Source: nobody." in text
    assert "python -m derive build --only zoo" in text


def test_float_code_has_no_double_in_it() -> None:
    text = TARGET.formula_files(built(zoo.NUMBERS), environment())["zoo.c"]
    single = text[text.index("zoo_numbers_row_f32") : text.index("derive_status derive_zoo_numbers_f32")]
    assert "double" not in single and "0.33333334f" in single and "3.1415927f" in single and "-3.5f" in single
    assert not re.search(r"\d\.\d+(?!f|\d)", single)


def test_no_parentheses_but_those_needed() -> None:
    text = TARGET.formula_files(built(zoo.PRECEDENCE), environment())["zoo.c"]
    assert "a = x[k] - (y[k] - (x[k] - 3.0f));" in text
    assert "e = d + (c + -0.25f * b);" in text
    assert "f = e - (-a);" in text
    assert "--" not in re.sub(r"\+\+|/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("text", ["ends */ here", "opens /* here", "ends in \\", "two\nlines", "*/ /* */"])
def test_no_text_can_break_out_of_a_comment(tmp_path: Path, text: str) -> None:
    noted = zoo.program("noted", (zoo.X,), (zoo.VALUE,), Store("value", (), Name("n"), note=text))
    program = Program(noted.name, FORMULA, text, (text,), noted.inputs, noted.outputs, noted.body)
    write_all(tmp_path, program)
    done = subprocess.run(
        [need("gcc"), *STRICT, "-c", "zoo.c", "-o", "zoo.o"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_deterministic() -> None:
    one, two = (TARGET.formula_files(built(*ZOO), environment()) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("value", "single", "double"),
    [
        (Fraction(2), "2.0f", "2.0"),
        (Fraction(-7, 2), "-3.5f", "-3.5"),
        (Fraction(1, 3), "0.33333334f", "0.3333333333333333"),
        (math.pi, "3.1415927f", "3.141592653589793"),
        (1e300, "INFINITY", "1e+300"),
        (-INF, "-INFINITY", "-INFINITY"),
        (NAN, "NAN", "NAN"),
        (1e-45, "1e-45f", "1e-45"),
        (3.4028234663852886e38, "3.4028235e+38f", "3.4028234663852886e+38"),
        # Just above the middle of two floats: by way of a double it would round down.
        (1 + Fraction(1, 2**24) + Fraction(1, 2**70), "1.0000001f", "1.0000000596046448"),
    ],
)
def test_constants(value: Fraction | float, single: str, double: str) -> None:
    assert FLOAT.literal(value) == single
    assert DOUBLE.literal(value) == double


@pytest.mark.parametrize("value", [Fraction(1, 10), 0.1, 1e-40, 16777217.0, Fraction(10**12)])
def test_a_float_constant_is_the_nearest(value: Fraction | float) -> None:
    assert np.float32(FLOAT.literal(value).rstrip("f")) == np.float32(float(value))


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (Store("value", (), Call("sinh", (Number(Fraction(1)),))), "sinh"),
        (Store("value", (), Call("exp", ())), "exp"),
        (Store("value", (), Name("missing")), "missing"),
        (Store("value", (), Element("x", "k")), "'k'"),
        (Store("value", ("k",), Number(0.0)), "no output 'value' has 1"),
        (Store("nothing", (), Number(0.0)), "nothing"),
        (Accumulate("total", Number(0.0)), "Accumulate"),
        (Loop("k", (Accumulate("s", x("k")), Let("early", Name("s")))), "'s'"),
        ("text", "text"),
    ],
)
def test_what_cannot_be_printed_is_refused(statement: Any, words: str) -> None:
    program = zoo.program("bad", (zoo.X,), (zoo.VALUE,))
    program = Program(program.name, FORMULA, "", (), program.inputs, program.outputs, (statement,))
    with pytest.raises(PrintError, match=r"'zoo'.*'zoo_bad'.*lower") as raised:
        TARGET.formula_files(built(program), environment())
    assert words in str(raised.value) and "\n" not in str(raised.value)


def test_an_input_may_not_stand_for_two_things() -> None:
    from derive.language import vector

    program = zoo.program("twice", (vector("value"),), (zoo.VALUE,), Store("value", (), Number(0.0)))
    with pytest.raises(PrintError, match="value stands for two things"):
        TARGET.formula_files(built(program), environment())


def test_signatures_name_every_kernel() -> None:
    signatures = TARGET.signatures(built(zoo.GATHER, zoo.COUNT))
    assert list(signatures) == ["zoo_gather", "zoo_count"]
    assert "derive_zoo_gather_f32(size_t rows, size_t classes, const float *restrict x" in signatures["zoo_gather"]
    assert "const int64_t *restrict t, double T, double *restrict value)" in signatures["zoo_gather"]
