"""The merge of partial sums with different references: any reference, any order, any grouping, any splitting."""

from derive.formulas.merged_logsumexp import k, merged_logsumexp
from derive.formulas.softmax import x
from derive.language import Claim, Sum, Text, equal, exp, log, scalar, vector

m1, m2, m3, r, s, z = (scalar(name) for name in ("m1", "m2", "m3", "r", "s", "z"))
S1, S2, S3 = (scalar(name, domain="positive") for name in ("S1", "S2", "S3"))
b = vector(
    "b", doc=Text("1 for the members of the first block, 0 for those of the second", zh="属于第一块为 1，第二块为 0")
)
MERGED = S1 * exp(m1 - r) + S2 * exp(m2 - r)
"""The sum of two blocks, with the reference r."""

any_reference = Claim(
    "any_reference", merged_logsumexp, r + log(MERGED), "=", log(S1 * exp(m1) + S2 * exp(m2)),
    (
        equal(log(exp(r) * MERGED), "logarithm of a product"),
        equal(log(S1 * exp(m1) + S2 * exp(m2)), "algebra"),
    ),
    Text("Two blocks merge with any reference", zh="两块可用任意参考值合并"),
    Text(
        "The pairs (m_1, S_1) and (m_2, S_2) become the pair of r and S_1 exp(m_1 - r) + S_2 exp(m_2 - r). The result "
        "does not depend on r; the larger of m_1 and m_2 is the choice that cannot overflow.",
        zh="参考值为 m_1、和为 S_1 的一块，与参考值为 m_2、和为 S_2 的一块，"
        "合并成以 r 为参考值、以 S_1 exp(m_1 - r) + S_2 exp(m_2 - r) 为和的一块。"
        "结果与 r 无关；"
        "取 m_1、m_2 中较大的一个，就不会溢出。",
    ),
    constants=(r,),
)  # fmt: skip

commutative = Claim(
    "commutative", merged_logsumexp, r + log(MERGED), "=", s + log(S2 * exp(m2 - s) + S1 * exp(m1 - s)),
    (
        equal(log(exp(r) * MERGED), "logarithm of a product"),
        equal(log(exp(s) * (S2 * exp(m2 - s) + S1 * exp(m1 - s))), "algebra"),
        equal(s + log(S2 * exp(m2 - s) + S1 * exp(m1 - s)), "logarithm of a product"),
    ),
    Text("The merge is commutative", zh="合并满足交换律"),
    Text(
        "The sum has the same two terms whichever block comes first, and the reference may be another one as well.",
        zh="交换两块的次序，哪怕换一个参考值，结果也相同。",
    ),
    constants=(r, s),
)  # fmt: skip

ALL = S1 * exp(m1 - s) + S2 * exp(m2 - s) + S3 * exp(m3 - s)
u = scalar("u")

associative = Claim(
    "associative", merged_logsumexp, MERGED * exp(r - s) + S3 * exp(m3 - s), "=",
    S1 * exp(m1 - s) + (S2 * exp(m2 - u) + S3 * exp(m3 - u)) * exp(u - s),
    (
        equal(ALL, "algebra"),
        equal(S1 * exp(m1 - s) + (S2 * exp(m2 - u) + S3 * exp(m3 - u)) * exp(u - s), "algebra"),
    ),
    Text("The merge is associative", zh="合并满足结合律"),
    Text(
        "Merge the first two blocks with the reference r and then the third, or the last two with the reference u and "
        "then the first: with the final reference s the sums are equal. So blocks may be merged in a tree.",
        zh="先以 r 为参考值合并前两块，再并入第三块；或者先以 u 为参考值合并后两块，再并入第一块："
        "最终都化到参考值 s，所得的和相等。"
        "所以各块可以按树形合并。",
    ),
    constants=(r, u, s),
)  # fmt: skip

blocks = Claim(
    "blocks", merged_logsumexp,
    exp(m1 - r) * Sum(b[k] * exp(x[k] - m1), k) + exp(m2 - r) * Sum((1 - b[k]) * exp(x[k] - m2), k), "=",
    Sum(exp(x[k] - r), k),
    (
        equal(Sum(b[k] * exp(x[k] - r), k) + Sum((1 - b[k]) * exp(x[k] - r), k), "algebra"),
        equal(Sum(exp(x[k] - r), k), "algebra"),
    ),
    Text("Any splitting of a row into two blocks", zh="一行数据可任意拆成两块"),
    Text(
        "Let b be 1 for the members of the first block and 0 for the others: any blocks, of any lengths. Their merge "
        "is the sum over the whole row. So the pair of a concatenation is the merge of the pairs.",
        zh="设 b 在第一块的成员处为 1，其余为 0：怎样分块、各块多长都可以。两块合并所得，正是整行的和。"
        "也就是说，先拼接再求数对，与先求数对再合并，结果相同。",
    ),
    constants=(m1, m2, r),
)  # fmt: skip

one_more = Claim(
    "one_more", merged_logsumexp, r + log(S1 * exp(m1 - r) + exp(z - r)), "=", log(S1 * exp(m1) + exp(z)),
    (
        equal(log(exp(r) * (S1 * exp(m1 - r) + exp(z - r))), "logarithm of a product"),
        equal(log(S1 * exp(m1) + exp(z)), "algebra"),
    ),
    Text("One more logit", zh="新来一个 logit"),
    Text(
        "A single logit z is a block with the reference z and the sum 1. So a row can be read once, left to right: "
        "where z is the largest so far, take r = z and the old sum is scaled down; otherwise keep r = m_1.",
        zh="单个 logit z 是以 z 为参考值、和为 1 的一块。因此一行数据可以从左到右只读一遍：若 z 是迄今最大的，"
        "就取 r = z，"
        "旧的和按比例缩小；否则仍取 r = m_1。",
    ),
    constants=(r,),
)  # fmt: skip
