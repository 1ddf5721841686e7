"""Writes into docs/scale.md what each way to split costs, on paper and on this machine.

python docs/scale_table.py

A model of four numbers - the rate of a kernel, that of a shard of it, the bytes of a link in a second, its delay - says
what a row costs on any number of workers.  The kernels are measured here, the links are stated; two processes of this
machine, joined by a pipe that is measured too, are the check: the model has to be within a factor of two.
"""

from __future__ import annotations

import multiprocessing
import re
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import derive
from derive.bench.hardware import processor
from derive.loading.shards import Shard, cut, finished, merge_messages, message
from derive.loading.shared_out import shared_formula
from derive.splits import Split

PAGE = Path(__file__).resolve().parent / "scale.md"
KERNEL = "cross_entropy_label_value_and_grad"
ITEM, ROWS, TRIED = 4, 256, 16_384
"""Bytes of a number; rows of a call; classes of the check, of which the rates are measured on half."""
WORKERS, CLASSES = (1, 10, 100, 1_000, 10_000), (1_000, 32_000, 1_000_000)
REPEATS, SEVERAL, CLOSE = 20, 3, 2.0


@dataclass(frozen=True)
class Link:
    """Bytes in a second that a worker sends or receives, and the seconds before the first one comes."""

    name: str
    rate: float
    delay: float


LINKS = (Link("10 Gbit/s", 1.25e9, 50e-6), Link("400 Gbit/s", 50e9, 5e-6))


@dataclass(frozen=True)
class Model:
    """whole, shard: classes in a second, by the C kernel on whole rows and by a shard in NumPy.

    sent:   bytes that a shard sends for a row, in all rounds.
    rounds: how many there are.
    """

    whole: float
    shard: float
    sent: int
    rounds: int

    def by_rows(self, classes: int, workers: int) -> float:
        """Seconds a row where whole rows lie with the workers: nothing moves."""
        return classes / workers / self.whole

    def moved(self, classes: int, workers: int) -> float:
        """Bytes a row and worker where classes lie with the workers, and rows are wanted: scores there, slopes back."""
        return 2 * ITEM * classes * (workers - 1) / workers**2

    def by_rows_moved(self, classes: int, workers: int, link: Link) -> float:
        delay = 2 * link.delay / ROWS if workers > 1 else 0
        return self.by_rows(classes, workers) + self.moved(classes, workers) / link.rate + delay

    def received(self, workers: int) -> float:
        """Bytes a row and worker where classes stay where they lie: the messages of the others."""
        return self.sent * (workers - 1)

    def by_classes(self, classes: int, workers: int, link: Link) -> float:
        delay = self.rounds * link.delay / ROWS if workers > 1 else 0
        return classes / workers / self.shard + self.received(workers) / link.rate + delay


# --- what is measured ---------------------------------------------------------------------------------------------


def given(classes: int) -> tuple[Any, Any]:
    dice = np.random.default_rng(0)
    return dice.standard_normal((ROWS, classes), np.float32), dice.integers(classes, size=ROWS)


def shard_of(x: Any, t: Any) -> Shard:
    return Shard({"x": x}, {"t": t}, {}, 0, x.shape[1])


def in_turn(split: Split, shard: Shard, exchange: Callable[[Any], list[Any]]) -> Any:
    """One shard's part, with what gives it the messages of all."""
    merged: list[Any] = []
    for number in range(len(split.rounds)):
        merged.append(merge_messages(split, number, exchange(message(split, number, shard, merged)), shard))
    return finished(split, shard, merged)


# --- two processes of this machine ----------------------------------------------------------------------------------


def both_ways(link: Any, first: bool, value: Any) -> Any:
    """What the other sends; one speaks, then the other, so that none waits for a full pipe."""
    if first:
        link.send(value)
        return link.recv()
    other = link.recv()
    link.send(value)
    return other


def ways(split: Split, link: Any, first: bool) -> dict[str, Callable[[], Any]]:
    """What each of the two processes does, way by way."""
    x, t = given(TRIED)
    kernel = derive.load(KERNEL, "c")
    if hasattr(kernel, "threads"):
        kernel.threads = 1
    half, middle = TRIED // 2, ROWS // 2
    mine = cut(shard_of(x, t), (half, TRIED))[0 if first else 1]
    rows, held = slice(0, middle) if first else slice(middle, ROWS), np.ascontiguousarray(mine.vectors["x"])
    theirs, whole, labels = (
        slice(middle, ROWS) if first else slice(0, middle),
        np.empty((middle, TRIED), np.float32),
        t[rows],
    )
    out = np.empty(middle, np.float32), np.empty((middle, TRIED), np.float32)
    own, other = (slice(0, half), slice(half, TRIED)) if first else (slice(half, TRIED), slice(0, half))

    def exchanged(sent: Any) -> list[Any]:
        got = both_ways(link, first, sent)
        return [sent, got] if first else [got, sent]

    def moved() -> None:
        whole[:, own], whole[:, other] = held[rows], both_ways(link, first, held[theirs])
        kernel(whole, labels, out=out)
        both_ways(link, first, out[1][:, other])

    few, few_out = np.ascontiguousarray(x[:, :half]), (np.empty(ROWS, np.float32), np.empty((ROWS, half), np.float32))
    return {
        "kernel": lambda: kernel(few, t % half, out=few_out),
        "shard": lambda: in_turn(split, shard_of(few, t % half), lambda message: [message]),
        "rows": lambda: kernel(x[rows], labels, out=out),
        "rows, moved": moved,
        "classes": lambda: in_turn(split, mine, exchanged),
        "delay": lambda: both_ways(link, first, b""),
        "link": lambda: both_ways(link, first, held[theirs]),
    }


def several(call: Callable[[], Any]) -> None:
    """So often that to wake up for it costs little."""
    for _ in range(SEVERAL):
        call()


def other(split: Split, link: Any) -> None:
    called = ways(split, link, False)
    for _ in range(REPEATS):
        for call in called.values():
            link.recv()
            several(call)
            link.send(None)


def model_of(split: Split, seen: Mapping[str, float]) -> Model:
    """By what a process alone with its own does in a second, while the other is at the same work."""
    many = ROWS * (TRIED // 2)
    return Model(many / seen["kernel"], many / seen["shard"], split.bytes_per_row(ITEM), len(split.rounds))


def on_two(split: Split) -> dict[str, float]:
    """Seconds of each way, on two processes together: the least of many rounds, each of which goes through all ways."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=other, args=(split, there))
    process.start()
    called = ways(split, here, True)
    found = dict.fromkeys(called, float("inf"))
    for _ in range(REPEATS):
        for name, call in called.items():
            start = perf_counter()
            here.send(None)
            several(call)
            here.recv()
            found[name] = min(found[name], (perf_counter() - start) / SEVERAL)
    process.join()
    return found


# --- what is written ----------------------------------------------------------------------------------------------


def table(model: Model, link: Link) -> str:
    lines = [
        f"| {link.name}: classes | workers | rows, which lie there | rows, moved | bytes | classes | bytes | least |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for classes in CLASSES:
        for workers in WORKERS:
            costs = model.by_rows_moved(classes, workers, link), model.by_classes(classes, workers, link)
            least = "rows" if workers == 1 else "classes" if costs[1] < costs[0] else "rows, moved"
            lines.append(
                f"| {classes:,} | {workers:,} | {micro(model.by_rows(classes, workers))} | {micro(costs[0])} | "
                f"{model.moved(classes, workers):,.0f} | {micro(costs[1])} | {model.received(workers):,.0f} | {least} |"
            )
    return "\n".join(lines)


def micro(seconds: float) -> str:
    found = seconds * 1e6
    return "< 0.001 µs" if found < 1e-3 else f"{found:.3g} µs" if found < 100 else f"{found:,.0f} µs"


def turns(model: Model, link: Link) -> str:
    """For how many workers the classes stay where they lie for less than it costs to move rows."""
    as_it_is, as_fast = (
        "; ".join(f"{classes:,} classes, {_wins(one, classes, link)}" for classes in CLASSES)
        for one in (model, replace(model, shard=model.whole))
    )
    return filled(
        f"With {link.name}, the classes stay where they lie for less than rows are moved: {as_it_is}. Were a shard as "
        f"fast as the C kernel: {as_fast}. Between two workers and {CLASSES[-1]:,} classes it is so as it stands where "
        f"a link moves less than {_slow(model) / 1e6:.0f} MB/s."
    )


def _wins(model: Model, classes: int, link: Link) -> str:
    many = range(2, WORKERS[-1] + 1)
    wins = [n for n in many if model.by_classes(classes, n, link) < model.by_rows_moved(classes, n, link)]
    return f"{wins[0]:,} to {wins[-1]:,} workers" if wins else "on no number of workers"


def _slow(model: Model) -> float:
    """Bytes in a second at which both ways take two workers as long, delays apart."""
    classes, none = CLASSES[-1], Link("", float("inf"), 0)
    longer = model.by_classes(classes, 2, none) - model.by_rows(classes, 2)
    return (model.moved(classes, 2) - model.received(2)) / longer


def filled(text: str) -> str:
    return textwrap.fill(text, 126, break_long_words=False, break_on_hyphens=False)


def check(model: Model, seen: Mapping[str, float]) -> tuple[str, bool]:
    pipe = Link("the pipe", ITEM * ROWS * TRIED / 2 / (seen["link"] - seen["delay"]), seen["delay"])
    paper = {
        "rows": model.by_rows(TRIED, 2) + pipe.delay / ROWS,
        "rows, moved": model.by_rows_moved(TRIED, 2, Link("", pipe.rate / 2, pipe.delay)),
        "classes": model.by_classes(TRIED, 2, Link("", pipe.rate / 2, 2 * pipe.delay)),
    }
    lines = ["| two processes | on paper, a row | measured | ratio |", "|---|---|---|---|"]
    ratios = {name: seen[name] / ROWS / told for name, told in paper.items()}
    lines += [f"| {n} | {micro(told)} | {micro(seen[n] / ROWS)} | {ratios[n]:.2f} |" for n, told in paper.items()]
    told = f"The pipe moves {pipe.rate / 1e9:.2g} GB/s, a message takes {pipe.delay * 1e6:.0f} µs there and back."
    return "\n".join([*lines, "", told]), all(1 / CLOSE < ratio < CLOSE for ratio in ratios.values())


def main() -> int:
    split = shared_formula("cross_entropy_label").both.split
    seen = on_two(split)
    model = model_of(split, seen)
    checked, close = check(model, seen)
    rates = (
        f"Measured on {processor()}, two processes of one thread at the same work: the C kernel does "
        f"{model.whole / 1e9:.2g}·10⁹ classes a second, a shard in NumPy {model.shard / 1e9:.2g}·10⁹; a shard sends "
        f"{model.sent} bytes a row."
    )
    parts = [filled(rates), *(part for link in LINKS for part in (table(model, link), turns(model, link))), checked]
    text = PAGE.read_text(encoding="utf-8")
    between = "\n\n".join(("<!-- made -->", *parts, "<!-- end -->"))
    made = re.sub("<!-- made -->.*<!-- end -->", lambda found: between, text, flags=re.DOTALL)
    if not close:
        print(f"{checked}\nthe model is further than a factor of {CLOSE:g} from this machine: nothing is written")
        return 1
    PAGE.write_text(made, encoding="utf-8")
    print(f"{PAGE}: written\n{checked}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
