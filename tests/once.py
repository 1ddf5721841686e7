"""What is derived and lowered of a formula, as a build makes it: once in a run of the tests, for all of its processes.

Not for tests of how it is made: those call what makes it.
"""

from __future__ import annotations

from functools import cache, partial

from derive.algebra.records import Derived
from derive.kernels import programs
from derive.language.formula import Formula
from derive.pipeline import DERIVE, LOWER
from derive.proofs import derive_formula
from derive.store.cache import cache_folder, private_folder
from derive.store.shelf import Records
from derive.store.stages import Kept, StageStore
from derive.targets import Built


@cache
def derived(formula: Formula) -> Derived:
    return _derived(formula).value


@cache
def built(formula: Formula) -> Built:
    """Not verified, as that of ``derive.pipeline.build_formula``."""
    store, found = _store(), _derived(formula)
    lowered = store.kept(LOWER, [store.given(formula), found], lambda: programs(formula, found.value))
    return Built(formula, found.value, lowered.value)


@cache
def _derived(formula: Formula) -> Kept[Derived]:
    store = _store()
    return store.kept(DERIVE, [store.given(formula)], partial(derive_formula, formula))


@cache
def _store() -> StageStore:
    return StageStore(Records(private_folder(cache_folder() / "made")))
