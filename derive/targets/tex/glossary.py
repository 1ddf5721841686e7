"""The notation that pages use, explained: a sign in math mode, and its meaning with ``$...$`` around mathematics."""

from __future__ import annotations

from derive.language.text import Text

ROWS: tuple[tuple[str, str], ...] = (
    ("n", Text(r"the number of classes: any integer $n \ge 1$", zh=r"类别数，任意整数 $n \ge 1$")),
    (
        r"\mathbf{x},\ x_i",
        Text(
            r"a vector with one component per class, and its component $i$, for $i = 1, \dots, n$",
            zh=r"向量，每个类别对应一个分量；$x_i$ 是它的第 $i$ 个分量，$i = 1, \dots, n$",
        ),
    ),
    (
        r"\sum_{k=1}^{n},\ \prod_{k=1}^{n},\ \max_{1 \le k \le n}",
        Text(
            "the sum and the product over all classes, and the largest value over them",
            zh="对所有类别求和、求积，以及取其中的最大值",
        ),
    ),
    (
        r"e^{u},\ \exp(u)",
        Text(
            "the exponential, written in the second way where the exponent is long",
            zh="指数函数；指数较长时用后一种写法",
        ),
    ),
    (r"\log u", Text("the natural logarithm", zh="自然对数")),
    (
        r"\delta_{ij}",
        Text(
            r"Kronecker's delta: $1$ where $i = j$, and $0$ where $i \ne j$",
            zh=r"克罗内克记号：$i = j$ 时为 $1$，$i \ne j$ 时为 $0$",
        ),
    ),
    (
        r"\frac{\partial}{\partial x_j}",
        Text(
            "the partial derivative by component $j$, the other components held fixed",
            zh="对第 $j$ 个分量的偏导数，其余分量保持不变",
        ),
    ),
    (
        r"\mathrm{D}_{\mathbf{v}}",
        Text(
            r"the derivative along the direction $\mathbf{v}$: the sum of $v_k$ times the derivative by $x_k$",
            zh=r"沿方向 $\mathbf{v}$ 的导数，即各偏导数乘以 $v_k$ 之和",
        ),
    ),
    (
        r"g_k,\ v_k",
        Text(
            "in a vector-Jacobian and in a Jacobian-vector product: the components of the vector that is multiplied, "
            "any real numbers",
            zh="向量与雅可比矩阵、雅可比矩阵与向量的乘积中，所乘向量的分量，可取任意实数",
        ),
    ),
    (r"t", Text("the right class, where there is exactly one", zh="正确类别（只有一个类别正确时）")),
    (
        r"\mathbb{R}^n,\ \mathbb{R}_{>0}^n,\ (0, 1)^n,\ [0, 1]^n",
        Text(
            r"the vectors of $n$ real numbers; those with positive components; with components between $0$ and $1$, "
            r"both ends excluded; both ends included",
            zh=r"$n$ 维实向量；分量均为正的向量；分量均在 $0$ 与 $1$ 之间（不含两端）的向量；含两端的向量",
        ),
    ),
    (
        r"\Delta^{n-1}",
        Text(
            r"the distributions over the classes: vectors whose components are at least $0$ and sum to $1$",
            zh=r"类别上的概率分布：分量非负且总和为 $1$ 的向量",
        ),
    ),
    (
        r"S_n",
        Text(r"the permutations of the classes: the ways to relabel them", zh="类别的置换，即给类别重新编号的方式"),
    ),
)
