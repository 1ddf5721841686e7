"""What a formula may say: indices, vectors, labels, parameters, Sum, Max and the functions of SymPy.

Everything that a formula file needs comes from here::

    from derive.language import *
"""

from sympy import Abs, E, KroneckerDelta, Piecewise, Rational, cos, erf, exp, log, oo, pi, sign, sin, sqrt, tanh

from derive.language.axes import CLASSES as classes
from derive.language.choices import larger, relu, smaller, where
from derive.language.claims import (
    Claim,
    Witness,
    at_least,
    at_most,
    by,
    distinct,
    equal,
    largest,
    less,
    more,
    nonzero,
    positive,
    sums_to,
)
from derive.language.errors import DeriveError, FormulaError
from derive.language.formula import Formula
from derive.language.functions import erfc
from derive.language.inputs import array, axis, distribution, indices, label, parameter, permutation, scalar, vector
from derive.language.nodes import Limit, Max, Partial, Prod, Sum, n
from derive.language.over_rows import mean_over_rows, sum_over_rows
from derive.language.text import Text
from derive.language.topics import Exercise, Fact, Law, Notation, Session, Steps, Stop, Topic
from derive.language.transformers import smoothed, with_pos_weight, with_targets, with_weight

__all__ = [
    "Abs", "Claim", "DeriveError", "E", "Exercise", "Fact", "Formula", "FormulaError", "KroneckerDelta", "Law",
    "Limit", "Max", "Notation", "Partial", "Piecewise", "Prod", "Rational", "Session", "Steps", "Stop", "Sum",
    "Text", "Topic", "Witness", "array", "at_least", "at_most", "axis", "by", "classes", "cos", "distinct",
    "distribution", "equal", "erf", "erfc", "exp", "indices", "label", "larger", "largest", "less", "log",
    "mean_over_rows", "more", "n", "nonzero", "oo", "parameter", "permutation", "pi", "positive", "relu",
    "scalar", "sign", "sin", "smaller", "smoothed", "sqrt", "sum_over_rows", "sums_to", "tanh", "vector",
    "where", "with_pos_weight", "with_targets", "with_weight",
]  # fmt: skip
