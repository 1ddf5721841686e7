"""Mean squared error of probabilities: the loss that looks at all classes alike."""

from derive.language import Formula, Sum, Text, indices, n, vector

i, j, k = indices("i j k")
q = vector("q", doc=Text("the model's output, one number per class", zh="模型的输出，每个类别一个数"))
y = vector("y", doc=Text("the target, one number per class", zh="目标，每个类别一个数"))

mse = Formula(
    "mse",
    Sum((q[i] - y[i]) ** 2, i) / n,
    wrt=q,
    symbol="M",
    title=Text("Mean squared error", zh="均方误差（MSE）"),
    doc=Text(
        "The loss of regression: the mean over the classes of the squared differences. The convention here is to "
        "divide by n; others divide by 2, or not at all, which changes the slope by a factor and nothing else. For "
        "the output (a, b, c) and the truth (1, 0, 0) it is ((a-1)^2 + b^2 + c^2)/3: how the two wrong classes share "
        "what is left makes a difference, although the right one gets the same.",
        zh="回归问题的损失：各类别之差的平方，再取平均。这里约定除以 n；也有人除以 2 或者不除，只是导数差一个常数倍，"
        "别无不同。"
        "设输出为 (a, b, c)，真实标签为 (1, 0, 0)，则它等于 ((a-1)^2 + b^2 + c^2)/3：正确类别的概率 a 不变，"
        "只要两个错误类别的分配不同，损失就不同。",
    ),
    source="C. M. Bishop (2006), Pattern Recognition and Machine Learning, Springer, section 1.1",
)
