"""Classes shared out among processes of PyTorch: of gloo, and threads that stand for processes, which is quick."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

import derive
from derive.errors import DeriveError
from derive.loading.shared_out import shared_formula
from derive.splits import SplitError
from derive.torch.slices import function_of_slices, loss_of_slices

ROOT = Path(__file__).resolve().parents[2]


class Threads:
    """What each of several threads sends, to all of them."""

    def __init__(self, classes: Sequence[int]) -> None:
        self.classes, self.sent = classes, [b""] * len(classes)
        self.barrier = threading.Barrier(len(classes), timeout=60)

    def at(self, place: int) -> Any:
        own = {
            "gather": lambda _, sent: self.gather(place, sent),
            "total": lambda _, sent: sum(np.frombuffer(b, sent.dtype) for b in self.gather(place, sent.tobytes())),
        }
        return type("Place", (), {"classes": self.classes, "place": place, **own})()

    def gather(self, place: int, sent: bytes) -> list[bytes]:
        self.sent[place] = sent
        self.barrier.wait()
        found = list(self.sent)
        self.barrier.wait()
        return found


def in_threads(classes: Sequence[int], work: Callable[[Any, slice], Any]) -> list[Any]:
    """What the work gives in each of them; the first error is raised."""
    threads, found = Threads(classes), [None] * len(classes)

    def run(place: int) -> None:
        begin = sum(classes[:place])
        try:
            found[place] = work(threads.at(place), slice(begin, begin + classes[place]))
        except BaseException as error:
            found[place] = error
            threads.barrier.abort()

    started = [threading.Thread(target=run, args=(place,)) for place in range(len(classes))]
    for one in started:
        one.start()
    for one in started:
        one.join()
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, threading.BrokenBarrierError):
            raise error
    return found


@pytest.mark.parametrize("classes", [[11], [4, 7], [5, 0, 6], [1, 7, 1, 2]], ids=str)
def test_value_and_gradient_of_a_loss_in_slices_are_those_of_the_whole(classes: list[int]) -> None:
    shared, whole = shared_formula("cross_entropy_label"), derive.torch.load("cross_entropy_label")
    scores = torch.randn(6, 11, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 9
    scores[1, :4], scores[2] = -torch.inf, 1.5
    labels = torch.tensor([0, 4, 10, 5, -100, 7])
    given = {"reduction": "mean"}

    def work(place: Any, mine: slice) -> tuple[Any, Any]:
        x = scores[:, mine].clone().requires_grad_()
        value = loss_of_slices(shared, place)(x, labels, **given)
        value.backward()
        return value.detach(), x.grad

    found = in_threads(classes, work)
    x = scores.clone().requires_grad_()
    value = whole(x, labels, **given)
    value.backward()
    for one, _ in found:
        torch.testing.assert_close(one, value.detach(), rtol=1e-14, atol=0)
        assert torch.equal(one, found[0][0])
    torch.testing.assert_close(torch.cat([grad for _, grad in found], 1), x.grad, rtol=1e-13, atol=1e-16)


def test_the_classes_may_be_any_axis_and_scores_have_several_rows() -> None:
    shared, whole = shared_formula("cross_entropy_label"), derive.torch.load("cross_entropy_label")
    scores = torch.randn(3, 7, 2, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[0, 6], [3, 2], [1, 5]])
    found = in_threads([3, 4], lambda place, mine: loss_of_slices(shared, place)(scores[:, mine], labels, axis=1))
    torch.testing.assert_close(found[1], whole(scores, labels, axis=1))


def test_what_is_wrong_is_said_in_one_line() -> None:
    with pytest.raises(
        DeriveError, match=r"there is no group of processes: call torch\.distributed\.init_process_group"
    ):
        derive.torch.load_sharded("softmax", 3)
    with pytest.raises(DeriveError, match="softmax_vjp is a kernel of softmax: load 'softmax', whose gradients come"):
        shared_formula("softmax_vjp")
    with pytest.raises(SplitError, match="softmax_jacobian does not split over the classes"):
        shared_formula("softmax_jacobian")
    with pytest.raises(IndexError, match="t holds the label 7"):
        in_threads(
            [3, 4],
            lambda place, mine: loss_of_slices(shared_formula("cross_entropy_label"), place)(
                torch.zeros(1, 7)[:, mine], torch.tensor([7])
            ),
        )


@pytest.mark.slow
@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_processes_of_gloo_have_what_one_has(many: int, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests/torch/processes.py")]
    started = [
        subprocess.Popen(
            [*command, str(place), str(many), str(tmp_path / "met")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        )
        for place in range(many)
    ]  # fmt: skip
    told = [one.communicate(timeout=300)[0] for one in started]
    assert [one.returncode for one in started] == [0] * many, "\n".join(told)
    assert all(text.endswith("right\n") for text in told)


SCORES = torch.randn(3, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
LABELS = torch.tensor([0, 3, 1])


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        ("mse", {"q": SCORES, "y": SCORES / 2}, "total"),
        ("cross_entropy_label", {"x": SCORES, "t": LABELS}, "gather"),
        ("weighted_cross_entropy", {"x": SCORES, "w": SCORES.exp(), "t": LABELS}, "gather"),
        ("layer_norm", {"x": SCORES}, "gather"),
    ],
)
def test_a_value_is_one_collective_and_what_is_added_is_added_on_the_way(
    name: str, given: dict[str, Any], sent: str
) -> None:
    seen: list[str] = []

    class Alone:
        classes, place = (4,), 0

        def gather(self, own: bytes) -> list[bytes]:
            seen.append("gather")
            return [own]

        def total(self, own: Any) -> Any:
            seen.append("total")
            return own

    found = function_of_slices(shared_formula(name), Alone())(**given)
    torch.testing.assert_close(found, derive.torch.load(name)(**given))
    assert seen == [sent]


def test_who_was_given_what_is_outside_a_domain_is_told_where_numbers_are_added() -> None:
    shared = shared_formula("bce_with_logits")

    def work(place: Any, mine: slice) -> str:
        answers = torch.ones(2, 4)
        answers[0, 3] = 2.0 if place.place == 1 else 0.5
        with pytest.raises(ValueError) as error:
            function_of_slices(shared, place)(x=torch.zeros(2, 4), y=answers)
        return str(error.value)

    told = in_threads([4, 4], work)
    assert "process 1 was given values outside a domain" in told[0]
    assert "y holds" in told[1]
