"""What the page says, in both languages; a status has places in braces, which the page fills in."""

from __future__ import annotations

from derive.language.text import Text

TITLE = Text("Things to move", zh="动手试试")
INTRODUCTION = Text(
    "Move a slider, with the mouse, a finger or the arrow keys, and see what follows. All numbers are computed here, "
    "by the generated kernels (as JavaScript); nothing is sent anywhere.",
    zh="用鼠标、手指或方向键移动滑块，看看结果如何变化。所有数值都由生成的代码（JavaScript 版）在本页计算，"
    "不向任何地方发送数据。",
)
NO_SCRIPT = Text("Without JavaScript nothing moves here.", zh="禁用 JavaScript 时，本页无法互动。")
RESET = Text("Back to the start", zh="恢复初始值")

DISTRIBUTION = Text("Logits, probabilities, gradient", zh="logits、概率与梯度")
DISTRIBUTION_TEXT = Text(
    "Scores \\(x\\) are divided by the temperature \\(T\\), and the softmax makes probabilities \\(s\\) of "
    "\\(z = x/T\\). With \\(y\\) all on the right class, the gradient of the cross-entropy by \\(z\\) is \\(s - y\\): "
    "below 0 at the right class, above 0 at all others, and 0 in sum. The Jacobian "
    "\\(\\partial s_i/\\partial z_j = s_i(\\delta_{ij} - s_j)\\) is almost 0 where one class has almost everything.",
    zh="得分 \\(x\\) 除以温度 \\(T\\)，再由 softmax 把 \\(z = x/T\\) 变成概率 \\(s\\)。\\(y\\) 全部落在正确类别上时，"
    "交叉熵对 \\(z\\) 的梯度是 \\(s - y\\)：正确类别处小于 0，其余类别处大于 0，总和为 0。某个类别几乎占据全部概率时，"
    "雅可比矩阵 \\(\\partial s_i/\\partial z_j = s_i(\\delta_{ij} - s_j)\\) 几乎为 0。",
)
LOGIT = Text("Logit of class {number}", zh="类别 {number} 的 logit")
TEMPERATURE = Text("Temperature T", zh="温度 T")
TARGET = Text("Right class", zh="正确类别")
CLASS = Text("class {number}", zh="类别 {number}")
CLASS_HEAD = Text("class", zh="类别")
PROBABILITY = Text("s", zh="s")
GRADIENT = Text("s - y", zh="s - y")
DISTRIBUTION_TABLE = Text("Probabilities and the gradient of the loss", zh="概率与损失的梯度")
LOSS = Text("loss", zh="损失")
JACOBIAN = Text("Jacobian: the derivative of s_i by z_j", zh="雅可比矩阵：s_i 对 z_j 的导数")
DISTRIBUTION_STATUS = Text(
    "Class {top} is the most probable, with {most}. The loss is {loss}; the gradient at class {target} is {slope}.",
    zh="类别 {top} 的概率最大，为 {most}。损失为 {loss}；类别 {target} 处的梯度为 {slope}。",
)

OFFSET = Text("An offset, in float32", zh="float32 中的平移")
OFFSET_TEXT = Text(
    "Adding the same number to every logit changes no probability. Yet `exp(x) / sum(exp(x))`, as it stands on the "
    "blackboard, computed in float32, is infinity divided by infinity from 86 on, and 0 divided by 0 below -106. "
    "The generated kernel takes the largest logit off first.",
    zh="给每个 logit 加上同一个数，概率不变。可是照黑板上的写法 `exp(x) / sum(exp(x))` 用 float32 计算，"
    "平移量从 86 起就成了无穷除以无穷，低于 -106 则成了 0 除以 0。生成的代码先减去最大的 logit。",
)
SHIFT = Text("Offset c", zh="平移量 c")
LOGIT_HEAD = Text("x + c", zh="x + c")
NAIVE = Text("naive", zh="朴素")
GENERATED = Text("generated", zh="生成")
OFFSET_TABLE = Text("Naive and generated softmax, both in float32", zh="朴素的与生成的 softmax，均为 float32")
OFFSET_STATUS = Text(
    "Offset {shift}: both give probabilities; they differ by {gap} at most.",
    zh="平移量 {shift}：两者都给出概率，最多相差 {gap}。",
)
OFFSET_BROKEN = Text(
    "Offset {shift}: the naive softmax is not a number; the generated one still sums to {sum}.",
    zh="平移量 {shift}：朴素的 softmax 不再是数；生成的仍然正确，总和为 {sum}。",
)

SATURATION = Text("Where squared error stops learning", zh="平方误差在何处停止学习")
SATURATION_TEXT = Text(
    "One sigmoid unit whose target is 1. Move its logit \\(z\\) to the left: the unit is wrong, and ever more sure of "
    "it. The derivative of the cross-entropy goes to -1; that of the squared error goes to 0, so that what is most "
    "wrong learns least.",
    zh="一个目标为 1 的 sigmoid 单元。把它的 logit \\(z\\) 向左移：它错了，而且越来越自信。交叉熵的导数趋于 -1，"
    "平方误差的导数却趋于 0，于是错得最厉害的反而学得最慢。",
)
SCORE = Text("Logit z", zh="logit z")
LOSS_CHART = Text("Loss against the logit", zh="损失随 logit 的变化")
SLOPE_CHART = Text("Derivative of the loss against the logit", zh="损失的导数随 logit 的变化")
SLOPE = Text("derivative by z", zh="对 z 的导数")
ENTROPY = Text("cross-entropy", zh="交叉熵")
SQUARES = Text("squared error", zh="平方误差")
SATURATION_TABLE = Text("Both losses at this logit", zh="两种损失在此 logit 处的值")
SATURATION_STATUS = Text(
    "At z = {z} the derivative of the cross-entropy is {entropy}, that of the squared error {squares}.",
    zh="z = {z} 处，交叉熵的导数为 {entropy}，平方误差的导数为 {squares}。",
)
