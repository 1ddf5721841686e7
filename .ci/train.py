"""A network trained with the loss of the project in this folder: the end of the first hour with derive.

With PyTorch where it is installed, else with NumPy alone, on three clouds of points; fails where it has learnt nothing.
"""

from __future__ import annotations

import sys

import numpy as np

import derive

NAME, CLASSES, ROWS = sys.argv[1], 3, 600
random = np.random.default_rng(0)
labels = np.arange(ROWS) % CLASSES
points = random.normal(size=(ROWS, 2)) + 4 * np.array([[0, 1], [1, -1], [-1, -1]])[labels]


def with_numpy() -> np.ndarray:
    step, weights = derive.load(f"{NAME}_value_and_grad", target="c"), np.zeros((2, CLASSES))
    for _ in range(100):
        _, slope = step(points @ weights, labels, reduction="mean")
        weights -= 0.5 * points.T @ slope
    return points @ weights


def with_torch() -> np.ndarray:
    import torch

    loss, x, t = derive.torch.load(NAME), torch.from_numpy(points).float(), torch.from_numpy(labels)
    network = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, CLASSES))
    optimiser = torch.optim.Adam(network.parameters(), lr=0.05)
    for _ in range(100):
        optimiser.zero_grad()
        loss(network(x), t, reduction="mean").backward()
        optimiser.step()
    return network(x).detach().numpy()


try:
    scores, by = with_torch(), "PyTorch"
except ModuleNotFoundError:
    scores, by = with_numpy(), "NumPy"
right = (scores.argmax(axis=1) == labels).mean()
print(f"trained with {by}: {right:.1%} right")
sys.exit(0 if right >= 0.95 else "it has learnt nothing")
