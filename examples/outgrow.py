"""Softmax regression whose classes outgrow one process: scores are sharded over rows and classes, in Dask's workers.

    python examples/outgrow.py

Data are generated block by block in the workers.  The scores of a block of classes stay where they were made; of each
row the few numbers that the loss needs of all classes go around.  The address that is printed shows them at work.
"""

from __future__ import annotations

import argparse

import dask.array as da
from distributed import Client, LocalCluster, progress

import derive


def main() -> None:
    asked = argparse.ArgumentParser(description="Softmax regression with sharded classes.")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--classes", type=int, default=2_000)
    asked.add_argument("--steps", type=int, default=5)
    asked.add_argument("--scheduler", help="the address of one that runs already")
    given = asked.parse_args()
    if given.scheduler:
        with Client(given.scheduler) as client:
            train(client, given.rows, given.classes, given.steps)
    else:
        with LocalCluster(given.workers, threads_per_worker=1) as cluster, Client(cluster) as client:
            train(client, given.rows, given.classes, given.steps)


def train(client: Client, rows: int, classes: int, steps: int, features: int = 32, rate: float = 60.0) -> None:
    print(f"dashboard: {client.dashboard_link}", flush=True)
    part = -(-classes // 4)
    dice = da.random.default_rng(0)
    x = dice.standard_normal((rows, features), chunks=(2_000, features)).persist()
    truth = dice.standard_normal((classes, features), chunks=(part, features)).persist()
    labels = (x @ truth.T).argmax(axis=1).persist()
    weights = da.zeros((classes, features), chunks=(part, features)).persist()
    loss = derive.dask.load("cross_entropy_label_value_and_grad")
    for step in range(1, steps + 1):
        value, slope = loss(x @ weights.T, labels)
        mean, weights = value.mean().persist(), (weights - rate / rows * (slope.T @ x)).persist()
        progress(mean, weights)
        print(f"\nstep {step}: a mean loss of {mean.compute():.4f}", flush=True)


if __name__ == "__main__":
    main()
