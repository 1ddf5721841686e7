"""A zoo of small hand-made programs that every printer has to print right: each operation, each statement."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from derive.language import Formula, Sum, indices, label, parameter, vector
from derive.language.inputs import Input
from derive.loops.ir import (
    ARITY,
    LAST_ROW,
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Number,
    Output,
    Program,
    Same,
    Statement,
    Store,
    Value,
)

_j = indices("j")
X, Y = vector("x", doc="scores"), vector("y", doc="weights")
Z = vector("z", doc="offsets")
T = label("t", doc="the right class")
TEMPERATURE = parameter("T", default=2.0, domain="positive", doc="temperature")
SHIFT = parameter("b", default=0.5, doc="an offset")

FORMULA = Formula("zoo", Sum(X[_j], _j), wrt=X, title="A zoo of programs", doc="Nothing but tests.", source="nobody")


def call(op: str, *args: Value) -> Call:
    return Call(op, args)


def x(index: str) -> Element:
    return Element("x", index)


def y(index: str) -> Element:
    return Element("y", index)


def number(p: int, q: int = 1) -> Number:
    return Number(Fraction(p, q))


def program(name: str, inputs: Iterable[Input], outputs: Iterable[Output], *body: Statement) -> Program:
    outs = tuple(outputs)
    return Program(
        f"zoo_{name}", FORMULA, f"Zoo: {name}", tuple(f"{o.name} = {name}" for o in outs), tuple(inputs), outs, body
    )


VALUE = Output("value", 0, "a scalar")
GRAD = Output("grad", 1, "a vector")
OUT = Output("out", 1, "a vector")
SQUARE = Output("out", 2, "a matrix")


def _operation(op: str) -> Program:
    """``out_k = op(x_k)``, ``op(x_k, y_k)``, ``op(x_k, y_k, z_k)`` or ``op(x_k, y_k, z_k, x_k, y_k)``."""
    inputs = (X, Y, Z)[: ARITY[op]]
    args = tuple(Element((X, Y, Z)[place % 3].name, "k") for place in range(ARITY[op]))
    return program(f"op_{op}", inputs, (OUT,), Loop("k", (Store("out", ("k",), Call(op, args)),)))


OPERATIONS = tuple(_operation(op) for op in ARITY)

NORMALISED = program(
    "normalised",
    (X, TEMPERATURE),
    (OUT,),
    Loop("k", (ArgMax("x_max", x("k"), note="the largest score"),)),
    Let("shift", call("finite_or_zero", Name("x_max"))),
    Loop(
        "k",
        (
            Let("e", call("exp", call("div", call("sub", x("k"), Name("shift")), Name("T")))),
            Accumulate("total", Name("e"), note="the sum of the exponentials"),
            Store("out", ("k",), Name("e")),
        ),
    ),
    Loop("k", (Store("out", ("k",), call("div", Element("out", "k"), Name("total"))),)),
)

VALUE_AND_GRAD = program(
    "value_and_grad",
    (X, T),
    (VALUE, GRAD),
    Loop("k", (ArgMax("x_max", x("k"), where="top"),)),
    Let("shift", call("finite_or_zero", Name("x_max")), note="exponents at most 0"),
    Loop(
        "k",
        (
            Let("e", call("exp", call("sub", x("k"), Name("shift")))),
            Accumulate("tail", Name("e"), skip="top"),
            Accumulate("rest", Name("e"), skip="t"),
            Store("grad", ("k",), Name("e")),
        ),
    ),
    Let("u_top", call("sub", x("top"), Name("shift"))),
    Let("total", call("add", call("exp", Name("u_top")), Name("tail"))),
    Let("log_total", call("log1p", call("add", call("expm1", Name("u_top")), Name("tail")))),
    Store("value", (), call("sub", Name("log_total"), call("sub", x("t"), Name("shift")))),
    Loop("k", (Store("grad", ("k",), call("div", Element("grad", "k"), Name("total"))),)),
    Store("grad", ("t",), call("neg", call("div", Name("rest"), Name("total"))), note="without cancellation"),
)

JACOBIAN = program(
    "jacobian",
    (X, Y),
    (SQUARE,),
    Loop("k", (Accumulate("total", y("k")),)),
    Loop(
        "i",
        (
            Let("scaled", call("div", x("i"), Name("total"))),
            Loop("j", (Store("out", ("i", "j"), call("neg", call("mul", Name("scaled"), y("j")))),)),
            Store("out", ("i", "i"), call("mul", Name("scaled"), call("sub", number(1), y("i")))),
        ),
    ),
)

SAME = program(
    "same",
    (X, T, label("u", doc="another class")),
    (VALUE, OUT),
    Store("value", (), call("add", Same("t", "u"), x("u"))),
    Loop("k", (Store("out", ("k",), call("sub", x("k"), call("mul", Same("k", "t"), x("u")))),)),
)

KEPT_ROW = program(
    "kept_row",
    (X, T, label("u", doc="another class")),
    (SQUARE,),
    Loop("k", (Store("out", (LAST_ROW, "k"), call("exp", x("k"))),)),
    Loop("k", (Store("out", (LAST_ROW, "k"), call("add", Element("out", "k"), number(1))),)),
    Loop(
        "k",
        (
            Let("own", Element("out", "k")),
            Loop(
                "l",
                (
                    Accumulate("others", Element("out", "l"), skip="k"),
                    Store("out", ("k", "l"), call("sub", Name("own"), Element("out", "l"))),
                ),
            ),
            Store("out", ("k", "k"), call("mul", Name("own"), Name("others"))),
        ),
    ),
    Loop("k", (Store("out", ("k", "t"), x("k")),)),
    Store("out", ("t", "u"), x("t"), note="one entry"),
)

NESTED_SUMS = program(
    "nested_sums",
    (X, Y),
    (VALUE, OUT),
    Loop(
        "i",
        (
            Loop(
                "j",
                (
                    Let("e", call("mul", x("i"), y("j"))),
                    Accumulate("inner", Name("e"), skip="i"),
                    ArgMax("largest", Name("e")),
                ),
            ),
            Let("e", call("add", Name("inner"), Name("largest"))),
            Store("out", ("i",), Name("e")),
            Accumulate("outer", Name("e")),
        ),
    ),
    Store("value", (), Name("outer")),
)

LARGEST_KEPT = program(
    "largest_kept",
    (X,),
    (SQUARE,),
    Loop("k", (Store("out", (LAST_ROW, "k"), call("mul", number(-1, 2), x("k"))),)),
    Loop("k", (ArgMax("most", Element("out", "k"), where="place"),)),
    Let("chosen", call("sub", x("place"), Name("most"))),
    Loop("i", (Loop("j", (Store("out", ("i", "j"), call("sub", call("mul", x("i"), x("j")), Name("chosen"))),)),)),
)

NUMBERS = program(
    "numbers",
    (X, SHIFT),
    (VALUE, OUT),
    Loop("k", (ArgMax("most", x("k"), where="first"),)),
    Loop(
        "k",
        (
            Let("third", call("mul", number(1, 3), x("k"))),
            Let("circle", call("mul", Number(math.pi), Name("third"))),
            Store("out", ("k",), call("sub", call("add", Name("circle"), Name("b")), number(-7, 2))),
        ),
    ),
    Store("value", (), call("div", call("mul", number(10**12), x("first")), Name("n"))),
    Store("out", ("first",), Name("most")),
)

PRECEDENCE = program(
    "precedence",
    (X, Y),
    (OUT,),
    Loop(
        "k",
        (
            Let("a", call("sub", x("k"), call("sub", y("k"), call("sub", x("k"), number(3))))),
            Let("b", call("div", Name("a"), call("mul", y("k"), call("div", x("k"), call("neg", y("k")))))),
            Let("c", call("neg", call("neg", call("add", Name("b"), call("neg", call("neg", x("k"))))))),
            Let("d", call("mul", call("add", Name("c"), number(-2)), call("neg", call("sub", Name("a"), y("k"))))),
            Let("e", call("add", Name("d"), call("add", Name("c"), call("mul", number(-1, 4), Name("b"))))),
            Let("f", call("sub", Name("e"), call("neg", Name("a")))),
            Store("out", ("k",), call("neg", call("mul", Name("f"), call("pow", call("neg", x("k")), number(2))))),
        ),
    ),
)

ABSOLUTE = program(
    "absolute",
    (X,),
    (VALUE, OUT),
    Loop("k", (ArgMax("size", call("abs", x("k")), where="place"),)),
    Loop("k", (Accumulate("others", call("mul", x("k"), x("k")), skip="place"),)),
    Store("value", (), call("add", Name("size"), Name("others"))),
    Loop("k", (Store("out", ("k",), call("weighted", call("sub", x("k"), x("place")), Name("others"))),)),
)

GATHER = program("gather", (X, Y, T, TEMPERATURE), (VALUE,), Store("value", (), call("div", x("t"), Name("T"))))

COUNT = program("count", (X,), (VALUE,), Store("value", (), call("log", Name("n"))))

_int, _double = vector("int"), vector("double")
HOSTILE_NAMES = program(
    "hostile_names",
    (_int, _double, vector("y1"), label("log"), parameter("rows", default=1.0), parameter("lane", default=2.0)),
    (Output("classes", 0, "a scalar"), Output("np", 1, "a vector")),
    Loop(
        "row",
        (
            Let("axis", call("mul", Element("int", "row"), Element("double", "row"))),
            Accumulate("base", call("add", Name("axis"), Element("y1", "row")), skip="log"),
            ArgMax("expf", Element("double", "row"), where="width"),
            Store("np", ("row",), call("mul", Name("axis"), Name("lane"))),
        ),
    ),
    Let("out", call("add", Name("base"), call("mul", Name("rows"), Element("int", "width")))),
    Store("classes", (), call("add", Name("out"), call("sub", Name("expf"), Element("y1", "log")))),
)

ZOO: tuple[Program, ...] = (
    *OPERATIONS, NORMALISED, VALUE_AND_GRAD, JACOBIAN, SAME, KEPT_ROW, NESTED_SUMS, LARGEST_KEPT, NUMBERS, PRECEDENCE,
    ABSOLUTE, GATHER, COUNT, HOSTILE_NAMES,
)  # fmt: skip
