"""The theory, row by row: the generated kernels against formulas written here by hand, and the figures in between.

Nothing here comes from the engine but the kernels: each expected value is plain NumPy on a small input.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive

RNG = np.random.default_rng(20)
CLASSES = 5
X = RNG.normal(size=(4, CLASSES)) * 3
Q = RNG.dirichlet(np.ones(CLASSES), size=4)
P = RNG.dirichlet(np.ones(CLASSES), size=4)
T = np.array([0, 2, 4, 1])
ONE_HOT = np.eye(CLASSES)[T]


def kernel(name: str) -> Any:
    return derive.load(name, target="numpy")


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def close(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)


def slope(f: Any, x: np.ndarray, j: int, step: float = 1e-5) -> np.ndarray:
    """A derivative by central differences, in double precision: good to about nine digits."""
    up, down = x.copy(), x.copy()
    up[..., j] += step
    down[..., j] -= step
    return (f(up) - f(down)) / (2 * step)


def test_01_information() -> None:
    information = kernel("information")
    close(information(Q), -np.log(Q))
    assert (information(np.ones((1, 3))) == 0).all(), "what is certain tells nothing"
    close(information(Q * P), information(Q) + information(P))
    rarer = information(np.array([[0.5, 0.25, 0.125]]))[0]
    assert rarer[0] < rarer[1] < rarer[2]
    close(kernel("information_vjp")(Q, np.ones_like(Q)), -1 / Q)


def test_02_entropy() -> None:
    entropy = kernel("entropy")
    close(entropy(P), -(P * np.log(P)).sum(axis=1))
    close(entropy(np.full((1, CLASSES), 1 / CLASSES)), np.log(CLASSES))
    assert (entropy(P) <= np.log(CLASSES)).all()
    close(entropy(np.array([[1.0, 0.0, 0.0]])), 0)
    close(kernel("entropy_grad")(P), -np.log(P) - 1)


def test_03_kl_divergence() -> None:
    kl = kernel("kl_divergence")
    close(kl(Q, P), (P * np.log(P / Q)).sum(axis=1))
    assert (kl(Q, P) > 0).all()
    close(kl(P, P), 0)
    assert abs(kl(Q, P) - kl(P, Q)).max() > 1e-3
    assert kl(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]]))[0] == np.inf


def test_04_kl_is_cross_entropy_minus_entropy() -> None:
    close(kernel("kl_divergence")(Q, P), kernel("cross_entropy_of_distributions")(Q, P) - kernel("entropy")(P))
    close(kernel("kl_divergence_grad")(Q, P), kernel("cross_entropy_of_distributions_grad")(Q, P))


def test_05_bernoulli_likelihood() -> None:
    y = (RNG.random((4, CLASSES)) < 0.5).astype(float)
    likelihood = (Q**y * (1 - Q) ** (1 - y)).prod(axis=1)
    close(kernel("bernoulli_nll")(Q, y), -np.log(likelihood))
    close(kernel("bce_with_logits")(X, y), kernel("bernoulli_nll")(sigmoid(X), y))
    close(kernel("bce_with_logits_grad")(X, y), sigmoid(X) - y)


def test_06_categorical_likelihood() -> None:
    close(kernel("categorical_nll")(Q, ONE_HOT), -np.log((Q**ONE_HOT).prod(axis=1)))
    close(kernel("categorical_nll")(Q, ONE_HOT), -np.log(Q[np.arange(4), T]))
    close(kernel("nll")(np.log(Q), T), -np.log(Q[np.arange(4), T]))


def test_07_saturation() -> None:
    far, y = np.array([[-40.0]]), np.array([[1.0]])
    assert abs(kernel("mse_sigmoid_grad")(far, y)).max() < 1e-16 and kernel("bce_with_logits_grad")(far, y) == -1
    q = sigmoid(X)
    close(kernel("mse_sigmoid_grad")(X, ONE_HOT), (q - ONE_HOT) * q * (1 - q))
    s = softmax(X)
    expected = s * ((s - ONE_HOT) - (s * (s - ONE_HOT)).sum(axis=1, keepdims=True))
    close(kernel("mse_softmax_grad")(X, ONE_HOT), expected)
    won = np.array([[0.0, 0.0, 40.0]])  # by a wrong class
    close(kernel("cross_entropy_label_grad")(won, np.array([0])), [[-1, 0, 1]])
    assert abs(kernel("mse_softmax_grad")(won, np.array([[1.0, 0.0, 0.0]]))).max() < 1e-16
    curvature = [
        kernel("mse_sigmoid_hvp")(np.array([[z]]), np.ones((1, 1)), v=np.ones((1, 1)))[0, 0] for z in (-3.0, 1.0)
    ]
    assert curvature[0] < 0 < curvature[1], "the squared error is not convex in the logit"


def test_08_only_the_right_class_counts() -> None:
    one, other = np.array([[0.5, 0.25, 0.25]]), np.array([[0.5, 0.5, 0.0]])
    truth = np.array([[1.0, 0.0, 0.0]])
    ce, mse = kernel("cross_entropy_of_distributions"), kernel("mse")
    assert ce(one, truth) == ce(other, truth) == np.log(2)
    close(mse(one, truth), (0.25 + 0.0625 + 0.0625) / 3)
    assert mse(one, truth) != mse(other, truth)


def test_09_relabelling() -> None:
    order = np.array([3, 0, 4, 1, 2])
    place = np.argsort(order)
    ce = kernel("cross_entropy_label")
    close(ce(X[:, order], place[T]), ce(X, T))


def test_10_temperature_and_smooth_maximum() -> None:
    tempered = kernel("tempered_softmax")
    np.testing.assert_allclose(tempered(X, T=1e9), 1 / CLASSES, rtol=1e-7)
    np.testing.assert_allclose(tempered(X, T=1e-3), np.eye(CLASSES)[X.argmax(axis=1)], atol=1e-12)
    lse = kernel("logsumexp")(X)
    assert (X.max(axis=1) <= lse).all() and (lse <= X.max(axis=1) + np.log(CLASSES)).all()
    close(kernel("logsumexp_grad")(X), softmax(X))


def test_11_softmax_derivative() -> None:
    s = softmax(X)
    jacobian = kernel("softmax_jacobian")(X)
    close(jacobian, s[:, :, None] * (np.eye(CLASSES) - s[:, None, :]))
    close(jacobian.sum(axis=1), 0)
    close(jacobian.sum(axis=2), 0)
    close(jacobian, jacobian.transpose(0, 2, 1))
    for j in range(CLASSES):
        np.testing.assert_allclose(jacobian[:, :, j], slope(kernel("softmax"), X, j), rtol=1e-6, atol=1e-9)


def test_12_cross_entropy_gradient() -> None:
    s = softmax(X)
    close(kernel("cross_entropy_grad")(X, P), s - P)
    close(kernel("cross_entropy_label_grad")(X, T), s - ONE_HOT)
    v = RNG.normal(size=X.shape)
    hessian = s[:, :, None] * np.eye(CLASSES) - s[:, :, None] * s[:, None, :]
    close(kernel("cross_entropy_label_hvp")(X, T, v=v), np.einsum("bij,bj->bi", hessian, v))
    assert (np.linalg.eigvalsh(hessian) > -1e-12).all()


def test_13_numerical_stability() -> None:
    large = np.array([[1000.0, 1001.0, 1002.0]])
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(large) / np.exp(large).sum()).all(), "the naive form fails"
    close(kernel("softmax")(large), softmax(np.array([[0.0, 1.0, 2.0]])))
    close(kernel("logsumexp")(large), 1000 + np.log(np.exp([0.0, 1.0, 2.0]).sum()))


def test_14_online_merge() -> None:
    """A running maximum and sum, block by block, give what one pass over everything gives."""
    m, total = -np.inf, 0.0
    for value in X[0]:
        new = max(m, value)
        total = total * np.exp(m - new) + np.exp(value - new)
        m = new
    close(m + np.log(total), kernel("logsumexp")(X[:1])[0])


@pytest.mark.parametrize("alpha", [0.0, 0.1, 1.0])
def test_15_label_smoothing_is_cross_entropy_with_the_smoothed_target(alpha: float) -> None:
    smoothed = (1 - alpha) * ONE_HOT + alpha / CLASSES
    close(kernel("label_smoothing")(X, T, alpha=alpha), kernel("cross_entropy")(X, smoothed))


def test_15_variants() -> None:
    ce, s, rows = kernel("cross_entropy_label")(X, T), softmax(X), np.arange(4)
    close(kernel("z_loss")(X, T, a=0.5), ce + 0.5 * kernel("logsumexp")(X) ** 2)
    close(kernel("focal")(X, T, gamma=0.0), ce)
    close(kernel("focal")(X, T, gamma=2.0), (1 - s[rows, T]) ** 2 * ce)
    weight = RNG.random((4, CLASSES)) + 0.5
    close(kernel("weighted_cross_entropy")(X, weight, t=T), weight[rows, T] * ce)


def test_16_losses_of_a_softmax() -> None:
    ce, s, rows = kernel("cross_entropy_label")(X, T), softmax(X), np.arange(4)
    p = s[rows, T]
    close(kernel("poly_one")(X, T, eps=0.5), ce + 0.5 * (1 - p))
    close(kernel("generalised_cross_entropy")(X, T, q=0.3), (1 - p**0.3) / 0.3)
    close(kernel("symmetric_cross_entropy")(X, T, alpha=0.2, beta=0.7, A=-3.0), 0.2 * ce + 2.1 * (1 - p))
    close(kernel("logit_adjustment")(X, Q, t=T, tau=0.6), kernel("cross_entropy_label")(X + 0.6 * np.log(Q), T))
    close(kernel("additive_margin")(X, T, s=2.0, m=0.3), kernel("cross_entropy_label")(2 * (X - 0.3 * ONE_HOT), T))
    close(kernel("info_nce")(X, T, T=0.5), kernel("cross_entropy_label")(X / 0.5, T))
    close(kernel("softcapped_cross_entropy")(X, T, c=2.0), kernel("cross_entropy_label")(2 * np.tanh(X / 2), T))
    close(kernel("brier")(X, T), ((s - ONE_HOT) ** 2).sum(axis=-1))
    close(kernel("renyi_entropy")(X, q=3.0), np.log((s**3).sum(axis=-1)) / -2)
    close(kernel("tsallis_entropy")(X, q=3.0), (1 - (s**3).sum(axis=-1)) / 2)
    other = softmax(X[::-1])
    mean = (s + other) / 2
    apart = (s * np.log(s / mean) + other * np.log(other / mean)).sum(axis=-1) / 2
    close(kernel("jensen_shannon")(X, z=X[::-1]), apart)
    missing = np.maximum(0, 1 - X[rows, T][:, None] + X)
    close(kernel("multi_margin")(X, T), (missing * (1 - ONE_HOT)).sum(axis=-1) / CLASSES)


@pytest.mark.parametrize("name", [
    "poly_one", "generalised_cross_entropy", "symmetric_cross_entropy", "additive_margin", "info_nce",
    "softcapped_cross_entropy", "brier", "multi_margin",
])  # fmt: skip
def test_16_their_gradients(name: str) -> None:
    value, grad = kernel(f"{name}_value_and_grad")(X, T)
    close(value, kernel(name)(X, T))
    for j in range(CLASSES):
        np.testing.assert_allclose(grad[:, j], slope(lambda x: kernel(name)(x, T), X, j), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["renyi_entropy", "tsallis_entropy", "jensen_shannon"])
def test_16_gradients_of_what_has_no_label(name: str) -> None:
    given = {"z": X[::-1]} if name == "jensen_shannon" else {"q": 3.0}
    value, grad = kernel(f"{name}_value_and_grad")(X, **given)
    close(value, kernel(name)(X, **given))
    for j in range(CLASSES):
        np.testing.assert_allclose(grad[:, j], slope(lambda x: kernel(name)(x, **given), X, j), rtol=1e-6, atol=1e-8)


def test_17_losses_of_other_outputs() -> None:
    error, y = np.array([[0.5, -3.0, 0.0]]), np.array([[1.0, 2.0, -1.0]])
    x = y + error
    close(kernel("log_cosh")(x, y), np.log(np.cosh(error)).mean(axis=-1))
    close(kernel("log_cosh_grad")(x, y), np.tanh(error) / 3)
    close(kernel("huber")(x, y, delta=1.0), [(0.125 + 2.5) / 3])
    close(kernel("huber_grad")(x, y, delta=1.0), [[0.5 / 3, -1 / 3, 0]])
    student = 2.5 * np.log(1 + error**2 / 4 / 4).sum(axis=-1) + 3 * np.log(2)
    close(kernel("student_t_nll")(x, y, nu=4.0, sigma=2.0), student)
    close(kernel("poisson_nll")(x, y), (np.exp(x) - y * x).sum(axis=-1))
    close(kernel("poisson_nll_grad")(x, y), np.exp(x) - y)
    sign = np.array([[1.0, -1.0, 1.0]])
    close(kernel("hinge")(np.array([[0.25, -3.0, 1.0]]), sign), [0.25])
    close(kernel("hinge_grad")(np.array([[0.25, -3.0, 1.0]]), sign), [[-1 / 3, 0, 0]])


def test_17_yes_or_no_of_which_nearly_all_are_easy() -> None:
    """Lin et al., equation 5: -alpha_t (1 - p_t)^gamma log(p_t), summed over the answers."""
    x, y = X, (RNG.random(X.shape) < 0.3).astype(float)
    p = 1 / (1 + np.exp(-x))
    right, weight = np.where(y == 1, p, 1 - p), np.where(y == 1, 0.3, 0.7)
    value, grad = kernel("sigmoid_focal_value_and_grad")(x, y, alpha=0.3, gamma=1.5)
    close(value, (-weight * (1 - right) ** 1.5 * np.log(right)).sum(axis=-1))
    for j in range(CLASSES):
        near = slope(lambda x: kernel("sigmoid_focal")(x, y, alpha=0.3, gamma=1.5), x, j)
        np.testing.assert_allclose(grad[:, j], near, rtol=1e-6, atol=1e-8)


def test_17_preferences_and_actions() -> None:
    x, y, a, b = RNG.normal(size=(4, 2, 3)) * 5
    ratio = (x - a) - (y - b)
    close(kernel("dpo")(x, a=a, b=b, y=y, beta=0.3), np.log1p(np.exp(-0.3 * ratio)).mean(axis=-1))
    old, gain = np.zeros((1, 4)), np.array([[1.0, 1.0, -1.0, -1.0]])
    new = np.log([[1.1, 1.5, 0.9, 0.5]])
    close(kernel("clipped_policy")(new, a=gain, y=old), [-(1.1 + 1.2 - 0.9 - 0.8) / 4])
    close(kernel("clipped_policy_grad")(new, a=gain, y=old), [[-1.1 / 4, 0, 0.9 / 4, 0]])


def test_18_normalisation() -> None:
    x, g = RNG.normal(size=(2, 3, 50)) + 1
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-3)
    h = centred / deviation
    close(kernel("layer_norm")(x, eps=1e-3), h)
    product = (g - g.mean(axis=-1, keepdims=True) - h * (g * h).mean(axis=-1, keepdims=True)) / deviation
    np.testing.assert_allclose(kernel("layer_norm_vjp")(x, g, eps=1e-3), product, rtol=1e-7, atol=1e-9)
    close(kernel("rms_norm")(x, eps=1e-3), x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-3))
