"""Rules of the theory: inequalities, limits, products, relabellings; data like those of :mod:`derive.algebra.rules`.

Where ``relation`` is not "=", a rule makes an expression larger or smaller.
"""

from __future__ import annotations

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, S, exp, log

from derive.algebra.matching import BOUND, Hole
from derive.algebra.records import Condition, Rule
from derive.algebra.rules import c, f, free, g, i, j, k, nonzero, p, positive, u, v, x, z
from derive.language.components import Component
from derive.language.nodes import Limit, Max, Prod, Sum, n
from derive.language.text import Text

_ONE = Integer(1)
_to = Hole("a", extended_real=True)


def _has_limit(what: Hole) -> Condition:
    """Owed by no step: a proof that has got rid of every limit has found this one too."""
    return Condition("has_limit", (what, z, _to))


# --- logarithms, exponentials, products --------------------------------------------------------------------------
PROD_OF_PRODUCT = Rule(
    Text("product of products", zh="乘积的连乘"),
    Text("A product of products is the product of the two products.", zh="逐项乘积的连乘等于各自连乘之积。"),
    Prod(f * g, k), Prod(f, k) * Prod(g, k),
)  # fmt: skip
PROD_OF_EXP = Rule(
    Text("product of exponentials", zh="指数函数的连乘"),
    Text("A product of exponentials is the exponential of the sum.", zh="指数函数的连乘，等于指数相加之后的指数函数。"),
    Prod(exp(f), k), exp(Sum(f, k)),
)  # fmt: skip
PROD_OF_CONSTANT = Rule(
    Text("product of a constant", zh="常数的连乘"), Text("n equal factors.", zh="n 个相同的因子相乘。"),
    Prod(c, k), c**n, (free(c, BOUND),),
)  # fmt: skip

# --- inequalities ------------------------------------------------------------------------------------------------
TANGENT = Rule(
    Text("tangent line", zh="切线不等式"),
    Text(
        "The logarithm is concave and lies below its tangent at 1: log u <= u - 1.",
        zh="对数函数是凹函数，位于它在 1 处的切线之下：log u <= u - 1。",
    ),
    log(u), u - 1, (positive(u),), "<=",
)  # fmt: skip
STRICT_TANGENT = Rule(
    Text("strict tangent line", zh="严格的切线不等式"),
    Text("The logarithm touches its tangent at 1 nowhere else: log u < u - 1 for u != 1.",
         zh="对数曲线与它在 1 处的切线只有一个交点：当 u != 1 时 log u < u - 1。"),
    log(u), u - 1, (positive(u), nonzero(u - 1)), "<",
)  # fmt: skip
SQUARE = Rule(
    Text("squares are not negative", zh="平方非负"),
    Text("The square of a real number is not negative.", zh="实数的平方不小于零。"),
    u**2, Integer(0), (), ">=",
)  # fmt: skip
NO_NEGATIVE_TERM = Rule(
    Text("no term is negative", zh="各项非负"),
    Text("A sum of terms that are not negative is not negative.", zh="各项都非负，其和也非负。"),
    Sum(f, k), Integer(0), (Condition("nonnegative", (f,)),), ">=",
)  # fmt: skip
EXP_BELOW_ONE = Rule(
    Text("monotone", zh="单调性"),
    Text("The exponential grows with its exponent, so it is at most 1 where the exponent is at most 0.",
         zh="指数函数单调递增，指数不大于 0 时其值不超过 1。"),
    exp(u), _ONE, (Condition("nonnegative", (-u,)),), "<=",
)  # fmt: skip
ONE_TERM = Rule(
    Text("attained", zh="最大值可取到"),
    Text("The class that attains the maximum contributes 1, and no term is negative.",
         zh="取到最大值的那一类贡献 1，其余各项都不为负。"),
    Sum(exp(f), k), _ONE, (Condition("sums_to", (Max(f, k), Integer(0))),), ">=",
)  # fmt: skip

# --- limits ------------------------------------------------------------------------------------------------------
LIMIT_OF_CONSTANT = Rule(
    Text("limit of a constant", zh="常数的极限"),
    Text("What does not depend on the variable is its own limit.", zh="与变量无关的量，其极限就是它自身。"),
    Limit(c, z, _to), c, (free(c, z),),
)  # fmt: skip
LIMIT_OF_SUM = Rule(
    Text("limit of a sum", zh="和的极限"),
    Text("The limit of a sum is the sum of the limits, where these exist.",
         zh="各项极限都存在时，和的极限等于极限的和。"),
    Limit(Add(u, v, evaluate=False), z, _to), Limit(u, z, _to) + Limit(v, z, _to),
    (_has_limit(u), _has_limit(v)),
)  # fmt: skip
LIMIT_TERM_BY_TERM = Rule(
    Text("limit of a finite sum", zh="有限和的极限"),
    Text("The limit of a finite sum is taken term by term, where the limits exist.",
         zh="各项极限都存在时，有限项之和可以逐项取极限。"),
    Limit(Sum(f, k), z, _to), Sum(Limit(f, z, _to), k), (_has_limit(f),),
)  # fmt: skip
VANISHING_APART = Rule(
    Text("vanishing exponential", zh="指数函数趋于零"),
    Text(
        "Where the exponent goes to minus infinity, the exponential goes to 0.",
        zh="指数趋于负无穷时，指数函数趋于零。",
    ),
    Limit(Mul(1 - KroneckerDelta(i, j), exp(u * Pow(z, -1)), evaluate=False), z, 0), Integer(0),
    (free(u, z), Condition("negative_apart", (u, i, j))),
)  # fmt: skip
VANISHING_EXPONENTIAL = Rule(
    Text("vanishing exponential", zh="指数函数趋于零"),
    Text(
        "Where the exponent goes to minus infinity, the exponential goes to 0.",
        zh="指数趋于负无穷时，指数函数趋于零。",
    ),
    Limit(exp(u), z, _to), Integer(0), (Condition("tends_to", (u, z, _to, S.NegativeInfinity)),),
)  # fmt: skip
VANISHING_COMPONENT = Rule(
    Text("vanishing exponential", zh="指数函数趋于零"),
    Text(
        "Where the exponent goes to minus infinity, the exponential goes to 0.",
        zh="指数趋于负无穷时，指数函数趋于零。",
    ),
    Limit(exp(Component(x, i)), Component(x, j), S.NegativeInfinity), (1 - KroneckerDelta(i, j)) * exp(Component(x, i)),
)  # fmt: skip
OUTGROWN = Rule(
    Text("outgrown exponential", zh="占优的指数"),
    Text(
        "Where one component grows beyond all others, their exponentials, divided by its own, go to 0; its own over "
        "itself stays 1.",
        zh="某个分量无限增大而其余不变时，其余分量的指数与它的指数之比趋于零；它自身之比恒为 1。",
    ),
    Limit(exp(Component(x, i) - Component(x, j)), Component(x, j), S.Infinity), KroneckerDelta(i, j),
)  # fmt: skip
VANISHING_QUOTIENT = Rule(
    Text("vanishing quotient", zh="商趋于零"),
    Text("A constant divided by what grows beyond all bounds goes to 0.", zh="常数除以无限增大的量，商趋于零。"),
    Limit(c * Pow(z, -1), z, S.Infinity), Integer(0), (free(c, z),),
)  # fmt: skip
CONTINUITY = Rule(
    Text("continuity", zh="连续性"),
    Text("The exponential is continuous: the limit moves into the exponent.", zh="指数函数连续，可以先对指数取极限。"),
    Limit(exp(u), z, _to), exp(Limit(u, z, _to)), (Condition("converges", (u, z, _to)),),
)  # fmt: skip
LIMIT_OF_QUOTIENT = Rule(
    Text("limit of a quotient", zh="商的极限"),
    Text("The limit of a quotient is the quotient of the limits, where these exist and the lower one is not 0.",
         zh="极限都存在且分母的极限不为零时，商的极限等于极限的商。"),
    Limit(Mul(u, Pow(v, -1), evaluate=False), z, _to), Limit(u, z, _to) / Limit(v, z, _to),
    (_has_limit(u), _has_limit(v), nonzero(Limit(v, z, _to))),
)  # fmt: skip
LIMIT_OF_PRODUCT = Rule(
    Text("limit of a product", zh="积的极限"),
    Text("The limit of a product is the product of the limits, where these exist.",
         zh="各因子极限都存在时，积的极限等于极限的积。"),
    Limit(Mul(u, v, evaluate=False), z, _to), Limit(u, z, _to) * Limit(v, z, _to),
    (_has_limit(u), _has_limit(v)),
)  # fmt: skip
LIMIT_OF_POWER = Rule(
    Text("limit of a power", zh="幂的极限"),
    Text("The limit of a whole power is the power of the limit.", zh="整数次幂的极限等于极限的幂。"),
    Limit(u**p, z, _to), Limit(u, z, _to) ** p, (Condition("whole", (p,)), _has_limit(u)),
)  # fmt: skip
LIMITS = (
    LIMIT_OF_CONSTANT, LIMIT_OF_SUM, LIMIT_TERM_BY_TERM, VANISHING_APART, VANISHING_QUOTIENT, CONTINUITY,
    LIMIT_OF_QUOTIENT, LIMIT_OF_POWER, LIMIT_OF_PRODUCT, VANISHING_COMPONENT, OUTGROWN, VANISHING_EXPONENTIAL,
)  # fmt: skip
"""What vanishes comes last: a factor 0 must not hide a limit that has not been taken."""

INEQUALITIES = (TANGENT, STRICT_TANGENT, SQUARE, NO_NEGATIVE_TERM, EXP_BELOW_ONE, ONE_TERM)
PRODUCTS = (PROD_OF_PRODUCT, PROD_OF_EXP, PROD_OF_CONSTANT)

# --- procedures: no pattern; the oracle checks each use ------------------------------------------------------------
REINDEX = Rule(
    Text("re-index", zh="更换求和指标"),
    Text("A permutation runs through every class exactly once, so the order of the terms is all that changes.",
         zh="置换恰好取遍每个类别一次，改变的只是各项的次序。"),
)  # fmt: skip
SIGN = Rule(
    Text("sign", zh="判断正负"),
    Text("The domains of the inputs and what is assumed settle the sign.", zh="由各量的取值范围和假设即可判断正负。"),
)
ASSUMPTION = Rule(
    Text("assumption", zh="由假设"), Text("It is what the theorem presupposes.", zh="这正是定理的前提条件。")
)
MAXIMUM = Rule(
    Text("maximum", zh="最大值"), Text("No value is larger than the maximum.", zh="任何一个值都不超过最大值。")
)
