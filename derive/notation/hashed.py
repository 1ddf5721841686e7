"""Trees whose hash is computed once: tables by parts of a tree ask for that of every part, again and again."""

from __future__ import annotations

from typing import Any, TypeVar

DataClass = TypeVar("DataClass", bound=type)


def hashed(kind: DataClass) -> DataClass:
    """A frozen data class that keeps its hash; in another process, where that of a text is another, it is made anew."""
    whole: Any = kind.__hash__

    def kept(self: Any) -> int:
        found: int | None = self.__dict__.get("_hash")
        if found is None:
            found = whole(self)
            object.__setattr__(self, "_hash", found)
        return found

    def state(self: Any) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_hash"}

    plain: Any = kind
    plain.__hash__, plain.__getstate__ = kept, state
    return kind
