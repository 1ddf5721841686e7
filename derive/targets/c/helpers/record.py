"""What a helper is: a small inline function of C, one text for both real types or one of no real type."""

from __future__ import annotations

from dataclasses import dataclass

from derive.targets.c.layout import fold
from derive.targets.c.reals import Real


@dataclass(frozen=True)
class Helper:
    """An inline function ``derive_<tag>_<name>``.

    apart: whether it stays a function of its own: called once for a row or a tile, it only makes a kernel longer.
    only:  the tag of the one type that it is for; empty where it is for both.

    In its text ``$real`` stands for the type, ``$tag`` for its tag, ``$zero`` and ``$one`` for its 0 and 1,
    ``$log`` for its logarithm, ``$index`` for the whole numbers of its size, ``$side`` for how many a vector holds.
    """

    name: str
    about: str
    parameters: str
    body: tuple[str, ...]
    returns: str = "$real"
    apart: bool = False
    only: str = ""


@dataclass(frozen=True)
class Inline:
    """A helper for one type, as the template of the support header takes it."""

    about: str
    head: str
    body: tuple[str, ...]
    apart: bool = False

    @property
    def opening(self) -> str:
        return "\n".join(fold(f"{'DERIVE_APART' if self.apart else 'DERIVE_INLINE'} {self.head} {{"))


def typed(helper: Helper, real: Real) -> Inline:
    """The helper for one type."""

    def fill(text: str) -> str:
        return (
            text.replace("$real", real.name)
            .replace("$tag", real.tag)
            .replace("$zero", real.literal(0.0))
            .replace("$one", real.literal(1.0))
            .replace("$index", real.index)
            .replace("$side", f"DERIVE_{real.tag.upper()}_SIDE")
            .replace("$log", f"derive_{real.tag}_log")
        )

    head = f"{fill(helper.returns)} derive_{real.tag}_{helper.name}({fill(helper.parameters)})"
    return Inline(helper.about, head, tuple(fill(line) for line in helper.body), helper.apart)
