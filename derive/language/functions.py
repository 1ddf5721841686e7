"""The functions of one real number that a formula may hold: one table, which every stage reads.

An entry is all that the engine, the printers and the targets know of a function.  The oracle reads its name and its
head and nothing more: what the function is worth, and its derivative, it knows by itself (:mod:`derive.verify.dual`,
``numbers_*``), so that a wrong entry is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Integer, pi, sqrt

from derive.language.text import Text


class erfc(sympy.Function):
    """``1 - erf(u)`` as one value.

    SymPy's own takes a sign out of its argument and makes ``erfc(-u)``, which is small below 0, ``2 - erfc(u)``.
    """

    nargs = 1
    is_real = True
    is_extended_real = True

    def _eval_is_positive(self) -> bool:
        return True

    def _eval_evalf(self, prec: int) -> Any:
        return sympy.erfc(*self.args)._eval_evalf(prec)


@dataclass(frozen=True)
class Function:
    """One function.

    name:     what the marks, the loop IR and the oracle call it, and what a line of plain text prints.
    head:     its node in SymPy.
    slope:    its derivative at u.
    rule:     what the rule that differentiates it is called; ``sentence``: what the rule says.
    owes:     the condition on u under which the slope holds: "positive", "nonzero", or "" for none.
    tex:      how LaTeX spells it (a name, or a pair of fences).
    numpy, c: what computes it: a function of NumPy, one of ``<math.h>`` (by its name for ``double``), or the helper of
              the target that is called so.
    units:    by how many units in the last place a kernel may be wrong about it: what libraries promise and more.
    costly:   whether computing it again costs more than keeping its value.
    """

    name: str
    head: Any
    slope: Callable[[Any], Any]
    rule: Text
    sentence: Text
    tex: str
    numpy: str
    c: str
    owes: str = ""
    units: int = 4
    costly: bool = True


EXP = Function(
    "exp", sympy.exp, lambda u: sympy.exp(u),
    Text("exponential", zh="指数函数求导"),
    Text("The exponential is its own derivative; the inner derivative follows (chain rule).",
         zh="指数函数的导数是它自身，再乘以内层函数的导数（链式法则）。"),
    tex=r"\exp", numpy="np.exp", c="exp",
)  # fmt: skip
LOG = Function(
    "log", sympy.log, lambda u: 1 / u,
    Text("logarithm", zh="对数函数求导"),
    Text("The derivative of the logarithm is the reciprocal; the inner derivative follows (chain rule).",
         zh="对数函数的导数是真数的倒数，再乘以内层函数的导数（链式法则）。"),
    tex=r"\log", numpy="np.log", c="log", owes="positive",
)  # fmt: skip
TANH = Function(
    "tanh", sympy.tanh, lambda u: 1 - sympy.tanh(u) ** 2,
    Text("hyperbolic tangent", zh="双曲正切求导"),
    Text("The derivative of tanh is 1 - tanh^2; the inner derivative follows (chain rule).",
         zh="tanh 的导数是 1 - tanh^2，再乘以内层函数的导数（链式法则）。"),
    tex=r"\tanh", numpy="np.tanh", c="tanh",
)  # fmt: skip
SIN = Function(
    "sin", sympy.sin, lambda u: sympy.cos(u),
    Text("sine", zh="正弦求导"),
    Text("The derivative of the sine is the cosine; the inner derivative follows (chain rule).",
         zh="正弦的导数是余弦，再乘以内层函数的导数（链式法则）。"),
    tex=r"\sin", numpy="np.sin", c="sin",
)  # fmt: skip
COS = Function(
    "cos", sympy.cos, lambda u: -sympy.sin(u),
    Text("cosine", zh="余弦求导"),
    Text("The derivative of the cosine is minus the sine; the inner derivative follows (chain rule).",
         zh="余弦的导数是正弦的相反数，再乘以内层函数的导数（链式法则）。"),
    tex=r"\cos", numpy="np.cos", c="cos",
)  # fmt: skip
ERF = Function(
    "erf", sympy.erf, lambda u: 2 * sympy.exp(-(u**2)) / sqrt(pi),
    Text("error function", zh="误差函数求导"),
    Text("The derivative of the error function is the bell curve 2 exp(-u^2) / sqrt(pi); "
         "the inner derivative follows (chain rule).",
         zh="误差函数的导数是钟形曲线 2 exp(-u^2) / sqrt(pi)，再乘以内层函数的导数（链式法则）。"),
    tex=r"\operatorname{erf}", numpy="_erf", c="erf",
)  # fmt: skip
ERFC = Function(
    "erfc", erfc, lambda u: -2 * sympy.exp(-(u**2)) / sqrt(pi),
    Text("complementary error function", zh="互补误差函数求导"),
    Text("The derivative of the complementary error function is minus the bell curve 2 exp(-u^2) / sqrt(pi); "
         "the inner derivative follows (chain rule).",
         zh="互补误差函数的导数是负的钟形曲线 -2 exp(-u^2) / sqrt(pi)，再乘以内层函数的导数（链式法则）。"),
    tex=r"\operatorname{erfc}", numpy="_erfc", c="erfc",
)  # fmt: skip
ABS = Function(
    "abs", sympy.Abs, lambda u: sympy.sign(u),
    Text("absolute value", zh="绝对值求导"),
    Text("Away from 0 the slope of the absolute value is the sign; at 0, where it has none, the kernels take 0.",
         zh="在 0 以外，绝对值函数的导数就是自变量的正负号；在 0 处导数不存在，程序取 0。"),
    tex=r"\left\lvert \right\rvert", numpy="np.abs", c="fabs", owes="nonzero", units=0, costly=False,
)  # fmt: skip
SIGN = Function(
    "sign", sympy.sign, lambda u: Integer(0),
    Text("derivative of the sign", zh="符号函数求导"),
    Text("Away from 0 the sign does not change; at 0, where it jumps, the kernels take 0.",
         zh="在 0 以外，符号函数不变，导数为 0；在 0 处它有跳跃，程序取 0。"),
    tex=r"\operatorname{sign}", numpy="np.sign", c="sign", owes="nonzero", units=0, costly=False,
)  # fmt: skip

FUNCTIONS = (EXP, LOG, TANH, SIN, COS, ERF, ERFC, ABS, SIGN)
BY_HEAD = {function.head: function for function in FUNCTIONS}
BY_NAME = {function.name: function for function in FUNCTIONS}
