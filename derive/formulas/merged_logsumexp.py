"""Log-sum-exp of many blocks from two numbers for each: what makes a softmax of one pass possible."""

from derive.language import Formula, Sum, Text, exp, indices, log, vector

i, j, k = indices("i j k")
m = vector(
    "m", doc=Text("the reference of each block, usually its largest logit", zh="各块的参考值，通常取块内最大的 logit")
)
S = vector(
    "S",
    domain="positive",
    doc=Text("the sum of exp(x - m) over each block", zh="各块内 exp(x - m) 之和"),
)

merged_logsumexp = Formula(
    "merged_logsumexp",
    log(Sum(S[k] * exp(m[k]), k)),
    wrt=m,
    symbol="A",
    title=Text("Log-sum-exp, merged from blocks", zh="分块合并的 log-sum-exp"),
    doc=Text(
        "A row of logits may be too long for one memory, or arrive piece by piece. It is enough to keep two numbers of "
        "each block: a reference m and the sum S of the exponentials of the logits minus m. Two such pairs merge into "
        "one, in any order and any grouping, and a single new logit is a block too. So the denominator of a softmax is "
        "found in one pass, in blocks, or on many machines. Here the index runs over the blocks.",
        zh="一行 logits 可能长到一台设备的内存放不下，也可能是一段一段陆续到来的。其实每一块只需记住两个数：参考值 m，"
        "以及块内各 logit 减去 m "
        "之后的指数之和 S。两对这样的数可以合并成一对，次序和分组方式都不影响结果；新来的一个 logit 也可看作一块。"
        "因此 softmax 的分母只需扫描一遍就能求得，可以分块算，也可以分到多台机器上算。这里的指标取遍各块。",
    ),
    source="M. Milakov, N. Gimelshein (2018), Online normalizer calculation for softmax, arXiv:1805.02867",
)
