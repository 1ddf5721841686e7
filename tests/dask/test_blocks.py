"""Kernels of Dask arrays: what they give, in any chunks; that blocks stay where they lie; and what is refused."""

from __future__ import annotations

import importlib.util
import math
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.errors import DeriveError
from derive.loading.shared_out import shared_kernel
from derive.splits import SplitError

ROOT = Path(__file__).resolve().parents[2]
NAME = "cross_entropy_label_value_and_grad"


def test_without_dask_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "dask" else find(name, *more))
    with pytest.raises(DeriveError, match=r"^Dask is not installed, and derive\.dask needs it: .*dask.*$"):
        derive.dask.load("softmax")


da = pytest.importorskip("dask.array", reason="Dask is not installed")
import dask  # noqa: E402

ROWS, CLASSES = 12, 10
CHUNKS = [(12, 10), (5, 10), (12, 3), ((5, 0, 7), (1, 6, 0, 3)), (4, 4)]


@pytest.fixture(autouse=True)
def in_this_thread() -> Any:
    with dask.config.set(scheduler="synchronous"):
        yield


def data(dtype: str = "float64") -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(4)
    scores = (dice.normal(0, 6, (ROWS, CLASSES)) + 300).astype(dtype)
    scores[0, :3] = -np.inf
    scores[1] = 2.5
    return scores, np.array([4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 9])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("chunks", CHUNKS, ids=str)
def test_a_loss_and_its_gradient_are_what_they_are_in_one_piece(chunks: Any, dtype: str) -> None:
    scores, labels = data(dtype)
    value, grad = derive.dask.load(NAME)(da.from_array(scores, chunks), labels)
    wanted, slope = derive.load(NAME)(scores, labels)
    eps = np.finfo(dtype).eps
    kept = tuple(tuple(filter(None, sizes)) for sizes in da.from_array(scores, chunks).chunks)
    assert value.dtype == grad.dtype == np.dtype(dtype) and grad.chunks == kept
    np.testing.assert_allclose(value.compute(), wanted, rtol=16 * eps, atol=16 * eps)
    np.testing.assert_allclose(grad.compute(), slope, rtol=256 * eps, atol=eps)


def test_any_class_axis_one_row_parameters_and_a_vector_for_all_rows() -> None:
    scores, _ = data()
    scores = scores.astype(np.float32)
    shares = np.full(CLASSES, 0.1, np.float32)
    lazy, now = derive.dask.load("distillation_value_and_grad"), derive.load("distillation_value_and_grad")
    rows = scores[1:]
    for axis, given in ((0, rows.T.copy()), (1, rows), (1, rows.reshape(11, CLASSES, 1)), (0, rows[3])):
        made, wanted = lazy(da.from_array(given, 3), shares, T=2.0, axis=axis), now(given, shares, T=2.0, axis=axis)
        for one, other in zip(made, wanted, strict=True):
            np.testing.assert_allclose(one.compute(), other, rtol=1e-4, atol=1e-5)


def test_no_task_takes_blocks_of_two_places_and_messages_are_as_small_as_the_split_says() -> None:
    scores, labels = data()
    blocks = da.from_array(scores, (4, 5), name="scores")
    found = derive.dask.load(NAME)(blocks, labels)
    graph = dict(found[0].dask) | dict(found[1].dask)
    takes = {key: places(key, graph) for key in graph if is_called(key, "send", "fill_block")}
    assert len(takes) == 2 * 3 * 2  # a task of each kind for each block
    assert all(len(of) == 1 for of in takes.values()), takes
    assert {key: places(key, graph) for key in graph if is_called(key, "merge_sent")} != {}
    sizes = [
        sum(array.nbytes for array in dask.get(graph, key).values())
        for key in graph
        if is_called(key, "send", "merge_sent")
    ]
    how = shared_kernel(NAME).split
    assert sizes == [4 * how.bytes_per_row(8)] * (2 * 3 + 3)


def is_called(key: Any, *names: str) -> bool:
    return isinstance(key, str) and key.rsplit("-", 5)[0] in names


def places(key: Any, graph: dict[Any, Any]) -> set[Any]:
    """The places of the blocks of scores that a task takes, not through the messages of others."""
    found, waiting = set(), [key]
    while waiting:
        now = waiting.pop()
        if isinstance(now, tuple) and str(now[0]).startswith("scores"):
            found.add(now[1:])
        elif now == key or not is_called(now, "send", "merge_sent", "fill_block"):
            waiting += [one for one in dask.core.keys_in_tasks(graph, [graph[now]]) if one in graph]
    return found


def test_it_is_lazy_and_a_kernel_goes_to_other_processes() -> None:
    scores, labels = data()
    wrong = derive.dask.load(NAME)(da.from_array(scores, 4), np.full(ROWS, 11))[0]
    with pytest.raises(IndexError, match="t holds the label 11 .row 0., but labels go from 0 to 9"):
        wrong.compute()
    shared = pickle.loads(pickle.dumps(shared_kernel(NAME)))  # noqa: S301
    assert shared == shared_kernel(NAME)
    assert labels.size == ROWS


def test_what_is_wrong_is_said_in_one_line_before_anything_is_computed() -> None:
    scores, labels = data()
    load = derive.dask.load(NAME)
    for error, words, given in (
        (ValueError, r"t has shape \(3,\), which is not \(12,\)", (da.from_array(scores), labels[:3])),
        (TypeError, "x has dtype int64: vectors are float32 or float64", (da.ones((12, 10), dtype=int), labels)),
        (ValueError, "a chunk's size is not known: call compute_chunk_sizes", (unknown(scores), labels)),
        (TypeError, "missing a required argument: 't'", (da.from_array(scores),)),
    ):
        with pytest.raises(error, match=words):
            load(*given)
    with pytest.raises(SplitError, match="softmax_jacobian does not split over the classes"):
        derive.dask.load("softmax_jacobian")


def unknown(scores: np.ndarray) -> Any:
    blocks = da.from_array(scores, 4)
    return blocks[blocks[:, 0] > 0]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 4])
def test_a_worker_that_is_killed_in_the_middle_loses_nothing(workers: int) -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    rows, classes = 4000, 3000
    dice = da.random.default_rng(1)
    scores = dice.standard_normal((rows, classes), chunks=(500, 600)) * 5
    labels = np.arange(rows) % classes
    with distributed.LocalCluster(workers, threads_per_worker=1, dashboard_address=None) as cluster, \
            distributed.Client(cluster) as client:  # fmt: skip
        value, grad = derive.dask.load(NAME)(scores, labels)
        future = client.compute([value, (grad * grad).sum(axis=1)])
        while not any(client.who_has().values()):  # until some block has been computed
            time.sleep(0.01)
        assert not all(one.done() for one in future)
        victim = client.run(os.getpid)
        os.kill(next(iter(victim.values())), signal.SIGKILL)
        got, squares = client.gather(future)
    with dask.config.set(scheduler="synchronous"):
        whole = scores.compute()
    wanted, slope = derive.load(NAME)(whole, labels)
    np.testing.assert_allclose(got, wanted, rtol=1e-13)
    np.testing.assert_allclose(squares, (slope * slope).sum(axis=1), rtol=1e-12)


@pytest.mark.slow
def test_the_example_learns() -> None:
    pytest.importorskip("distributed", reason="distributed is not installed")
    command = [sys.executable, "examples/outgrow.py", "--rows", "4000", "--classes", "400", "--steps", "3"]
    told = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    losses = [float(one) for one in re.findall(r"a mean loss of ([\d.]+)", told.stdout)]
    assert told.returncode == 0 and len(losses) == 3, told.stderr
    assert abs(losses[0] - math.log(400)) < 1e-3 and losses == sorted(losses, reverse=True)
