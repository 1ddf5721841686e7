"""What a formula may say: indices, vectors, labels, parameters, Sum, Max and the functions of SymPy.

Everything that a formula file needs comes from here::

    from derive.language import *
"""

from sympy import Abs, E, KroneckerDelta, Rational, exp, log, pi, sqrt, tanh

from derive.language.errors import DeriveError, FormulaError
from derive.language.formula import Formula
from derive.language.inputs import distribution, indices, label, parameter, vector
from derive.language.nodes import Max, Sum, n

__all__ = [
    "Abs", "DeriveError", "E", "Formula", "FormulaError", "KroneckerDelta", "Max", "Rational", "Sum", "distribution",
    "exp", "indices", "label", "log", "n", "parameter", "pi", "sqrt", "tanh", "vector",
]  # fmt: skip
