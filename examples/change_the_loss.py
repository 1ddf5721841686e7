"""A network trained with PyTorch's loss, with derive's, and with a loss that was written on the spot.

Scans of handwritten digits, of which three labels in ten are wrong, and a small network.  The first two trainings see
the same data in the same order, so that their curves differ by rounding alone.  The third has another loss, the one in
``capped.py`` beside this file: it learns to read what the other two learn by heart.

    python examples/change_the_loss.py --out change_the_loss.png

Needs PyTorch and scikit-learn (for its bundled data; nothing is downloaded); with matplotlib there is a plot too.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import derive
from derive.language.errors import DeriveError

if TYPE_CHECKING:
    import torch

OWN = Path(__file__).with_name("capped.py")
PYTORCH, DERIVE, CAPPED = "PyTorch's cross-entropy", "derive's cross-entropy", "capped cross-entropy"
WRONG = 0.3
"""So many labels of the training rows are replaced by another."""
DIFFERENCE_ALLOWED = 1e-10
"""Of two curves of order 1 in float64: a few ulp (1e-16) at each step, and what Adam makes of them."""

Loss = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Pixels in [0, 1], shape (rows, 64), and the digit that each row shows, or, in training, is said to show."""

    train: torch.Tensor
    train_labels: torch.Tensor
    held_out: torch.Tensor
    held_out_labels: torch.Tensor


@dataclass(frozen=True)
class Run:
    """The mean loss before each step, and the share of held-out rows that is read right after it."""

    losses: Reals
    accuracies: Reals


def load_data(seed: int) -> Data:
    """The digits, shuffled; every fifth row is held out, with its right label."""
    import torch
    from sklearn.datasets import load_digits

    random = np.random.default_rng(seed)
    pixels, labels = load_digits(return_X_y=True)
    order = random.permutation(len(labels))
    rows, right = pixels[order] / 16.0, labels.astype(np.int64)[order]
    said = np.where(random.random(len(right)) < WRONG, (right + random.integers(1, 10, len(right))) % 10, right)
    held = np.arange(len(right)) % 5 == 0
    return Data(*map(torch.from_numpy, (rows[~held], said[~held], rows[held], right[held])))


def losses() -> dict[str, Loss]:
    """Each takes logits and labels, and gives one number per row."""
    import torch.nn.functional as F

    return {
        PYTORCH: lambda logits, labels: F.cross_entropy(logits, labels, reduction="none"),
        DERIVE: derive.torch.load("cross_entropy_label"),
        CAPPED: derive.torch.load("capped", formulas=OWN),
    }


def train(loss: Loss, data: Data, steps: int, seed: int) -> Run:
    """Adam on the mean loss of all rows: the same network, from the same weights, for each loss."""
    import torch

    torch.manual_seed(seed)
    layers = torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 10)
    network = torch.nn.Sequential(*layers).double()
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
    run = Run(np.empty(steps), np.empty(steps))
    for step in range(steps):
        optimiser.zero_grad()
        mean = loss(network(data.train), data.train_labels).mean()
        mean.backward()
        optimiser.step()
        with torch.no_grad():
            guesses = network(data.held_out).argmax(-1)
        run.losses[step] = mean.item()
        run.accuracies[step] = (guesses == data.held_out_labels).double().mean().item()
    return run


def plot(runs: Mapping[str, Run], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for (name, run), style in zip(runs.items(), ("-", "--", "-"), strict=True):
        above.plot(run.losses, style, label=name)
        below.plot(run.accuracies, style, label=name)
    above.set(xlabel="step", ylabel="mean loss (nats)", title="In training, with wrong labels")
    below.set(xlabel="step", ylabel="read right", title="On held-out rows, with right labels")
    below.legend()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def report(runs: Mapping[str, Run]) -> list[str]:
    """Print what came out; what is not as it should be."""
    for name, run in runs.items():
        print(f"{name:24} last loss {run.losses[-1]:.3f}, held-out rows read right {run.accuracies[-1]:.1%}")
    difference = float(np.max(np.abs(runs[PYTORCH].losses - runs[DERIVE].losses)))
    alike = difference <= DIFFERENCE_ALLOWED
    print(f"the first two curves differ by {'rounding alone' if alike else f'{difference:.3g}'}")
    return [] if alike else [f"the loss curves differ by {difference:.3g}, more than {DIFFERENCE_ALLOWED:g}"]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train a network with PyTorch's loss, with derive's and with yours.")
    parser.add_argument("--out", type=Path, default=Path("change_the_loss.png"), help="the plot (%(default)s)")
    parser.add_argument("--steps", type=int, default=150, help="steps of Adam (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffle and the weights (%(default)s)")
    chosen = parser.parse_args(arguments)
    if chosen.steps < 1:
        parser.error("--steps must be at least 1")
    try:
        problems = run_all(chosen)
    except (DeriveError, OSError, ModuleNotFoundError) as error:
        problems = [str(error)]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


def run_all(chosen: Any) -> list[str]:
    import torch

    torch.set_num_threads(1)  # the network is small: threads would wait for each other
    data = load_data(chosen.seed)
    runs = {name: train(loss, data, chosen.steps, chosen.seed) for name, loss in losses().items()}
    problems = report(runs)
    if importlib.util.find_spec("matplotlib") is None:
        print("no plot: matplotlib is not installed")
    else:
        plot(runs, chosen.out)
        print(f"plot: {chosen.out}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
