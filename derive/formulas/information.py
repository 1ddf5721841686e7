"""Information content: how much an event tells, from how probable it was."""

from derive.language import Formula, Text, indices, log, vector

i, j = indices("i j")
p = vector("p", domain="positive", doc=Text("probabilities of events, one per event", zh="各事件发生的概率"))

information = Formula(
    "information",
    -log(p[i]),
    over=i,
    wrt=p,
    symbol="I",
    title=Text("Information content", zh="信息量"),
    doc=Text(
        "That somebody ate three meals today is no news; that it snowed in tropical Xishuangbanna is. The rarer an "
        "event, the more we learn from hearing that it has happened, and two independent pieces of news together tell "
        "as much as the sum of both. Minus the logarithm of the probability meets both wishes, as is proved below. "
        "With the natural logarithm the unit is the nat.",
        zh="有人说“我今天吃了三顿饭”，这算不上新闻；若说“西双版纳下雪了”，人人都会吃一惊。越罕见的事件，"
        "发生时带来的信息越多；"
        "两件互不相干的事一起发生，带来的信息应当是两者之和。概率的负对数同时满足这两条要求，下面逐条证明。"
        "取自然对数时，单位是奈特（nat）。",
    ),
    source="C. E. Shannon (1948), A Mathematical Theory of Communication, Bell System Technical Journal 27, "
    "379-423 and 623-656",
)
