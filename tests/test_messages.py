"""Whatever can be wrong with a formula file is told in one line: where, what, and how to write it instead.

The table below provokes the errors of the language, the catalogue, the derivations, the proofs, the passes and the
checks of what was claimed, each from a formula file as a user has it.  What the table does not reach is named, with
the reason.
"""

from __future__ import annotations

import ast
import builtins
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from derive.catalogue import open_catalogue
from derive.language import DeriveError
from derive.pipeline import build_formula
from derive.verify import check_topics, example

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("language", "catalogue", "derivations", "proofs", "loops")
"""What a formula file goes through, up to its programs."""

HEADER = """from derive.language import *
import sympy, math
import numpy as np
i, j, k, l, m = indices("i j k l m")
x, y, z = vector("x"), vector("y"), vector("z")
p = vector("p", domain="positive")
q = distribution("q")
t = label("t")
a = parameter("a", default=1.0)
s, T = scalar("s"), scalar("T", domain="positive")
turn = permutation("turn")
rows = axis("rows", size="R")
r, c = indices("r", rows), indices("c", rows)
o = indices("o", axis("others", size="R"))
grid, other = array("grid", rows, classes), array("other", axis("others", size="R"))
home = Formula("home", Sum(x[k]**2, k), wrt=x, symbol="h")
soft = Formula("soft", exp(x[i])/Sum(exp(x[k]), k), over=i, wrt=x, symbol="f")
"""


def formula(written: str, more: str = "wrt=x") -> str:
    return f'f = Formula("f", {written}, {more})'


def claim(left: str, relation: str, right: str, *lines: str, more: str = "") -> str:
    return f'c = Claim("c", home, {left}, "{relation}", {right}, ({", ".join(lines)},){more})'


def witness(left: str, relation: str, right: str, at: str) -> str:
    return f'w = Witness("w", home, {left}, "{relation}", {right}, {{{at}}})'


def fact(left: str, relation: str, right: str, at: str) -> str:
    return f'u = Topic("t", "T", "", (home,), stop=Stop((Fact({left}, "{relation}", {right}, {{{at}}}),)))'


WRONG = {
    # --- names, inputs ------------------------------------------------------------------------------------------------
    'indices("")': "indices('') names no index: write i, j = indices('i j')",
    'indices("i 2")': "'2' is not a name: use ASCII letters",
    "indices(3)": "names no index: write",
    "vector(3)": "3 is not a name: use ASCII letters",
    'vector("n")': "'n' is the number of classes: give the input another name",
    'vector("u", domain="odd")': "vector 'u': domain 'odd' is not one of real, positive,",
    'vector("u", doc="a\\x00")': "vector 'u': its doc holds U+0000, a control character: take it out",
    'vector("u", default="1")': "vector 'u': its default '1' is no finite number: give it one",
    'vector("u", default=math.nan)': "its default nan is no finite number: give it one",
    'vector("u", domain="positive", default=-1)': "its default -1 is outside its domain 'positive': give",
    'vector("u", domain="probability", default=1)': "its default 1 says nothing of how many there are, and",
    'array("u", rows, default=math.inf)': "array 'u': its default inf is no finite number: give it one",
    'v = vector("v", default=1); g = Formula("g", Sum(v[k]**2, k), wrt=v)':
        "every vector of it has a default, so that nothing tells how many classes there are: leave one out",
    'parameter("b", default="1")': "its default '1' is no number: give it one",
    'parameter("b", default=None)': "its default None is no number: give it one",
    'parameter("b", default=-1, domain="positive")': "its default -1 is not positive: give it",
    'parameter("b", default=math.inf)': "its default inf is not finite: give it a number",
    # --- axes ---------------------------------------------------------------------------------------------------------
    'axis("classes", size="c")': "the classes are an axis already, of size n: leave the axis of an index out",
    'array("u")': "array 'u' names no axis: a number for each row is a parameter; name one, as in axis('rows')",
    'array("u", 3)': "array 'u': 3 is no axis: make one, as in rows = axis('rows', size='m')",
    'array("u", rows, domain="probability")': "along several axes nothing sums to 1 by itself: give a vector",
    "grid[k, r]": "grid[k, r]: k runs along the classes, but index 1 of grid runs along the rows: give one",
    "grid[r]": "grid[r]: grid lies along 2 axes (rows, classes): give one index for each",
    formula("Sum(grid[r, k], k)", "wrt=grid, over=(r, r)"): "over names r twice: name another along its axis",
    formula("Sum(grid[r, k], k)", "wrt=grid, over=r") + "; f[k]": "f runs along rows: give one index along each",
    formula("Sum(Sum(grid[r, k], k), r)*Sum(other[o], o)", "wrt=grid"): "R is the size of rows and of others: give one",
    formula('Sum(Sum(grid[r, k]*array("R", rows)[r], k), r)', "wrt=grid"): "R is the size of rows too: give one of",
    formula("exp(grid[r, k]*log(Sum(exp(grid[r, l]), l))*log(Sum(exp(grid[c, k]), c)))", "wrt=grid, over=(r, k)"):
        "within the cost that it has on paper, for a sum would be taken again at each step of another loop: give",
    formula("Sum(Prod(p[k]*grid[r, k], k), r)", "wrt=p"): "no rule differentiates Prod",
    formula('Sum(Sum(grid[r, k], k), r)*Sum(a, indices("g", axis("groups", size="G")))', "wrt=grid"):
        "nothing lies along groups, so that nobody knows their number G: give an array there",
    formula('Sum(x[k], k)*axis("groups", size="G").size'): "G is the size of an axis along which nothing lies: give an",
    "mean_over_rows(soft)": "soft is no loss of one row, for it runs over the classes: give one that is a number",
    "sum_over_rows(home, shared=(y,))": "home has no vector y to share: name one of its inputs",
    "sum_over_rows(home, shared=(x,))": "every vector of home is shared: leave one of them to the rows",
    'with_weight(Formula("f", Sum(Sum(grid[r, k], k), r), wrt=grid), x, t)': "it names its axes: write the option into",
    # --- expressions --------------------------------------------------------------------------------------------------
    "Sum(x[k])": "Sum(x[k]) needs an index: Sum(x[k], k), with k = indices('k')",
    "Sum(x[k], a)": "Sum(x[k], a): a is no index: Sum(x[k], k), with k = indices('k')",
    "Sum(x[k], t)": "t is no index: Sum(x[k], k), with",
    "Sum(x[k], n)": "n is no index: Sum(x[k], k), with",
    'Sum(x[k], "k")': "k is no index: Sum(x[k], k), with",
    'Sum("x", k)': "Sum(x, ...): this is no number for each class: write mathematics",
    "Sum(x[k] < 1, k)": "Sum(x[k] < 1, ...): this is no number for each class: write mathematics",
    "Max([x[k]], k)": "this is no number for each class: write mathematics",
    "x[0]": "x[0]: a class is named by an index (from indices) or a label",
    'x["i"]': "a class is named by an index (from indices) or a label",
    "x[i:j]": "a class is named by an index (from indices) or a label",
    "x[x[i]]": "x[x[i]]: a class is named by an index (from indices) or a label",
    "x[i + 1]": "x[i + 1]: a class is named by one index, and classes have no neighbours: give the shifted values",
    "Partial(x[i], 3)": "a derivative is taken by a component x[j] or a scalar",
    "Limit(x[i], s, 3)": "a limit goes to oo, to -oo or to 0 from above, not to 3",
    "Limit(x[i], s*2, oo)": "a limit is taken by a component x[j] or a scalar, not by 2*s",
    "where(sympy.Eq(x[i], 1), 1, 2)": "where(Eq(x[i], 1), ...): its condition compares two real expressions by <",
    "where(x[i] == 1, 1, 2)": "Python answered the condition by itself, as it does to == and !=: compare by <",
    'where(x[i] < 1, "one", 2)': "'one' is no value: write numbers and expressions",
    "larger(x[i])": "larger takes two values or more; the largest over the classes is Max(x[k], k)",
    "larger(x[i], k)": "compares values, and k is an index: the largest over the classes is Max(..., k)",
    formula("sympy.Piecewise((x[k], x[k] > 0))"): "its last case needs the condition True",
    # --- formulas -----------------------------------------------------------------------------------------------------
    'Formula(3, Sum(x[k], k), wrt=x)': "its name is not an identifier: use ASCII letters",
    'Formula("_f", Sum(x[k], k), wrt=x)': "its name is not an identifier: use ASCII letters",
    formula("Sum(x[k], k)", "wrt=x, symbol=3"): "its symbol 3 is not an identifier: use a letter",
    formula("Sum(x[k], k)", "wrt=x, known=home"): "known holds other formulas, in a tuple: known=(f,)",
    formula("Sum(x[k], k)", "wrt=x, doc=3"): "its doc is int, not text: write it in quotes",
    formula("Sum(x[k], k)", "wrt=x, title=' '"): "its title is blank: leave it out",
    formula("Sum(x[k], k)", "wrt=t"): "wrt must be a vector or a parameter, or several: wrt=x with x = vector('x')",
    formula("Sum(x[k], k)", "wrt=a"): "it does not contain a, by which it is to be differentiated: name another",
    formula("Sum(x[k], k)", "wrt=(x, x)"): "wrt names x twice: name it once",
    formula("a**2", "wrt=a"): "it has no vector, and so no classes: write x[k], with x = vector('x')",
    'b = parameter("saved", default=1)\n' + formula("b*x[i]", "over=i, wrt=(x, b)"): "give the input another name",
    "g = with_weight(soft, p, t)": "it runs over the classes and is no loss of a row",
    "g = smoothed(home, t, a)": "it does not depend on t: it has no label",
    'g = with_weight(Formula("g", log(Sum(x[k]**2, k)), wrt=x), p, q)': "it is no sum over the classes",
    'g = with_pos_weight(Formula("g", Sum(x[k]*y[k]**2, k), wrt=x), y, p)': "it is not linear in y",
    formula("Sum(x[k], k)", "wrt=x, symbol='x'"): "its symbol 'x' is an input too: give it another, symbol='...'",
    formula("x[t]", "over=t, wrt=x"): "over=t is not an index: over=i with i = indices('i')",
    formula("x[i]", "over=n, wrt=x"): "over=n is not an index: over=i",
    formula("x[i]"): "i stands free: sum over it, name it in over=, or declare it",
    formula("Sum(x[k], k)", "over=i, wrt=x"): "it does not depend on i, over which it is said to run",
    formula("Sum(y[k], k)"): "it does not contain x, by which it is to be differentiated",
    formula("Sum(x[k]*vector('x', doc='other')[k], k)"): "two different inputs are called x: import it from",
    formula("exp(x)"): "x stands without an index: write x[k]",
    formula("'x'"): "'x' is no expression: write mathematics",
    formula("[x[k]]"): "[x[k]] is no expression: write mathematics",
    formula("x[i] < 1"): "x[i] < 1 is no number for each class or row: a comparison chooses between two values: write",
    formula("Sum(exp(x[k] < 1), k)"):
        "x[k] < 1 is outside the language: a comparison chooses between two values: write",
    formula("Sum(sympy.tan(x[k]), k)"): "tan(x[k]) is outside the language: write sin(u)/cos(u)",
    formula("Sum(sympy.gamma(x[k]), k)"): "gamma(x[k]) is outside the language: the functions of a formula are Abs,",
    formula("Sum(x[k]//2, k)"): "floor(x[k]/2) is outside the language: a formula has no rounding: write where",
    formula("Sum(x[k], k)*sympy.EulerGamma"): "is outside the language: write the number as a decimal",
    formula("Sum(x[k], k)/0"): "1/0*Sum(x[k], k) has no value: it divides by 0, or takes log(0); take that",
    formula("Sum(where(x[k] > 0, x[k], -oo), k)"): "where(x[k] > 0, x[k], -oo) is infinite: a formula holds finite",
    formula("Sum(where(x[k] > 0, larger(x[k], y[k])/0, 1), k)"): "1/0*larger(x[k], y[k]) has no value: it divides by",
    formula("Sum(x[k]*log(-1), k)"):
        "I*pi*x[k] is not real: it holds the log or a root of a negative number, or I; take",
    formula("Sum(log(-p[k]), k)"): "log(-p[k]) has no value: what a log is taken of is never positive here; change",
    formula("Sum(sqrt(-1 - x[k]**2), k)"): "is not real: it is a root of what is never positive; change its sign",
    formula("Sum(KroneckerDelta(k, j + 1)*x[k], k)", "over=j, wrt=x"):
        "KroneckerDelta(k, j + 1): j + 1 names no class: give",
    formula("Sum(KroneckerDelta(k, a)*x[k], k)"): "a names no class: give an index (from indices) or a label",
    formula("x[a]"): "x[a]: a names no class: give an index (from indices) or a label",
    formula("home[n]"): "home is a scalar per row: write home.value",
    formula("soft[a]*x[i]", "over=i, wrt=x"): "f[a]: a names no class: give an index (from indices) or a label",
    formula("soft.value"): "soft runs over the classes: write soft[i]",
    formula("Partial(x[i]**2, x[i])", "over=i, wrt=x"):
        "Partial(x[i]**2, x[i]) belongs in a claim: write the derivative",
    formula("Limit(x[i]/s, s, oo)", "over=i, wrt=x"): "Limit(x[i]/s, s, oo) belongs in a claim: write what it comes to",
    formula("Sum(x[turn(k)], k)"): "x[turn(k)] belongs in a claim: write it for the classes in their order",
    # --- what Python refuses before the language can ------------------------------------------------------------------
    "sum(x)": "a sum over the classes is Sum(x[k], k)",
    "np.exp(x[i])": "use exp from derive.language",
    "math.exp(x[i])": "use exp, log, ... from derive.language",
    "max(x[i], 0)": "write where(condition, one, other), larger or smaller",
    "0 < x[i] < 1": "write where(condition, one, other), larger or smaller",
    "x[i].sum()": "a sum over the classes is Sum(x[k], k)",
    "x[i] @ x[j]": "write the product as a sum: Sum(x[k]*y[k], k)",
    "round(x[i])": "a formula has no rounding: write where(condition, one, other)",
    "x[i] + (x[i] < 1)": "a comparison is no number: write where(condition, one, other)",
    "exp(soft)": "write its value: f[i], or f.value",
    # --- claims, witnesses, topics ------------------------------------------------------------------------------------
    'Claim("c d", home, x[i], "=", x[i], (by("algebra"),))': "its name is not an identifier: use ASCII letters",
    'Claim("c", 3, x[i], "=", x[i], (by("algebra"),))': "about=3 is no formula: give the one on whose page it stands",
    'Claim("c", home, x[i], "=", x[i], by("algebra"))': "proof holds lines, such as by('algebra'), in a tuple",
    'Claim("c", home, x[i], "=", x[i], ())': "it has no proof: give it at least one line",
    'Claim("c", home, x[i], "~", x[i], (by("algebra"),))': "'~' is not a relation: use one of =, <=,",
    'Claim("c", home, x[i], "!=", 1, (by("algebra"),))': "claim 'c': numbers show '!=': write a Witness",
    claim("x[i]", "=", "x[i]", "by('algebra')", more=", constants=3"): "constants holds scalars, in a tuple",
    claim("x[i]", "=", "x[i]", "by('algebra')", more=", assuming=(3,)"):
        "assuming holds assumptions, such as positive(s)",
    claim("x[i]", "=", "x[i]", "by(3)"): "3 is no reason: give the name of a rule, in quotes, or a claim",
    claim("'x'", "=", "1", "by('algebra')"): "claim 'c': its left side: 'x' is no expression: write mathematics",
    claim("x[i]", "=", "sympy.tan(x[i])", "by('algebra')"):
        "its right side: tan(x[i]) is outside the language: write sin",
    claim("Sum(KroneckerDelta(k, j + 1), k)", "=", "1", "by('sifting')"):
        "its left side: KroneckerDelta(k, j + 1): j + 1",
    claim("x[i]", "=", "x[j]", "equal('x', 'algebra')"): "'x' is no expression: write mathematics",
    claim("x[i]", "=", "x[j]", "equal(x, 'algebra')"): "line 1 (algebra): x stands without an index: write x[k]",
    claim("x[i]", "=", "x[j]", "by('algebra')", more=", assuming=(positive(sympy.gamma(s)),)"):
        "claim 'c': what it assumes: gamma(s) is outside the language: the functions of a formula are",
    "distinct(i, i)": "i is not distinct from itself: give two indices",
    "largest(3)": "3 is not a component: write largest(x[a])",
    "from derive.language.claims import Line; Line('!=', x[i], 'algebra')": "cannot say '!=': use one of =, <=",
    'Witness("w", home, x[i], "<", 1, 3)': "witness 'w': at gives each input its value: at={x: (1, 2), i: 1}",
    witness("x[i]", "<", "1", "3: 4"): "witness 'w': 3 is no input: give values to vectors",
    witness("x[i]", "<", "1", "x: 1"): "witness 'w': x = 1: give it one number per class, in a tuple",
    witness("x[i]", "<", "1", "x: (0.5,), i: 1"): "x = 0.5: a float is not exact: write '0.5', in quotes",
    witness("x[i]", "<", "1", "x: ('a',), i: 1"): "x = a: it is no rational number: write one, such as '0.5'",
    witness("x[i]", "<", "1", "x: (1,), i: '0.5'"): "i = 0.5: a class is a whole number, from 1",
    witness("Sum(KroneckerDelta(k, j + 1), k)", "=", "1", "j: 1"): "its left side: KroneckerDelta(k, j + 1): j + 1",
    'Topic("t", "Title", "", home)': "topic 't': formulas holds formulas, in a tuple",
    'Topic("t", "Title", "", (home,), pictures="one")': "topic 't': pictures holds names of pictures, in a tuple",
    'u = Topic("t", "Title", "", (home,), stop=3)': "topic 't': stop=3 is none: write Stop((...), (...))",
    'u = Fact(x[i], "=", 1, {3: 4})': "fact: 3 is no input: give values to vectors",
    'u = Fact(x[i], "=", 1, {x: 1})': "fact: x = 1: give it one number per class, in a tuple",
    'u = Fact(x[i], "=", 1, {x: (0.5,), i: 1})': "fact: 0.5: a float is not exact: write '0.5', in quotes",
    'u = Fact(x[i], "=", 1, {x: ("a",), i: 1})': "fact: 'a' is no number: write one, such as '0.5'",
    'u = Exercise("Why?", ())': "exercise: nothing in its answer can be checked: give it a Fact",
    # --- the catalogue ------------------------------------------------------------------------------------------------
    "def": "invalid syntax",
    'f = Formula("for", Sum(x[k], k), wrt=x)': "'for' is a word of Python itself: rename the formula",
    'f = Formula("home", Sum(x[k], k), wrt=x)': "formula 'home' is already defined at",
    'f = Formula("home_grad", Sum(x[k], k), wrt=x)': "kernel 'home_grad' of formula 'home_grad' clashes with",
    'c, d = (Claim("c", home, x[i], "=", e*x[j], (by("algebra"),)) for e in (1, 2))': "has another claim 'c'",
    'c = Claim("c", Formula("away", Sum(x[k], k), wrt=x), x[i], "=", x[j], (by("algebra"),))':
        "is about formula 'away', which is not in the catalogue: give the formula a name in a formula file",
    'c = Claim("c", home, x[i], "=", x[j], (by(Claim("d", home, x[i], "=", x[j], (by("algebra"),))),))':
        "claim 'c' rests on claim 'd'",
    'u = Topic("t", "One", "", (home,)); v = Topic("t", "Two", "", (home,))': "topic 't' is already defined at",
    'u = Topic("t", "One", "", (Formula("away", Sum(x[k], k), wrt=x),))': "names formula 'away', which is not in",
    # --- derivatives, programs ----------------------------------------------------------------------------------------
    formula("Prod(x[k], k)"): "no rule differentiates Prod(x[k], k): write exp(Sum(log(u), k)), where u is positive",
    formula("Sum(Sum(Abs(x[k] - x[j]), j), k)"):
        "Sum(Abs(x[k] - x[l]), l) is a reduction inside a loop over another class",
    # --- proofs -------------------------------------------------------------------------------------------------------
    claim("x[i]", "=", "x[j]", "by('xyzzy')"): "line 1 (xyzzy): no rule is called 'xyzzy': there are: absolute",
    claim("Sum(x[i], k)", "=", "n*x[i]", "by('sum of constant')"): "no rule is called 'sum of constant': did you mean",
    claim("x[i]*(1 + s)", "=", "x[i]", "equal(x[i] + s*x[i], 'algebra')", "by('algebra')"):
        "line 2 (algebra): the line says the same as the one before: leave it out",
    claim("Sum(x[i], k)", "=", "n*x[j]", "by('sum of a constant')"):
        "the proof ends in n*x[i], not in n*x[j]: add a line",
    claim("log(p[i])", "<", "p[i] - 1", "at_most(p[i] - 1, 'tangent line')"): "claims <, the proof gives <=",
    claim("log(p[i])", "<", "p[i] - 1", "less(p[i] - 1, 'tangent line')"): "the rule gives <=, which is not strict",
    claim("log(p[i])", "<=", "p[i] - 1", "equal(p[i] - 1, 'tangent line')"):
        "the rule gives an inequality: log(p[i]) =",
    claim("log(p[i])", "<=", "p[i] - 2", "at_most(p[i] - 2, 'tangent line')"):
        "the rule does not make the line before <=",
    claim("x[i]", "=", "1", "by('sifting')"): "line 1 (sifting): the rule fits nowhere in the line before",
    claim("x[i]", "=", "x[j]", "equal(x[j], 'sifting')"): "the rule does not lead from the line before to this one",
    claim("x[i]*(x[j] + 1)", "=", "x[i]*x[j] + x[i]", "equal(x[i]*x[j] + x[i], 'sifting')"):
        "the rule fits neither in this line nor in the one before",
    claim("x[i]", "<=", "Max(x[k], k)", "by('maximum')"): "the maximum is not named: say which: at_most(",
    claim("x[i]", "<=", "Max(y[k], k)", "at_most(Max(y[k], k), 'maximum')"): "the two lines do not differ by a maximum",
    claim("x[i]", "=", "x[j]", "equal(x[j], 'algebra')"): "algebra does not make this line of the one before",
    claim("Sum(z[k], k)", "=", "0", "by('assumption')"): "the claim assumes no equation",
    claim("s*x[i]", "=", "2*x[i]", "equal(2*x[i], 'assumption')", more=", assuming=(sums_to(s, 1),)"):
        "the two lines differ by more than what is assumed",
    claim("Partial(s*x[i], s)", "=", "Partial(x[i], s)", "by('assumption')", more=", assuming=(sums_to(s, 1),)"):
        "along s it need not hold: take the derivatives and limits by s first",
    claim("KroneckerDelta(i, j)", "=", "0", "by('distinct indices')"):
        "do not become one where the indices are distinct",
    claim("x[i]", "=", "1", "by('sign')"): "a sign is a relation: say which: less(0, ...)",
    claim("x[i]", ">", "0", "more(0, 'sign')"): "the domains of the inputs do not settle the sign",
    claim("x[i]", "=", "1", "by('definition')"): "there is no symbol to unfold in the line before",
    claim("home.value", "=", "x[i]", "equal(x[i], 'definition')"): "the two lines differ when every symbol is unfolded",
    claim("x[i]", "=", "1", "by('by its symbol')"): "nothing in the line before has a symbol",
    claim("x[i]", "=", "home.value", "equal(home.value, 'by its symbol')"): "the two lines differ when every symbol is",
    claim("x[i]", "=", "1", "by('differentiate')"): "there is no derivative in the line before",
    claim("2*x[i]", "=", "Partial(x[i]**3, x[i])", "equal(Partial(x[i]**3, x[i]), 'differentiate')"):
        "the derivatives in this line do not come to the line before",
    claim("Partial(Prod(x[k], k), x[i])", "=", "1", "by('differentiate')"): "no rule differentiates Prod(x[k], k)",
    claim("Partial(Limit(x[i]/s, s, oo), x[i])", "=", "0", "by('differentiate')"): "take the limit first",
    claim("x[i]", "=", "1", "by('limits')"): "there is no limit in the line before",
    claim("Limit(sin(s), s, oo)", "=", "0", "by('limits')"): "no rule takes the limit of sin(s)",
    claim("exp(Limit(sin(s), s, oo))", ">", "0", "more(0, 'sign')"): "the limit of sin(s) is not taken, and may",
    'e = Limit(sin(s), s, oo)\n'
    + claim("Limit(x[i], s, oo)", "=", "x[i] + (1 + e)*(1 - e) - 1 + e**2", "by('limit of a constant')"): "not taken",
    claim("Sum(x[k], k)", "=", "1", "by('probabilities sum to 1')"): "no sum over a distribution stands in either line",
    claim("Sum(q[k], k)", "=", "2", "equal(2, 'probabilities sum to 1')"): "differ where the distributions sum to 1",
    claim("Sum(x[turn(k)], k)", "=", "Sum(y[k], k)", "equal(Sum(y[k], k), 're-index')"): "more than the order of their",
    claim("Sum(x[k], k)", ">=", "0", "at_least(0, 'no term is negative')"):
        "it takes x[k] >= 0, which neither the domains of the inputs nor what is assumed settle: let the claim assume",
    'd = Claim("d", home, log(p[i]), "<=", p[i] - 1, (at_most(p[i] - 1, "tangent line"),))\n'
    + claim("log(p[i])", "<=", "p[i] - 1", "at_most(p[i] - 1, d)"):
        "only an equation can serve as a reason: log(p[i]) <=",
    'd = Claim("d", home, Sum(x[i], k), "=", n*x[i], (by("sum of a constant"),))\n'
    + claim("x[i]", "=", "x[j]", "equal(x[j], d)"): "d does not lead from the line before to this one",
    'c = Claim("shift", soft, Sum(x[i], k), "=", n*x[i], (by("sum of a constant"),))':
        "claim 'shift': derive proves one of that name of the formula at",
    # --- what numbers say of a witness --------------------------------------------------------------------------------
    witness("x[i]", "<", "1", "x: (2,), i: 1"): "x[i] < 1 is wrong at n = 1, x = [2], i = 1: correct",
    witness("x[i]", "<", "1", "x: (2,)"): "give values to i",
    witness("x[i]", "<", "1", "x: (2,), y: (1, 2), i: 1"):
        "its vectors differ in length: give each one component per class",
    witness("p[i]", "<", "1", "p: (-2,), i: 1"): "p = (-2) is outside its domain, with 1 classes: correct it",
    witness("1/x[i]", "<", "1", "x: (0,), i: 1"): "division by 0, in 1/x[i]: give other numbers",
    fact("x[i]", "<", "1", "x: (2,), i: 1"): "x[i] < 1 is wrong at n = 1, x = [2], i = 1: correct the fact",
    fact("x[i]", "<", "1", "x: (2,)"): "give values to i",
    fact("1/x[i]", "<", "1", "x: (0,), i: 1"): "division by 0, in 1/x[i]: give other numbers",
    fact("q[i]", "<", "1", "q: (s, s + 1), i: 1"): "no numbers that were tried lie in the domains: give it others",
}  # fmt: skip
"""A line of a formula file, and what has to be told of it."""


@dataclass(frozen=True)
class Told:
    """The line that a user reads, where it has to point, and the lines of derive that it came through."""

    text: str
    file: str
    line: int
    places: frozenset[tuple[str, int]]


@cache
def told(written: str) -> Told:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mine.py"
        file.write_text(f"{HEADER}{written}\n", encoding="utf-8")
        try:
            catalogue = open_catalogue([file])
            check_topics([topic for topic in catalogue.topics if topic.file == file])
            for one in [f for f in catalogue.formulas if f.file == file and (f.name == "f" or f.theory)]:
                for shown in build_formula(one).derived.witnesses:
                    example(shown)
        except DeriveError as error:
            last = len(file.read_text(encoding="utf-8").splitlines())
            return Told(str(error), str(file), last, frozenset(_passed(error)))
    raise AssertionError(f"nothing is wrong with {written}")


def _passed(error: BaseException | None) -> Iterator[tuple[str, int]]:
    while error is not None:
        for frame in traceback.extract_tb(error.__traceback__):
            yield frame.filename, frame.lineno or 0
        error = error.__cause__ or error.__context__


OURS = re.compile(
    r"_b\d|Traceback|domain=|<class|<derive|object at 0x|zoo|\b(?:Compare|Component|Element|Reduction|Binder|Head|Image"
    r"|BoundIndex|StrictLessThan|Relational|Statement|Hole|Dummy|Trace|Assumption|LineError|SympifyError)\b"
)
"""What stands in derive's own sources and says nothing to a user."""


WAY_OUT = re.compile(
    r"[:;,(] ?(?:write|give|use|rename|let|say|take|add|leave|state|correct|compare|change|import|sum over|name|assume"
    r"|did you mean|there are|a sum over|a formula has|a comparison is|the largest|the number of|the functions of"
    r"|a class is|an equality of|a derivative is|\w+=)|one of|needs the condition|, not (?:to|by) |, with k ="
)
"""How a message goes on once it has said what is wrong."""


@pytest.mark.parametrize("written", WRONG)
def test_it_is_told_in_one_line_with_its_place_and_a_way_out(written: str) -> None:
    found = told(written)
    said = re.sub(re.escape(found.file) + r":\d+: ", "", found.text)
    assert found.text.startswith(found.file) and said != found.text, found.text
    assert WRONG[written] in found.text, found.text
    assert "\n" not in found.text and not OURS.search(said)
    assert WAY_OUT.search(said), found.text


# --- nothing is forgotten ---------------------------------------------------------------------------------------------
FILES = "about the names of files, not what stands in one: tests/catalogue"
UNREACHED = {
    "cannot be loaded as Python": FILES,
    "another formula file has the same name": FILES,
    "no formula file (*.py) in this folder": FILES,
    "give it one that can be printed": FILES,
    "no such file or folder": FILES,
    "a formula file ends in .py": FILES,
    "no Formula, Claim, Witness or Topic here": "the header above holds formulas: tests/catalogue",
    "is not a class of the row": "the language refuses it before: a mistake of derive's, which says so",
    "runs in no loop": "the language refuses it before: a mistake of derive's, which says so",
    "no loop makes": "the language refuses it before: a mistake of derive's, which says so",
    "no pass lowers": "the language refuses it before: a mistake of derive's, which says so",
    "{loss.name} takes no": "what is asked at a call of derive.load: tests/loading",
    "it has no label, and no target": "what is asked at a call of derive.load: tests/loading",
    "its proof rests on itself": "a record is made after those it names; by force only: tests/proofs",
}
"""What no formula file provokes, and why."""


def _raises(path: Path) -> Iterator[ast.stmt | ast.expr]:
    """Where a module refuses something: it raises an error of its own, or calls what does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = getattr(node.exc.func, "id", "")
            if name.endswith("Error") and not hasattr(builtins, name):
                yield node
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refuse":
            yield node


def test_every_error_is_in_the_table() -> None:
    reached = {place for written in WRONG for place in told(written).places}
    forgotten = {}
    for path in sorted(p for room in ROOMS for p in (ROOT / "derive" / room).rglob("*.py")):
        for node in _raises(path):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if not any((str(path), line) in reached for line in lines):
                forgotten[f"{path.relative_to(ROOT)}:{node.lineno}"] = ast.unparse(node)
    known = {place: words for place, text in forgotten.items() for words in UNREACHED if words in text}
    assert known.keys() == forgotten.keys(), [forgotten[place] for place in forgotten.keys() - known.keys()]
    assert sorted(known.values()) == sorted(UNREACHED), "the table reaches more than is said"
