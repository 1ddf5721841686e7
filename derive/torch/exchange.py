"""What the processes of a group send each other: a message for each round.

It is gathered by all and merged in one order; where it is merged by adding, it is added on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
import torch.distributed as dist

from derive.loading.arrays import Array
from derive.loading.shards import Message
from derive.splits import Round, Summed
from derive.splits.rounds import Fetched


class Exchange(Protocol):
    """The processes that share out the classes.

    classes: how many each has, in order; place: which of them this is.
    """

    @property
    def classes(self) -> Sequence[int]: ...
    @property
    def place(self) -> int: ...
    def gather(self, sent: bytes) -> list[bytes]:
        """What each of them sent, as many bytes each, in order."""
        ...

    def total(self, sent: Array) -> Array:
        """The sum of what each of them sent, element by element, the same bits in all."""
        ...


class GroupExchange:
    """The processes of a group of ``torch.distributed``; making one is a collective call, to learn who has how many."""

    def __init__(self, classes: int, group: Any = None) -> None:
        self.group, self.place = group, dist.get_rank(group)
        self.classes: Sequence[int] = [
            int.from_bytes(one, "little") for one in self.gather(classes.to_bytes(8, "little"))
        ]

    def gather(self, sent: bytes) -> list[bytes]:
        own = torch.frombuffer(bytearray(sent), dtype=torch.uint8)
        found = [torch.empty_like(own) for _ in range(dist.get_world_size(self.group))]
        dist.all_gather(found, own, group=self.group)
        return [one.numpy().tobytes() for one in found]

    def total(self, sent: Array) -> Array:
        own = torch.from_numpy(sent)
        dist.all_reduce(own, group=self.group)
        found: Array = own.numpy()
        return found


def merges_by_adding(one: Round) -> bool:
    """Whether the merge of a round is a sum and no more."""
    return all(
        isinstance(part, Fetched) or (isinstance(part, Summed) and not (part.scales or part.without or part.moved))
        for part in one.parts
    )


def in_one_array(message: Message, place: int, wrong: bool) -> Array:
    """A message whose numbers are to be added, and before them how many do not count, and of which processes."""
    own = [np.ravel(message[name]) for name in sorted(message)]
    flags: Array = np.array([1, place] if wrong else [0, 0], own[0].dtype)
    return np.concatenate([flags, *(np.zeros_like(one) if wrong else one for one in own)])


def parted(total: Array, like: Message) -> Message:
    """The message of all processes."""
    found: Message = {}
    start = 2
    for name in sorted(like):
        own: Array = like[name]
        found[name] = total[start : start + own.size].reshape(own.shape)
        start += own.size
    return found


RIGHT, WRONG = b"\0", b"\1"
"""The first byte: whether what a process was given has a value."""


def packed(message: Message, wrong: bool) -> bytes:
    """A message and, before it, whether it counts; an array after the other, in the order of their names."""
    return b"".join(
        [WRONG if wrong else RIGHT, *(np.ascontiguousarray(message[name]).tobytes() for name in sorted(message))]
    )


def unpacked(sent: bytes, like: Message) -> Message | None:
    """The message of another process, whose arrays are like one's own; ``None``: it does not count."""
    found: Message = {}
    start = 1
    for name in sorted(like):
        own: Array = like[name]
        found[name] = np.frombuffer(sent, own.dtype, own.size, start).reshape(own.shape)
        start += own.nbytes
    return found if sent[:1] == RIGHT else None
