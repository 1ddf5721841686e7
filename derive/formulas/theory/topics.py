"""The theory in the order in which it is read: eighteen topics, from the information of an event to losses in use."""

from derive.formulas.additive_margin import additive_margin
from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.bernoulli_nll import bernoulli_nll
from derive.formulas.brier import brier
from derive.formulas.categorical_nll import categorical_nll
from derive.formulas.clipped_policy import clipped_policy
from derive.formulas.confidence_penalty import confidence_penalty
from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.cross_entropy_of_distributions import cross_entropy_of_distributions
from derive.formulas.distillation import distillation
from derive.formulas.dpo import dpo
from derive.formulas.entropy import entropy
from derive.formulas.focal import focal
from derive.formulas.gaussian_nll import gaussian_nll
from derive.formulas.generalised_cross_entropy import generalised_cross_entropy
from derive.formulas.hinge import hinge
from derive.formulas.huber import huber
from derive.formulas.ignore_index import ignore_index
from derive.formulas.info_nce import info_nce
from derive.formulas.information import information
from derive.formulas.jensen_shannon import jensen_shannon, mean_of_softmaxes, rival_softmax
from derive.formulas.kl_divergence import kl_divergence
from derive.formulas.label_smoothing import label_smoothing
from derive.formulas.layer_norm import deviation, layer_norm, row_mean
from derive.formulas.log_cosh import log_cosh
from derive.formulas.log_softmax import log_softmax
from derive.formulas.logit_adjustment import logit_adjustment
from derive.formulas.logsumexp import logsumexp
from derive.formulas.merged_logsumexp import merged_logsumexp
from derive.formulas.mse import mse
from derive.formulas.mse_sigmoid import mse_sigmoid
from derive.formulas.mse_softmax import mse_softmax
from derive.formulas.multi_margin import multi_margin
from derive.formulas.nll import nll
from derive.formulas.path.exponentials import DERIVATIVE, EXPONENTIAL, GRADIENT, STABILITY
from derive.formulas.path.likelihoods import BERNOULLI, CATEGORICAL
from derive.formulas.path.measures import DIVERGENCE, ENTROPY, INFORMATION, SPLIT
from derive.formulas.path.squared_error import LABELS, RIGHT_CLASS, SATURATES
from derive.formulas.poisson_nll import poisson_nll
from derive.formulas.poly_one import poly_one
from derive.formulas.renyi_entropy import renyi_entropy
from derive.formulas.rms_norm import rms_norm, root_mean_square
from derive.formulas.shifted_softmax import shifted_softmax
from derive.formulas.sigmoid import sigmoid
from derive.formulas.sigmoid_focal import sigmoid_focal
from derive.formulas.softcapped_cross_entropy import softcapped_cross_entropy
from derive.formulas.softmax import softmax
from derive.formulas.softmax_entropy import softmax_entropy
from derive.formulas.softplus import softplus
from derive.formulas.student_t_nll import student_t_nll
from derive.formulas.symmetric_cross_entropy import symmetric_cross_entropy
from derive.formulas.tempered_softmax import tempered_softmax
from derive.formulas.tsallis_entropy import tsallis_entropy
from derive.formulas.weighted_cross_entropy import weighted_cross_entropy
from derive.formulas.z_loss import z_loss
from derive.language import Text, Topic

TOPICS = (
    Topic(
        "information",
        Text("Information content", zh="信息量"),
        Text(
            "How much does a message tell? Not its length decides, but how unlikely it was. Two things are "
            "asked of a measure: the rarer an event, the more it tells, and independent events add up. Minus the "
            "logarithm of the probability does both.",
            zh="一条消息包含多少信息？不看它有多长，而看它原本有多不可能发生。这样的度量要满足两个要求："
            "事件越罕见，信息越多；独立事件的信息量可以相加。概率的负对数正好两条都满足。",
        ),
        (information,),
        pictures=("information",),
        keywords=Text(
            "information, self-information, surprisal, surprise, snow",
            zh="信息量, 自信息, 惊讶度, 下雪, 西双版纳, 奈特",
        ),
        stop=INFORMATION,
    ),
    Topic(
        "entropy",
        Text("Entropy", zh="熵"),
        Text(
            "One event has an amount of information; a whole distribution has a mean. This mean, the entropy, measures "
            "how uncertain we are before the outcome is known, and nothing is more uncertain than the uniform "
            "distribution.",
            zh="单个事件有信息量，整个分布则有信息量的期望，这就是熵。它度量结果揭晓之前的不确定程度；在所有分布中，"
            "均匀分布最不确定。",
        ),
        (entropy,),
        pictures=("entropy",),
        keywords=Text("entropy, Shannon, uncertainty", zh="熵, 信息熵, 香农, 不确定性"),
        stop=ENTROPY,
    ),
    Topic(
        "kl_divergence",
        Text("KL divergence", zh="KL 散度"),
        Text(
            "How far is a model from the truth? We compare the information that it assigns to the outcomes with the "
            "information that they have. The difference is never negative on average, and it vanishes only for the "
            "true distribution.",
            zh="模型离真实分布有多远？把模型赋予各结果的信息量与其真实的信息量作比较。平均而言，二者之差绝不为负，"
            "而且只有模型等于真实分布时才为零。",
        ),
        (kl_divergence,),
        pictures=("kl_simplex",),
        keywords=Text("KL, Kullback-Leibler, relative entropy, Gibbs", zh="KL散度, 散度, KL, 相对熵, 吉布斯不等式"),
        stop=DIVERGENCE,
    ),
    Topic(
        "kl_to_cross_entropy",
        Text("From KL divergence to cross-entropy", zh="从 KL 散度到交叉熵"),
        Text(
            "Take the KL divergence apart, and one of its two parts does not depend on the model. For training it can "
            "be dropped. The other part is the cross-entropy.",
            zh="把 KL 散度拆成两部分，其中一部分与模型无关，训练时可以舍去；留下的另一部分，就是交叉熵。",
        ),
        (cross_entropy_of_distributions,),
        keywords=Text("KL, cross-entropy", zh="KL变形, 交叉熵"),
        stop=SPLIT,
    ),
    Topic(
        "bernoulli_likelihood",
        Text("Likelihood with two classes", zh="二分类的似然"),
        Text(
            "Another road to the same loss: look for the parameter under which the data are most probable. With two "
            "classes this is the coin with an unknown bias. The sigmoid turns a score into its probability, and score "
            "and loss fit together so well that the gradient is a plain difference.",
            zh="通往同一个损失的另一条路：寻找使数据最可能出现的参数。二分类就是一枚偏向未知的硬币。"
            "sigmoid 把得分变成概率，"
            "它与这个损失配合得天衣无缝，梯度竟是一个简单的差。",
        ),
        (sigmoid, softplus, bernoulli_nll, bce_with_logits),
        keywords=Text(
            "sigmoid, logistic, binary, Bernoulli, maximum likelihood",
            zh="似然, 对数似然, 二分类, 伯努利, 最大似然, sigmoid",
        ),
        stop=BERNOULLI,
    ),
    Topic(
        "categorical_likelihood",
        Text("Likelihood with many classes", zh="多分类的似然"),
        Text(
            "The general case. A likelihood is a product of many numbers below 1 and tends to 0 as samples are added: "
            "a computer loses it. Minus its logarithm is a sum with the same best parameters: the cross-entropy.",
            zh="现在看一般情形。似然是许多小于 1 的数连乘，样本越多越趋于 0，计算机里很快就下溢了。取负对数，"
            "连乘变成求和，"
            "最优参数不变，得到的正是交叉熵。",
        ),
        (categorical_nll, nll),
        pictures=("likelihood_underflow",),
        exhibits=("underflow",),
        keywords=Text(
            "negative log-likelihood, NLL, maximum likelihood, multiclass, underflow",
            zh="似然, 对数似然, 负对数似然, 多分类, 最大似然, 下溢",
        ),
        stop=CATEGORICAL,
    ),
    Topic(
        "why_not_mse_saturation",
        Text("Why not squared error, first reason: it saturates", zh="为什么不用 MSE，原因一：饱和时梯度消失"),
        Text(
            "A unit that is far off on the wrong side should be corrected most. With squared error it is corrected "
            "least, because the slope of the sigmoid or softmax multiplies the error. With cross-entropy this slope "
            "cancels. Squared error is not even convex in the logit; cross-entropy is.",
            zh="输出错得离谱的单元，本该修正得最多。用平方误差，它反而修正得最少，"
            "因为误差还要乘上 sigmoid 或 softmax 的导数；"
            "用交叉熵，这个导数恰好约掉。而且平方误差关于 logit 连凸函数都不是，交叉熵则是凸的。",
        ),
        (mse_sigmoid, mse_softmax),
        pictures=("saturation",),
        keywords=Text(
            "why, not, MSE, cross-entropy and not MSE, saturation, vanishing gradient",
            zh="为什么, 均方误差, MSE, 饱和, 梯度消失",
        ),
        stop=SATURATES,
    ),
    Topic(
        "why_not_mse_right_class",
        Text(
            "Why not squared error, second reason: it looks at all classes alike",
            zh="为什么不用 MSE，原因二：对各类别一视同仁",
        ),
        Text(
            "A classifier is asked for the right class. Cross-entropy looks at the probability of that class and "
            "nothing else; squared error also minds how the rest is shared among the wrong ones.",
            zh="分类只问正确的类别。交叉熵只看正确类别的概率；平方误差还要计较剩下的概率在错误类别之间如何分配。",
        ),
        (mse,),
        keywords=Text("why, not, MSE, cross-entropy and not MSE", zh="为什么, 均方误差, MSE"),
        stop=RIGHT_CLASS,
    ),
    Topic(
        "why_not_mse_labels",
        Text("Why not squared error, third reason: labels are not numbers", zh="为什么不用 MSE，原因三：标签不是数量"),
        Text(
            "Squared error belongs to measurements with Gaussian noise, where the distance of two values means "
            "something. Class labels are names. Rename them, and cross-entropy stays what it is, while a regression on "
            "the labels becomes another problem.",
            zh="平方误差属于带高斯噪声的测量，那里两个数值的距离是有意义的。类别标签只是名字：换一套编号，"
            "交叉熵分毫不变，"
            "对标签做回归却成了另一个问题。",
        ),
        (gaussian_nll,),
        exhibits=("relabelling",),
        keywords=Text("why, not, MSE, cross-entropy and not MSE", zh="为什么, 均方误差, MSE, 类别编号"),
        stop=LABELS,
    ),
    Topic(
        "why_the_exponential",
        Text("Why the exponential", zh="softmax 为什么用指数形式"),
        Text(
            "The maximum would classify perfectly, but it has no derivative where it matters. The exponential widens "
            "the gaps between the scores, keeps every probability positive and is smooth everywhere; a temperature "
            "leads from the hard maximum to indifference.",
            zh="直接取最大值，分类再好不过，可惜在要紧的地方不可导。指数函数拉大得分之间的差距，保证概率为正，"
            "而且处处光滑；"
            "调节温度，就可以从“取最大”一路过渡到“不偏不倚”。",
        ),
        (logsumexp, tempered_softmax),
        pictures=("temperature", "lse_bounds"),
        keywords=Text("temperature, argmax, why exponential", zh="温度, argmax, 为什么, 指数"),
        stop=EXPONENTIAL,
    ),
    Topic(
        "softmax_derivative",
        Text("The derivative of softmax", zh="softmax 求导"),
        Text(
            "A quotient whose denominator holds every score: the quotient rule, the two cases of the numerator, the "
            "derivative of the denominator, and then both results in one formula and one matrix.",
            zh="softmax 是一个商，分母含有所有得分。先用商的求导法则，再对分子分两种情形求导，然后求分母的导数，"
            "最后把两个结果合并成一个式子、一个矩阵。",
        ),
        (softmax,),
        keywords=Text("derivative, gradient, Jacobian, softmax, log-softmax", zh="softmax, 求导, 导数, 梯度, 雅可比"),
        stop=DERIVATIVE,
    ),
    Topic(
        "cross_entropy_gradient",
        Text("The gradient of cross-entropy", zh="交叉熵对 logits 的梯度"),
        Text(
            "The chain rule leads through every output of the softmax, and what comes out is the shortest gradient of "
            "all: output minus target. The one fact about the target that is needed, that it sums to 1, is a step of "
            "its own.",
            zh="链式法则要经过 softmax 的每一个输出，结果却是最简短的梯度：输出减去目标。其中用到目标的唯一一条性质，"
            "即各分量之和为 1，单独写成一步。",
        ),
        (cross_entropy, cross_entropy_label),
        keywords=Text("cross-entropy, derivative, gradient, Hessian, logits", zh="交叉熵, 求导, 梯度, 导数"),
        stop=GRADIENT,
    ),
    Topic(
        "numerical_stability",
        Text("Numerical stability", zh="数值稳定性"),
        Text(
            "To a computer exp(1000) is infinite. Multiply numerator and denominator by a constant, draw it into the "
            "exponent, and choose it so that the largest exponent is 0: nothing overflows, and no division by 0 is "
            "left.",
            zh="在计算机里，exp(1000) 就是无穷大。分子分母同乘一个常数，把它并入指数，再选它使最大的指数为 0："
            "既不会溢出，也不会除以 0。",
        ),
        (shifted_softmax, log_softmax),
        pictures=("naive_overflow", "ulp_offset"),
        exhibits=("naive_softmax", "float_ranges"),
        keywords=Text(
            "log-sum-exp trick, logsumexp, stable, softmax, NaN, overflow, inf",
            zh="数值稳定, 溢出, NaN, softmax, logsumexp",
        ),
        stop=STABILITY,
    ),
    Topic(
        "online_merge",
        Text("One pass, many blocks", zh="一次扫描，分块合并"),
        Text(
            "Must one know the largest logit before the sum can begin? No: sums with different references can be "
            "merged afterwards. The merge is commutative and associative, so a row may be read once, in blocks, or on "
            "many machines.",
            zh="是不是非得先找到最大的 logit，才能开始求和？不必：参考值不同的部分和，事后也能合并。"
            "这种合并满足交换律和结合律，"
            "所以一行数据可以只扫描一遍，可以分块，也可以分到多台机器上去算。",
        ),
        (merged_logsumexp,),
        keywords=Text("online softmax, flash attention, streaming, parallel", zh="在线 softmax, 分块, 并行, 流式"),
    ),
    Topic(
        "variants",
        Text("Losses in use", zh="实践中的各种变体"),
        Text(
            "People change the cross-entropy to suit their data: other targets, other weights, one more term. Each "
            "change is a small formula, and the same rules differentiate it.",
            zh="人们会根据数据的特点改造交叉熵：换目标，加权重，或者多添一项。每种改造都只是一个小小的公式，"
            "用同样的法则就能求导。",
        ),
        (
            label_smoothing,
            weighted_cross_entropy,
            ignore_index,
            focal,
            z_loss,
            distillation,
            softmax_entropy,
            confidence_penalty,
        ),
        keywords=Text(
            "loss, label smoothing, class weights, focal, temperature, distillation, ignore_index",
            zh="损失函数, 标签平滑, 类别权重, 知识蒸馏, 焦点损失",
        ),
    ),
    Topic(
        "losses_of_a_softmax",
        Text("More losses of a softmax", zh="softmax 的更多损失"),
        Text(
            "Wrong labels, rare classes, faces never seen before, logits that run away: for each there is a loss that "
            "changes one thing. They are the ones that people change again.",
            zh="标签有错、类别稀少、要认没见过的人脸、logits 失控：每种情况都有一个只改动一处的损失。"
            "人们也最常在它们的基础上再作修改。",
        ),
        (
            poly_one,
            generalised_cross_entropy,
            symmetric_cross_entropy,
            logit_adjustment,
            additive_margin,
            info_nce,
            softcapped_cross_entropy,
            brier,
            renyi_entropy,
            tsallis_entropy,
            rival_softmax,
            mean_of_softmaxes,
            jensen_shannon,
            multi_margin,
        ),
        keywords=Text("loss, which loss, contrastive, margin, calibration", zh="损失函数, 对比学习, 间隔, 校准"),
    ),
    Topic(
        "other_outputs",
        Text("Losses of other outputs", zh="其他输出的损失"),
        Text(
            "Not every output is a class. Measurements with outliers, counts, yes or no with a margin, which of two "
            "answers people prefer, how well an action went: each noise, and each wish, has a loss of its own.",
            zh="输出并非总是类别。带离群点的测量值、计数、带间隔的是与否、两个回答中人们偏爱哪一个、一个动作结果如何："
            "每种噪声、每种愿望，都有自己的损失。",
        ),
        (log_cosh, huber, student_t_nll, poisson_nll, hinge, sigmoid_focal, dpo, clipped_policy),
        keywords=Text(
            "loss, regression, Huber, hinge, Poisson, DPO, PPO", zh="损失函数, 回归, Huber, 合页损失, 泊松, DPO"
        ),
    ),
    Topic(
        "normalisation",
        Text("Normalisation", zh="归一化"),
        Text(
            "Between layers the values of a row are brought to one scale. The parts have names of their own, the mean, "
            "the deviation, the normalised value, and so the derivative is short: what forward takes out, backward "
            "takes out of the gradient.",
            zh="在层与层之间，把一行数值调整到统一的尺度。均值、标准差、归一化后的值各有名字，导数因此很短："
            "前向除去什么，反向就从梯度中除去什么。",
        ),
        (row_mean, deviation, layer_norm, root_mean_square, rms_norm),
        keywords=Text(
            "layer norm, LayerNorm, RMSNorm, mean, variance, standard deviation",
            zh="层归一化, 均方根归一化, 均值, 方差, 标准差",
        ),
    ),
)
