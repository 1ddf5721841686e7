"""Softmax regression on real scans of handwritten digits, trained with generated kernels alone.

The same training runs twice: once with the NumPy kernel, once with the C kernel (compiled on first use).  Both
see the same data in the same order, so that their loss curves may differ by rounding and by nothing else.

    python examples/digits.py --out digits.png

Needs scikit-learn (for its bundled data; nothing is downloaded) and matplotlib.  In the clone:

    python -m pip install -e '.[examples]'
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

import derive
from derive.language.errors import DeriveError

KERNEL = "cross_entropy_label_value_and_grad"
TARGETS = ("numpy", "c")
ACCURACY_WANTED = 0.95
DIFFERENCE_ALLOWED = 1e-10
"""On a mean loss of order 1.  Each kernel is good to a few ulp (1e-16); gradient descent on a convex loss does not
let such differences grow, and 300 steps add them up to far less than this."""

Reals = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Data:
    """Pixels in [0, 1] with a column of ones, shape (rows, 65), and the digit that each row shows."""

    train: Reals
    train_labels: Labels
    held_out: Reals
    held_out_labels: Labels


@dataclass(frozen=True)
class Run:
    """One training: mean loss before each step, the weights (65, 10), the share of held-out rows that it gets right."""

    losses: Reals
    weights: Reals
    accuracy: float


def load_data(seed: int) -> Data:
    """The digits, shuffled by ``seed``; every fifth row is held out."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(labels))
    rows = np.column_stack([pixels / 16.0, np.ones(len(labels))])[order]
    labels = labels.astype(np.int64)[order]
    held = np.arange(len(labels)) % 5 == 0
    return Data(rows[~held], labels[~held], rows[held], labels[held])


def train(kernel: Callable[..., Any], data: Data, steps: int, rate: float, advance: Callable[[], None]) -> Run:
    """Gradient descent on the mean loss of all rows, from zero weights.

    kernel: (logits, labels) -> loss per row, and its gradient by the logits.
    """
    weights = np.zeros((data.train.shape[1], 10))
    losses = np.empty(steps)
    for step in range(steps):
        loss, gradient = kernel(data.train @ weights, data.train_labels)
        losses[step] = loss.mean()
        weights -= rate / len(gradient) * (data.train.T @ gradient)
        advance()
    guesses = np.argmax(data.held_out @ weights, axis=1)
    return Run(losses, weights, float(np.mean(guesses == data.held_out_labels)))


def train_all(data: Data, steps: int, rate: float, console: Console) -> dict[str, Run]:
    """One run for each target."""
    runs = {}
    with Progress(console=console, disable=not console.is_terminal) as progress:
        for target in TARGETS:
            task = progress.add_task(f"{target:6}", total=steps)
            kernel = derive.load(KERNEL, target=target)
            runs[target] = train(kernel, data, steps, rate, lambda task=task: progress.advance(task))  # type: ignore[misc]
    return runs


def plot(runs: dict[str, Run], data: Data, path: Path) -> None:
    """Loss curves, their difference, and held-out digits with what the model reads."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    first, second = (runs[target] for target in TARGETS)
    figure = pyplot.figure(figsize=(11, 6), layout="constrained")
    panels: Any = figure.subfigures(2, 1, height_ratios=[2, 1])
    above, below = panels
    curves, difference = above.subplots(1, 2)
    for (target, run), style in zip(runs.items(), ("-", "--"), strict=True):
        curves.plot(run.losses, style, label=f"{target}: {run.accuracy:.1%} right on held-out rows")
    curves.set(xlabel="step", ylabel="mean loss (nats)", title="Two kernels, one curve", yscale="log")
    curves.legend()
    difference.plot(np.abs(first.losses - second.losses), ".", markersize=3)
    difference.set(xlabel="step", ylabel="difference of the losses", title="They differ by rounding")
    for axes, row in zip(below.subplots(1, 12), data.held_out, strict=False):
        axes.imshow(row[:64].reshape(8, 8), cmap="gray_r")
        axes.set_title(str(np.argmax(row @ first.weights)))
        axes.axis("off")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def report(runs: dict[str, Run], console: Console) -> Iterable[str]:
    """Print what came out; yields what is not as it should be."""
    for target, run in runs.items():
        line = f"{target:6} last loss {run.losses[-1]:.6f}, held-out accuracy {run.accuracy:.2%}"
        console.print(line, highlight=False)
        if run.accuracy < ACCURACY_WANTED:
            yield f"{target}: accuracy {run.accuracy:.2%} is below {ACCURACY_WANTED:.0%}"
    first, second = (runs[target] for target in TARGETS)
    difference = float(np.max(np.abs(first.losses - second.losses)))
    console.print(f"largest difference of the two loss curves: {difference:.3g}", highlight=False)
    if not difference <= DIFFERENCE_ALLOWED:
        yield f"the loss curves differ by {difference:.3g}, more than rounding ({DIFFERENCE_ALLOWED:g})"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train softmax regression on digits with generated kernels.")
    parser.add_argument("--out", type=Path, default=Path("digits.png"), help="where the plot goes (%(default)s)")
    parser.add_argument("--steps", type=int, default=300, help="steps of gradient descent (%(default)s)")
    parser.add_argument("--rate", type=float, default=1.0, help="step size (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the shuffle (%(default)s)")
    chosen = parser.parse_args(arguments)
    if chosen.steps < 1:
        parser.error("--steps must be at least 1")
    console = Console(soft_wrap=True)
    try:
        data = load_data(chosen.seed)
        runs = train_all(data, chosen.steps, chosen.rate, console)
        problems = list(report(runs, console))
        plot(runs, data, chosen.out)
    except (DeriveError, OSError, ModuleNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    console.print(f"plot: {chosen.out}", highlight=False)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
