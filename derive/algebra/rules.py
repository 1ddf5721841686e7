"""The rules, as data: name, pattern, result, side conditions, one sentence.

Holes: ``u, v, w`` any expression; ``c`` what is constant in the respect that the condition states; ``f`` the
body of a binder, ``p`` an exponent, ``b`` a base; ``i, j`` indices; ``z`` what is differentiated by.
"""

from __future__ import annotations

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, exp, log
from sympy import Max as LargestOf

from derive.algebra.matching import BOUND, At, Hole
from derive.algebra.records import Condition, Rule
from derive.language.choices import Compare
from derive.language.components import Along, Component
from derive.language.functions import FUNCTIONS, Function
from derive.language.nodes import Max, Partial, Prod, Sum, TopIndex, n
from derive.language.text import Text

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
    Text("constant", zh="常数求导"),
    Text("The derivative of what does not depend on the variable is 0.", zh="与求导变量无关的量，其导数为 0。"),
    Partial(u, z),
    Integer(0),
    (free(u, z),),
)
RANKS = (1, 2, 3, 4)
"""Along how many axes an array may lie that is differentiated by."""


def _places(letter: str, rank: int) -> list[Hole]:
    return [Hole(letter if rank == 1 else f"{letter}{place}", integer=True) for place in range(rank)]


def _component(rank: int) -> Rule:
    own, by = _places("i", rank), _places("j", rank)
    return Rule(
        Text("component", zh="分量求导"),
        Text("The components of a vector are independent of one another.", zh="向量的各个分量是彼此独立的变量。"),
        Partial(Component(x, *own), Component(x, *by)),
        Mul(*map(KroneckerDelta, own, by)),
    )


def _along(rank: int) -> Rule:
    own = _places("i", rank)
    return Rule(
        Text("along a direction", zh="沿方向的变化率"),
        Text("Along a direction, a component changes at the rate that the direction has in this component.",
             zh="沿某个方向，一个分量的变化率就是该方向的相应分量。"),
        Partial(Component(x, *own), Along(x, w)), Component(w, *own),
    )  # fmt: skip


COMPONENT, *COMPONENTS = map(_component, RANKS)
ALONG, *ALONGS = map(_along, RANKS)
VARIABLE = Rule(
    Text("variable", zh="变量自身"), Text("The derivative of the variable itself is 1.", zh="变量对自身的导数等于 1。"),
    Partial(z, z), Integer(1),
)  # fmt: skip
SUM_RULE = Rule(
    Text("sum rule", zh="和的求导法则"),
    Text("The derivative of a sum is the sum of the derivatives.", zh="和的导数等于各项导数之和。"),
    Partial(_sum, z), Partial(u, z) + Partial(v, z),
)  # fmt: skip
CONSTANT_FACTOR = Rule(
    Text("constant factor", zh="提出常数因子"),
    Text("A constant factor stands in front of the derivative.", zh="常数因子可以提到求导记号之外。"),
    Partial(Mul(c, u, evaluate=False), z), c * Partial(u, z), (free(c, z),),
)  # fmt: skip
QUOTIENT_RULE = Rule(
    Text("quotient rule", zh="商的求导法则"),
    Text("The derivative of a quotient is (u' v - u v') / v^2.", zh="商的导数等于 (u' v - u v') / v^2。"),
    Partial(_quotient, z), (Partial(u, z) * v - u * Partial(v, z)) / v**2, (nonzero(v),),
)  # fmt: skip
RECIPROCAL_RULE = Rule(
    Text("reciprocal rule", zh="倒数的求导法则"),
    Text("The derivative of 1/v is -v'/v^2: the quotient rule with a constant above.",
         zh="1/v 的导数等于 -v'/v^2，即分子为常数时的商的求导法则。"),
    Partial(Pow(v, -1), z), -Partial(v, z) / v**2, (nonzero(v),),
)  # fmt: skip
PRODUCT_RULE = Rule(
    Text("product rule", zh="积的求导法则"),
    Text("Differentiate one factor at a time.", zh="每次只对一个因子求导，再把所得各项相加。"),
    Partial(_product, z), Partial(u, z) * v + u * Partial(v, z),
)  # fmt: skip


def _of_function(function: Function) -> Rule:
    """The rule that differentiates a function of the table (chain rule included)."""
    conditions = (Condition(function.owes, (u,)),) if function.owes else ()
    slope = function.slope(u)
    return Rule(function.rule, function.sentence, Partial(function.head(u), z), slope * Partial(u, z), conditions)


OF_FUNCTIONS = {function.name: _of_function(function) for function in FUNCTIONS}
"""The rule of each function, by its name."""
EXPONENTIAL, LOGARITHM = OF_FUNCTIONS["exp"], OF_FUNCTIONS["log"]

_POWER_SENTENCE = Text(
    "The exponent comes down and drops by one; the inner derivative follows (chain rule).",
    zh="指数移到前面作系数，次数减一，再乘以内层函数的导数（链式法则）。",
)
WHOLE_POWER = Rule(
    Text("power rule", zh="幂函数求导"),
    _POWER_SENTENCE,
    Partial(u**p, z),
    p * u ** (p - 1) * Partial(u, z),
    (Condition("whole", (p,)),),
)
INTEGER_POWER = Rule(
    Text("power rule", zh="幂函数求导"),
    _POWER_SENTENCE,
    Partial(u**p, z),
    p * u ** (p - 1) * Partial(u, z),
    (Condition("integer", (p,)), nonzero(u)),
)
REAL_POWER = Rule(
    Text("power rule", zh="幂函数求导"),
    _POWER_SENTENCE,
    Partial(u**p, z),
    p * u ** (p - 1) * Partial(u, z),
    (free(p, z), positive(u)),
)
BASE = Rule(
    Text("general base", zh="一般底数的指数函数求导"),
    Text(
        "A power of a constant base is an exponential: the logarithm of the base comes down.",
        zh="常数底数的幂是指数函数：求导后多出一个因子，即底数的对数。",
    ),
    Partial(b**u, z), b**u * log(b) * Partial(u, z), (free(b, z), positive(b)),
)  # fmt: skip
GENERAL_POWER = Rule(
    Text("power of two variables", zh="底数与指数都变的幂"),
    Text("Where base and exponent both change, each counts as if the other were constant.",
         zh="底数与指数都变化时，分别视另一个为常数求导，再相加。"),
    Partial(u**v, z), u**v * (log(u) * Partial(v, z) + v * Partial(u, z) / u), (positive(u),),
)  # fmt: skip

_CASES_SENTENCE = Text(
    "Each case is differentiated by itself; where both sides are equal, the kernels take that of the case there.",
    zh="对每种情形分别求导；在两边相等处，程序取该处情形的导数。",
)
SETTLED_CASES = Rule(
    Text("case by case, all settled", zh="分情形求导（情形固定）"),
    Text("Which case holds does not depend on the variable: each is differentiated by itself.",
         zh="属于哪种情形与求导变量无关：对每种情形分别求导。"),
    Partial(Compare(f, g, u, v, w), z), Compare(f, g, Partial(u, z), Partial(v, z), Partial(w, z)),
    (free(f, z), free(g, z)),
)  # fmt: skip
CASES = Rule(
    Text("case by case", zh="分情形求导"), _CASES_SENTENCE,
    Partial(Compare(f, g, u, v, w), z), Compare(f, g, Partial(u, z), Partial(v, z), Partial(w, z)), (nonzero(f - g),),
)  # fmt: skip
LARGER_THAN_CONSTANT = Rule(
    Text("larger than a constant", zh="与常数取较大值的求导"),
    Text("The larger of a constant and another value has the slope of the one that is larger; "
         "where they tie, the kernels take 0.",
         zh="常数与另一个值中较大者的导数，就是较大的那一个的导数；两者相等处，程序取 0。"),
    Partial(LargestOf(c, u), z), Compare(u, c, 0, 0, Partial(u, z)), (free(c, z), nonzero(u - c)),
)  # fmt: skip
LARGER = Rule(
    Text("larger value", zh="较大值求导"),
    Text("The larger of two values has the slope of the one that is larger; "
         "where they tie, the kernels take the mean of both slopes.",
         zh="两个值中较大者的导数，就是较大的那一个的导数；两者相等处，程序取两个导数的平均值。"),
    Partial(LargestOf(u, v), z),
    Compare(u, v, Partial(v, z), (Partial(u, z) + Partial(v, z)) / 2, Partial(u, z)), (nonzero(u - v),),
)  # fmt: skip
LARGEST = Rule(
    Text("largest over the classes", zh="各类别的最大值求导"),
    Text("The largest value over the classes has the slope of the value at the class that attains it; "
         "where several classes tie, the kernels take the first of them.",
         zh="各类别中最大值的导数，就是取到最大值的那一类的导数；若有几类并列，程序取其中的第一类。"),
    Partial(Max(f, k), z), At(Partial(f, z), TopIndex(Max(f, k))), (Condition("attained_once", (Max(f, k),)),),
)  # fmt: skip
TERM_BY_TERM = Rule(
    Text("term by term", zh="逐项求导"),
    Text("A finite sum is differentiated term by term.", zh="有限和可以逐项求导。"),
    Partial(Sum(f, k), z), Sum(Partial(f, z), k),
)  # fmt: skip

DIFFERENTIATION = (
    CONSTANT, COMPONENT, *COMPONENTS, ALONG, *ALONGS, VARIABLE, SUM_RULE, CONSTANT_FACTOR, RECIPROCAL_RULE,
    QUOTIENT_RULE, PRODUCT_RULE,
    EXPONENTIAL, LOGARITHM, WHOLE_POWER, INTEGER_POWER, REAL_POWER, BASE, GENERAL_POWER,
    *(rule for rule in OF_FUNCTIONS.values() if rule not in (EXPONENTIAL, LOGARITHM)),
    SETTLED_CASES, CASES, LARGER_THAN_CONSTANT, LARGER, LARGEST, TERM_BY_TERM,
)  # fmt: skip

# --- sums over the classes -------------------------------------------------------------------------------------
SUM_OF_NOTHING = Rule(
    Text("sum of zeros", zh="零的和"),
    Text("A sum of zeros is 0.", zh="若干个 0 相加仍为 0。"),
    Sum(Integer(0), k),
    Integer(0),
)
SUM_OF_CONSTANT = Rule(
    Text("sum of a constant", zh="常数求和"),
    Text("n equal terms.", zh="n 个相同的项相加。"),
    Sum(c, k),
    n * c,
    (free(c, BOUND),),
)
SIFT_ALONE = Rule(
    Text("sifting", zh="筛选性质"),
    Text(
        "Under a sum, the delta leaves the one term where the indices agree.",
        zh="求和号下的克罗内克 δ 只留下两个指标相等的那一项。",
    ),
    Sum(KroneckerDelta(k, j), k), _ONE, (Condition("in_range", (j,)),),
)  # fmt: skip
SIFT = Rule(
    Text("sifting", zh="筛选性质"),
    Text(
        "Under a sum, the delta leaves the one term where the indices agree.",
        zh="求和号下的克罗内克 δ 只留下两个指标相等的那一项。",
    ),
    Sum(Mul(f, KroneckerDelta(k, j), evaluate=False), k), At(f, j), (Condition("in_range", (j,)),),
)  # fmt: skip
LINEARITY = Rule(
    Text("linearity", zh="求和的线性性质"),
    Text("A sum of sums is taken apart: each part is summed by itself.", zh="和式可以拆成几部分分别求和。"),
    Sum(Add(f, g, evaluate=False), k), Sum(f, k) + Sum(g, k),
)  # fmt: skip
FACTOR_OUT = Rule(
    Text("common factor of a sum", zh="和式提取公因子"),
    Text(
        "A factor that does not depend on the index moves in front of the sum.",
        zh="与求和指标无关的因子可以提到求和号之外。",
    ),
    Sum(Mul(c, f, evaluate=False), k), c * Sum(f, k), (free(c, BOUND),),
)  # fmt: skip
OFFSET_OF_LARGEST = Rule(
    Text("offset of a maximum", zh="最大值中的常数项"),
    Text("What is added to all values is added to the largest.", zh="各个值都加上同一个数，最大值也加上这个数。"),
    Max(Add(c, f, evaluate=False), k), c + Max(f, k), (free(c, BOUND),),
)  # fmt: skip
MAXIMA = (OFFSET_OF_LARGEST,)
SUMS = (SUM_OF_NOTHING, SUM_OF_CONSTANT, SIFT_ALONE, SIFT, LINEARITY, FACTOR_OUT)

# --- exponentials and logarithms -------------------------------------------------------------------------------
EXP_OF_SUM = Rule(
    Text("exponential of a sum", zh="和的指数函数"),
    Text("The exponential of a sum is the product of the exponentials.", zh="和的指数函数等于各项指数函数之积。"),
    exp(_sum),
    exp(u) * exp(v),
)
POWER_OF_SUM = Rule(
    Text("power of a sum", zh="指数为和的幂"),
    Text("A power with a sum as exponent is a product of powers.", zh="指数为和的幂等于同底数各幂之积。"),
    Pow(b, _sum), b**u * b**v, (known_positive(b),),
)  # fmt: skip
LOG_OF_QUOTIENT = Rule(
    Text("logarithm of a quotient", zh="商的对数"),
    Text("The logarithm of a quotient is the difference of the logarithms.", zh="商的对数等于对数之差。"),
    log(_quotient), log(u) - log(v), (known_positive(u), known_positive(v)),
)  # fmt: skip
LOG_OF_PRODUCT = Rule(
    Text("logarithm of a product", zh="积的对数"),
    Text("The logarithm of a product is the sum of the logarithms.", zh="积的对数等于对数之和。"),
    log(_product), log(u) + log(v), (known_positive(u), known_positive(v)),
)  # fmt: skip
LOG_OF_PROD = Rule(
    Text("logarithm of a product", zh="积的对数"),
    Text("The logarithm of a product is the sum of the logarithms.", zh="积的对数等于对数之和。"),
    log(Prod(f, k)), Sum(log(f), k), (known_positive(f),),
)  # fmt: skip
LOG_OF_POWER = Rule(
    Text("logarithm of a power", zh="幂的对数"),
    Text("The exponent comes in front of the logarithm.", zh="指数可以移到对数前面作系数。"),
    log(u**p), p * log(u), (known_positive(u),),
)  # fmt: skip
EXPONENTIALS = (EXP_OF_SUM, POWER_OF_SUM)
LOGARITHMS = (LOG_OF_QUOTIENT, LOG_OF_PRODUCT, LOG_OF_PROD, LOG_OF_POWER)

# --- the delta in a given case ---------------------------------------------------------------------------------
DISTINCT = Rule(
    Text("distinct indices", zh="指标不同"),
    Text("The delta of two different indices is 0.", zh="两个指标不同时，克罗内克 δ 等于 0。"),
    KroneckerDelta(i, j), Integer(0), (Condition("distinct", (i, j)),),
)  # fmt: skip

# --- procedures: no pattern; the oracle checks each use ----------------------------------------------------------
DEFINITION = Rule(
    Text("definition", zh="定义"),
    Text("What the symbol stands for.", zh="换成记号所代表的式子。"),
)
FOLD = Rule(
    Text("by its symbol", zh="用记号表示"),
    Text("The expression is one that has a symbol of its own.", zh="这个式子有专门的记号。"),
)
DIRECTION = Rule(
    Text("derivative along a direction", zh="方向导数"),
    Text("The sum of v_k times the partial derivatives is the derivative along v.",
         zh="各偏导数乘以 v_k 之和，就是沿方向 v 的导数。"),
)  # fmt: skip
DERIVED = Rule(
    Text("known derivative", zh="已知的导数"),
    Text("This derivative has been derived before.", zh="这个导数前面已经求出。"),
)
ALGEBRA = Rule(
    Text("algebra", zh="代数变形"),
    Text("Both sides are the same by the rules of arithmetic.", zh="由四则运算法则，两边相等。"),
)
EXPAND = Rule(
    Text("multiply out", zh="展开"),
    Text("Products are multiplied out and equal factors cancelled.", zh="把乘积展开，并约去相同的因子。"),
)
COLLECT = Rule(
    Text("common factor", zh="提取公因子"),
    Text("What the terms have in common is put in front.", zh="把各项共有的因子提到前面。"),
)
SIMPLIFY_EXPONENT = Rule(
    Text("multiply out", zh="展开"),
    Text("The exponent is multiplied out.", zh="把指数展开。"),
)
AXIOM = Rule(
    Text("probabilities sum to 1", zh="概率之和为 1"),
    Text("The components of a distribution sum to 1.", zh="概率分布的各分量之和为 1。"),
)
DELTA_OUT = Rule(
    Text("delta in front of the cases", zh="将 δ 提到各情形之外"),
    Text(
        "What the cases hold of a delta stands in front of them, as its factor.", zh="把各情形中的 δ 作为因子提到外面。"
    ),
)
POWERS = Rule(
    Text("powers of one base", zh="同底数幂相乘"),
    Text("Powers of the same base are multiplied by adding their exponents.", zh="同底数幂相乘，底数不变，指数相加。"),
)
TOTAL = Rule(
    Text("known total", zh="已知的总和"),
    Text("By its definition alone, the components of this vector have this sum, whatever the inputs.",
         zh="仅由定义即知：无论输入取何值，这个向量各分量之和恒为此数。"),
)  # fmt: skip
SAME_INDEX = Rule(
    Text("equal indices", zh="指标相同"),
    Text("The delta of an index with itself is 1.", zh="两个指标相同时，克罗内克 δ 等于 1。"),
)
CHOICE = Rule(
    Text("choice of the constant", zh="选取常数"),
    Text(
        "The identity holds for every constant, so for this one.",
        zh="恒等式对任意常数都成立，所以对这个常数也成立。",
    ),
)
MAX_BOUNDS = Rule(
    Text("maximum", zh="最大值"),
    Text("No value is larger than the maximum.", zh="任何一个值都不超过最大值。"),
)
MONOTONE = Rule(
    Text("monotone", zh="单调性"),
    Text(
        "The exponential grows with its exponent, so it is at most 1 where the exponent is at most 0.",
        zh="指数函数单调递增，指数不大于 0 时其值不超过 1。",
    ),
)
ATTAINED = Rule(
    Text("attained", zh="最大值可取到"),
    Text(
        "The class that attains the maximum contributes 1, and no term is negative.",
        zh="取到最大值的那一类贡献 1，其余各项都不为负。",
    ),
)
