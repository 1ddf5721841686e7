"""What the operations of the loop IR mean in JavaScript: the methods of a real type, each rounded once."""

from __future__ import annotations

OF_MATH = (
    "exp", "log", "tanh", "sin", "cos", "abs", "sign", "expm1", "log1p", "sqrt", "max",
)  # fmt: skip
"""Operations for which ``Math`` has a function of the same name."""

HELPERS = {
    "pow": """
// As IEEE 754 has it, and Math.pow has not: 1 to any power is 1, and so is -1 to an infinite one.
(base, power) => (base === 1 || (base === -1 && Math.abs(power) === Infinity) ? 1 : round(base ** power))
""",
    "exp2": """
(u) => round(2 ** u)
""",
    "erf": """
// Near 0 a series whose terms have one sign; elsewhere 1 minus a continued fraction, which is small.
(u) => {
  const size = Math.abs(u), bell = Math.exp(-size * size) / Math.sqrt(Math.PI);
  let found = 1;
  if (size < 1.5) {
    found = bell * erfSeries(size);
  } else if (size < 6) {
    found = 1 - bell / erfFraction(size, 90);
  }
  return round(u < 0 ? -found : u >= 0 ? found : u);
}
""",
    "erfc": """
// Near 0 it is 1 less a series; above, a continued fraction; below, 2 less that.  The square is taken in two parts.
(u) => {
  const size = Math.abs(u), high = Math.fround(Math.min(size, 40));
  const bell = Math.exp(-high * high) * Math.exp((high - size) * (high + size)) / Math.sqrt(Math.PI);
  let found = 0;
  if (size < 0.5) {
    found = 1 - erfSeries(size) * bell;
  } else if (size < 30) {
    found = bell / erfFraction(size, 900);
  }
  return round(u < 0 ? 2 - found : u >= 0 ? found : u);
}
""",
    "erfcx": """
// Above 1/2 a continued fraction, near 0 by the series of erf; below 0, what that lacks to 2 exp(u^2).
(u) => {
  const size = Math.abs(u), high = Math.fround(Math.min(size, 40));
  const power = Math.exp(high * high) * Math.exp((size - high) * (size + high));
  let found = 0;
  if (size < 0.5) {
    found = power - erfSeries(size) / Math.sqrt(Math.PI);
  } else {
    found = 1 / erfFraction(size, 900) / Math.sqrt(Math.PI);
  }
  return round(u < 0 ? 2 * power - found : u >= 0 ? found : u);
}
""",
    "finite_or_zero": """
(u) => (Number.isFinite(u) ? u : 0)
""",
    "supported": """
(weight, u) => (weight === 0 ? -Infinity : u)
""",
    "weighted": """
(weight, u) => (weight === 0 ? 0 : round(weight * u))
""",
    "weighted_ratio": """
(weight, u) => (weight === 0 ? 0 : round(weight / u))
""",
    "log_ratio": """
// A difference of logarithms where the quotient leaves the normal numbers.
(above, below) => {
  const ratio = round(above / below);
  if (ratio >= smallest && ratio <= largest) {
    return round(Math.log(ratio));
  }
  return round(round(Math.log(above)) - round(Math.log(below)));
}
""",
    "where_nonnegative": """
(sign, above, below) => (sign >= 0 ? above : sign < 0 ? below : sign)
""",
    "compare": """
(one, other, below, equal, above) => (one < other ? below : one > other ? above : one === other ? equal : NaN)
""",
}
"""Operation -> a function; ``round`` and the ends of the normal numbers are those of the type, ``erfSeries`` and
``erfFraction`` stand in the script before them."""

FUNCTIONS = frozenset((*OF_MATH, *HELPERS))
