"""Stages of a build whose results are kept: what one makes is looked up by what it is made from.

That is the bytes of what it is given, the code that it runs (:mod:`derive.store.closure`), the libraries, and words.  A
stage is given the results of others, so that where a change of code makes the same result, nothing after it is made
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar

from derive.store.cache import key_of
from derive.store.closure import code_of, path_of
from derive.store.frozen import FrozenError, freeze, modules, thaw
from derive.store.shelf import Records
from derive.store.sources import libraries, runs_as_it_lies

T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """A step of the way.

    modules: what does it; all that these import has a say as well.  What others than derive do is never kept.
    alone:   modules of which their own file alone has a say.
    """

    name: str
    modules: tuple[str, ...]
    alone: tuple[str, ...] = ()


class Kept(Generic[T]):
    """A result, as it was made or as it was kept; read only when it is asked for."""

    def __init__(self, content: bytes | None, value: T | None = None, made: bool = False) -> None:
        self.content, self.made = content, made
        if made:
            self.value = value  # type: ignore[assignment]  # in place of the property below

    @cached_property
    def value(self) -> T:
        assert self.content is not None
        return thaw(self.content)  # type: ignore[no-any-return]

    @cached_property
    def digest(self) -> str | None:
        """``None``: it cannot be written down, and so nothing that is made from it is kept."""
        return None if self.content is None else sha256(self.content).hexdigest()

    @cached_property
    def modules(self) -> tuple[str, ...]:
        return () if self.content is None else modules(self.content)


@dataclass(frozen=True)
class StageStore:
    """Where results are kept.

    records: ``None``: nowhere, and everything is made.
    reads:   whether what is there already is used.
    """

    records: Records | None = None
    reads: bool = True

    def given(self, value: T) -> Kept[T]:
        """What a first stage is given."""
        return Kept(self._written(value), value, made=True)

    def kept(
        self, stage: Stage, given: Sequence[Kept[Any]], make: Callable[[], T], words: Sequence[str] = ()
    ) -> Kept[T]:
        """The result of a stage: that which was kept of the same, or else what ``make`` makes."""
        key = self._key(stage, given, words)
        if key is not None and self.reads:
            content = self.records.get(key) if self.records is not None else None
            if content is not None and _can_be_read(content):
                return Kept(content)
        value = make()
        content = None if key is None else self._frozen(value)
        if content is not None and self.records is not None and runs_as_it_lies():
            self.records.put(str(key), content)
        return Kept(content, value, made=True)

    def _key(self, stage: Stage, given: Sequence[Kept[Any]], words: Sequence[str]) -> str | None:
        digests = [one.digest for one in given]
        if self.records is None or None in digests or None in map(path_of, stage.modules):
            return None
        code = code_of(
            tuple(sorted({*stage.modules, *_READING, *(name for one in given for name in one.modules)})), stage.alone
        )
        return key_of("stage", stage.name, *libraries(), code, str(len(digests)), *map(str, digests), *words)

    def _frozen(self, value: Any) -> bytes | None:
        """Only where it comes back as it was."""
        try:
            content = self._written(value)
            return content if content is None or freeze(thaw(content)) == content else None
        except FrozenError:
            return None

    def _written(self, value: Any) -> bytes | None:
        try:
            return None if self.records is None else freeze(value)
        except FrozenError:
            return None


_READING = ("derive.store.frozen",)


def _can_be_read(content: bytes) -> bool:
    try:
        modules(content)
    except (ValueError, IndexError, TypeError):
        return False
    return True
