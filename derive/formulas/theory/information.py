"""What makes the logarithm the measure of information: certainty, rarity, independence."""

from derive.formulas.information import i, information, j, p
from derive.language import Claim, Partial, Text, at_least, by, equal, less, log, more, positive, sums_to

certainty = Claim(
    "certainty", information, information[i], "=", 0,
    (by("definition"), equal(0, "assumption")),
    Text("A certain event tells nothing", zh="必然事件的信息量为零"),
    Text(
        "The logarithm of 1 is 0: an event of probability 1 brings no information.",
        zh="1 的对数是 0：概率为 1 的事件不带来任何信息。",
    ),
    assuming=(sums_to(p[i], 1),),
)  # fmt: skip

additivity = Claim(
    "additivity", information, -log(p[i] * p[j]), "=", information[i] + information[j],
    (
        equal(-log(p[i]) - log(p[j]), "logarithm of a product"),
        by("by its symbol"),
    ),
    Text("Independent events add up", zh="独立事件的信息量可以相加"),
    Text(
        "Two independent events happen together with the product of their probabilities; their information is the sum.",
        zh="两个独立事件同时发生的概率是各自概率之积，信息量则是各自信息量之和。",
    ),
)  # fmt: skip

decreasing = Claim(
    "decreasing", information, Partial(information[i], p[i]), "<", 0,
    (by("differentiate"), less(0, "sign")),
    Text("The more probable, the less information", zh="概率越大，信息量越小"),
    Text("The slope is -1/p, which is negative everywhere.", zh="导数为 -1/p，处处为负，所以信息量随概率单调递减。"),
)  # fmt: skip

rarer = Claim(
    "rarer", information, information[i], ">", information[j],
    (
        by("definition"),
        equal(-log(p[j]) - log(p[i] / p[j]), "logarithm of a quotient"),
        at_least(-log(p[j]) + 1 - p[i] / p[j], "tangent line"),
        equal(-log(p[j]) + (p[j] - p[i]) / p[j], "algebra"),
        more(-log(p[j]), "sign"),
        by("by its symbol"),
    ),
    Text("The rarer of two events tells more", zh="两个事件中较罕见者信息量较大"),
    Text(
        "Snow in Xishuangbanna against three meals a day: the smaller probability has the larger information.",
        zh="西双版纳下雪与一天吃三顿饭相比：概率小的那个，信息量大。",
    ),
    assuming=(positive(p[j] - p[i]),),
)  # fmt: skip
