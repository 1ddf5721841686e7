"""``derive audit``: in one line each what was found, and a status."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.cli.door import run

MINE = """
import numpy as np

def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)

def backward(x, g):
    s = softmax(x)
    return s * g

def mean_loss(x, t, weight):
    losses = -np.log(softmax(x)[np.arange(len(x)), t])
    return (weight[t] * losses).mean()
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert run(["audit", *words]) == status
    out, err = capsys.readouterr()
    return out + err


def test_a_right_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "mine.py::softmax", "--formula", "softmax").startswith("mine.py::softmax: it is softmax (")


def test_a_wrong_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = said(capsys, "mine.py::backward", "--formula", "softmax", "--as", "vjp", status=1).splitlines()
    assert first == "mine.py::backward: it is not softmax_vjp: at x = [0], g = [1] it gives grad[0] = 1, right is 0"
    assert second == "mine.py::backward: what explains it: the term -sum_k g_k * s_k is missing"


def test_a_mean(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["mine.py::mean_loss", "--formula", "cross_entropy_label", "--option", "weight", "--option"]
    told = said(capsys, *words, "reduction=mean", status=1)
    assert "it divides by the number of rows, not by the weights of those that count" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mine.py::nothing", "--formula", "softmax"], "mine.py: it has no function called 'nothing'"),
        (["mine.py::softmax", "--formula", "softmx"], "did you mean softmax"),
        (["mine.py::softmax", "--formula", "softmax", "--as", "grad"], "softmax has nothing that is called 'grad'"),
        (["mine.py::softmax", "--formula", "logsumexp", "--option", "wieght"], "no option is called 'wieght'"),
        (["mine.py::softmax", "--formula", "logsumexp"], "for one row of 2 classes it gives the shape (1, 2)"),
    ],
)
def test_what_is_refused(here: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    assert run(["audit", *words]) in (1, 2)
    out, err = capsys.readouterr()
    assert told in err and not out and err.count("\n") == 1
