"""The operations of the loop IR: one table of what each takes and of how each target spells it."""

from __future__ import annotations

from dataclasses import dataclass

from derive.language.functions import FUNCTIONS


@dataclass(frozen=True)
class Operation:
    """One operation on real values.

    numpy:  its infix sign, a function of NumPy, or (with a leading underscore) a helper that the module brings along.
    c:      its infix sign, a function of ``<math.h>`` by its name for ``double``, or a helper of the support header.
    costly: whether computing it again costs more than keeping its value.
    """

    name: str
    arity: int
    numpy: str
    c: str
    costly: bool = False


OPERATIONS = (
    Operation("add", 2, "+", "+"),
    Operation("sub", 2, "-", "-"),
    Operation("mul", 2, "*", "*"),
    Operation("div", 2, "/", "/"),
    Operation("neg", 1, "-", "-"),
    *(Operation(f.name, 1, f.numpy, f.c, f.costly) for f in FUNCTIONS),
    Operation("exp2", 1, "np.exp2", "exp2", True),
    Operation("expm1", 1, "np.expm1", "expm1", True),
    Operation("log1p", 1, "np.log1p", "log1p", True),
    Operation("erfcx", 1, "_erfcx", "erfcx", True),
    Operation("pow", 2, "np.power", "pow", True),
    Operation("sqrt", 1, "np.sqrt", "sqrt", True),
    Operation("max", 2, "np.maximum", "max"),
    Operation("finite_or_zero", 1, "_finite_or_zero", "finite_or_zero"),
    Operation("supported", 2, "_supported", "supported"),
    Operation("weighted", 2, "_weighted", "weighted"),
    Operation("weighted_ratio", 2, "_weighted_ratio", "weighted_ratio"),
    Operation("log_ratio", 2, "_log_ratio", "log_ratio", True),
    Operation("where_nonnegative", 3, "_where_nonnegative", "where_nonnegative"),
    Operation("compare", 5, "_compare", "compare"),
)
"""erfcx(u) is exp(u^2) erfc(u), which falls as 1/u where erfc falls as exp(-u^2).
finite_or_zero(u) is u where u is finite and 0 elsewhere (inf, -inf, NaN).
supported(w, u) is u where w is not 0, else -inf: what has no weight is not the largest.
weighted(w, u) is w*u, but 0 where w is 0 whatever u is: the convention 0 * log 0 = 0.
weighted_ratio(w, u) is w/u, but 0 where w is 0 whatever u is.
log_ratio(a, b) is log(a/b), also where the quotient would overflow or underflow.
where_nonnegative(c, a, b) is a where c >= 0, b where c < 0, and NaN where c is NaN.
compare(u, v, a, b, c) is a where u < v, b where u = v, c where u > v, and NaN where one of u and v is NaN.
"""

BY_NAME = {operation.name: operation for operation in OPERATIONS}
