"""The rules, as data: name, pattern, result, side conditions, one sentence.

Holes: ``u, v, w`` any expression; ``c`` what is constant in the respect that the condition states; ``f`` the
body of a binder, ``p`` an exponent, ``b`` a base; ``i, j`` indices; ``z`` what is differentiated by.
"""

from __future__ import annotations

from sympy import Abs, Add, Integer, KroneckerDelta, Mul, Pow, exp, log, tanh

from derive.calculus.matching import BOUND, At, Hole
from derive.calculus.records import Condition, Rule
from derive.language.nodes import Component, Partial, Sum, n

u, v, w, c, f, g, z = (Hole(name, real=True) for name in "uvwcfgz")
b, p = (Hole(name, real=True) for name in "bp")
i, j, k = (Hole(name, integer=True) for name in "ijk")
x = Hole("x", real=True)


def free(what: Hole, of: object) -> Condition:
    return Condition("free", (what, of))  # type: ignore[arg-type]


def positive(what: object) -> Condition:
    return Condition("positive", (what,))  # type: ignore[arg-type]


def known_positive(what: object) -> Condition:
    """Must follow from what is known: a rule that splits cannot take it on trust."""
    return Condition("known_positive", (what,))  # type: ignore[arg-type]


def nonzero(what: object) -> Condition:
    return Condition("nonzero", (what,))  # type: ignore[arg-type]


_ONE = Integer(1)
_delta = KroneckerDelta(Hole("k_", integer=True), j)
_product = Mul(u, v, evaluate=False)
_quotient = Mul(u, Pow(v, -1), evaluate=False)
_sum = Add(u, v, evaluate=False)

# --- differentiation -------------------------------------------------------------------------------------------
CONSTANT = Rule(
    "constant", "The derivative of what does not depend on the variable is 0.", Partial(u, z), Integer(0), (free(u, z),)
)
COMPONENT = Rule(
    "component", "The components of a vector are independent of one another.",
    Partial(Component(x, i), Component(x, j)), KroneckerDelta(i, j),
)  # fmt: skip
SUM_RULE = Rule(
    "sum rule", "The derivative of a sum is the sum of the derivatives.",
    Partial(_sum, z), Partial(u, z) + Partial(v, z),
)  # fmt: skip
CONSTANT_FACTOR = Rule(
    "constant factor", "A constant factor stays.",
    Partial(Mul(c, u, evaluate=False), z), c * Partial(u, z), (free(c, z),),
)  # fmt: skip
QUOTIENT_RULE = Rule(
    "quotient rule", "The derivative of a quotient is (u' v - u v') / v^2.",
    Partial(_quotient, z), (Partial(u, z) * v - u * Partial(v, z)) / v**2, (nonzero(v),),
)  # fmt: skip
PRODUCT_RULE = Rule(
    "product rule", "Differentiate one factor at a time.",
    Partial(_product, z), Partial(u, z) * v + u * Partial(v, z),
)  # fmt: skip
EXPONENTIAL = Rule(
    "exponential", "The exponential is its own derivative; the inner derivative follows (chain rule).",
    Partial(exp(u), z), exp(u) * Partial(u, z),
)  # fmt: skip
LOGARITHM = Rule(
    "logarithm", "The derivative of the logarithm is the reciprocal; the inner derivative follows (chain rule).",
    Partial(log(u), z), Partial(u, z) / u, (positive(u),),
)  # fmt: skip
_POWER_SENTENCE = "The exponent comes down and drops by one; the inner derivative follows (chain rule)."
WHOLE_POWER = Rule(
    "power rule", _POWER_SENTENCE, Partial(u**p, z), p * u ** (p - 1) * Partial(u, z), (Condition("whole", (p,)),)
)
INTEGER_POWER = Rule(
    "power rule",
    _POWER_SENTENCE,
    Partial(u**p, z),
    p * u ** (p - 1) * Partial(u, z),
    (Condition("integer", (p,)), nonzero(u)),
)
REAL_POWER = Rule(
    "power rule", _POWER_SENTENCE, Partial(u**p, z), p * u ** (p - 1) * Partial(u, z), (free(p, z), positive(u))
)
BASE = Rule(
    "general base", "A power of a constant base is an exponential: the logarithm of the base comes down.",
    Partial(b**u, z), b**u * log(b) * Partial(u, z), (free(b, z), positive(b)),
)  # fmt: skip
TANH = Rule(
    "hyperbolic tangent", "The derivative of tanh is 1 - tanh^2; the inner derivative follows (chain rule).",
    Partial(tanh(u), z), (1 - tanh(u) ** 2) * Partial(u, z),
)  # fmt: skip
MODULUS = Rule(
    "absolute value", "Away from 0 the slope of the absolute value is the sign.",
    Partial(Abs(u), z), u / Abs(u) * Partial(u, z), (nonzero(u),),
)  # fmt: skip
TERM_BY_TERM = Rule(
    "term by term", "A finite sum is differentiated term by term.",
    Partial(Sum(f, k), z), Sum(Partial(f, z), k),
)  # fmt: skip

DIFFERENTIATION = (
    CONSTANT, COMPONENT, SUM_RULE, CONSTANT_FACTOR, QUOTIENT_RULE, PRODUCT_RULE, EXPONENTIAL, LOGARITHM,
    WHOLE_POWER, INTEGER_POWER, REAL_POWER, BASE, TANH, MODULUS, TERM_BY_TERM,
)  # fmt: skip

# --- sums over the classes -------------------------------------------------------------------------------------
SUM_OF_NOTHING = Rule("sum of zeros", "A sum of zeros is 0.", Sum(Integer(0), k), Integer(0))
SUM_OF_CONSTANT = Rule("sum of a constant", "n equal terms.", Sum(c, k), n * c, (free(c, BOUND),))
SIFT_ALONE = Rule(
    "sifting", "Under a sum, the delta leaves the one term where the indices agree.",
    Sum(KroneckerDelta(k, j), k), _ONE, (Condition("in_range", (j,)),),
)  # fmt: skip
SIFT = Rule(
    "sifting", "Under a sum, the delta leaves the one term where the indices agree.",
    Sum(Mul(f, KroneckerDelta(k, j), evaluate=False), k), At(f, j), (Condition("in_range", (j,)),),
)  # fmt: skip
LINEARITY = Rule(
    "linearity", "The sum of a sum is the sum of the sums.",
    Sum(Add(f, g, evaluate=False), k), Sum(f, k) + Sum(g, k),
)  # fmt: skip
FACTOR_OUT = Rule(
    "common factor of a sum", "A factor that does not depend on the index moves in front of the sum.",
    Sum(Mul(c, f, evaluate=False), k), c * Sum(f, k), (free(c, BOUND),),
)  # fmt: skip
SUMS = (SUM_OF_NOTHING, SUM_OF_CONSTANT, SIFT_ALONE, SIFT, LINEARITY, FACTOR_OUT)

# --- exponentials and logarithms -------------------------------------------------------------------------------
EXP_OF_SUM = Rule(
    "exponential of a sum", "The exponential of a sum is the product of the exponentials.", exp(_sum), exp(u) * exp(v)
)
POWER_OF_SUM = Rule(
    "power of a sum", "A power with a sum as exponent is a product of powers.",
    Pow(b, _sum), b**u * b**v, (known_positive(b),),
)  # fmt: skip
LOG_OF_QUOTIENT = Rule(
    "logarithm of a quotient", "The logarithm of a quotient is the difference of the logarithms.",
    log(_quotient), log(u) - log(v), (known_positive(u), known_positive(v)),
)  # fmt: skip
LOG_OF_PRODUCT = Rule(
    "logarithm of a product", "The logarithm of a product is the sum of the logarithms.",
    log(_product), log(u) + log(v), (known_positive(u), known_positive(v)),
)  # fmt: skip
LOG_OF_POWER = Rule(
    "logarithm of a power", "The exponent comes in front of the logarithm.",
    log(u**p), p * log(u), (known_positive(u),),
)  # fmt: skip
EXPONENTIALS = (EXP_OF_SUM, POWER_OF_SUM)
LOGARITHMS = (LOG_OF_QUOTIENT, LOG_OF_PRODUCT, LOG_OF_POWER)

# --- the delta in a given case ---------------------------------------------------------------------------------
DISTINCT = Rule(
    "distinct indices", "The delta of two different indices is 0.",
    KroneckerDelta(i, j), Integer(0), (Condition("distinct", (i, j)),),
)  # fmt: skip

# --- procedures: no pattern; the oracle checks each use ----------------------------------------------------------
DEFINITION = Rule("definition", "What the symbol stands for.")
FOLD = Rule("by its symbol", "The expression is one that has a symbol of its own.")
KNOWN = Rule("known derivative", "This derivative has been derived before.")
EXPAND = Rule("multiply out", "Products are multiplied out and equal factors cancelled.")
COLLECT = Rule("common factor", "What the terms have in common is put in front.")
SIMPLIFY_EXPONENT = Rule("multiply out", "The exponent is multiplied out.")
AXIOM = Rule("probabilities sum to 1", "The components of a distribution sum to 1.")
SAME_INDEX = Rule("equal indices", "The delta of an index with itself is 1.")
CHOICE = Rule("choice of the constant", "The identity holds for every constant, so for this one.")
MAX_BOUNDS = Rule("maximum", "No value is larger than the maximum.")
MONOTONE = Rule("monotone", "The exponential grows with its exponent, so each term is at most its value at 0.")
ATTAINED = Rule("attained", "The class that attains the maximum contributes 1, and no term is negative.")
