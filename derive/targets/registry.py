"""The targets, in the order in which they are built.  A new target is one line here.

A target for readers comes once for each language, and is called after both: ``kind/language``.
"""

from __future__ import annotations

from derive.system.offered import TARGETS as OFFERED
from derive.system.offered import OfferError, loaded, offered
from derive.targets.base import Target
from derive.targets.c import HALF_TARGET as C_HALF
from derive.targets.c import TARGET as C
from derive.targets.javascript import TARGET as JAVASCRIPT
from derive.targets.latex import TARGETS as LATEX
from derive.targets.markdown import TARGETS as MARKDOWN
from derive.targets.numpy import TARGET as NUMPY

_ALL: tuple[Target, ...] = (NUMPY, C, *LATEX, *MARKDOWN)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}
ON_REQUEST: dict[str, Target] = {target.name: target for target in (C_HALF, JAVASCRIPT)}
"""Those of which nothing is built unless they are named."""


def offered_targets() -> dict[str, Target]:
    """Those that installed packages offer.  Raises OfferError for an offer that is no target."""
    found: dict[str, Target] = {}
    for entry in offered(OFFERED).values():
        given = loaded(entry)
        for target in given if isinstance(given, tuple | list) else (given,):
            if not all(hasattr(target, needed) for needed in NEEDED):
                raise OfferError(f"{entry.value}, offered as a target, lacks one of: {', '.join(NEEDED)}")
            found.setdefault(target.name, target)
    return found


NEEDED = ("name", "folder", "formula_files", "shared_files", "signatures")
"""What every target has."""


def kind(name: str) -> str:
    """What all languages of a target are called together: ``a`` for ``a/en``; also its template folder."""
    return name.partition("/")[0]


def language(name: str) -> str | None:
    """The language of a target; ``None`` where it has none."""
    return name.partition("/")[2] or None
