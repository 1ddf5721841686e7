"""The stages, in order: a formula file goes in at the top, generated files come out at the bottom.

    1. load     files             -> Formulas         derive.catalogue
    2. derive   Formula           -> Derived          derive.calculus
    3. verify   Derived           -> (nothing wrong)  derive.verify
    4. lower    Formula, Derived  -> Built            derive.program
    5. print    Built             -> Rendered         derive.targets, derive.output.render
    6. write    Rendered          -> the folder       derive.output

``build`` runs them all; ``check`` stops before the last and compares instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.calculus.derive import derive_formula
from derive.calculus.records import Derived
from derive.catalogue import UnknownName, load_catalogue, select, unknown
from derive.language.formula import Formula
from derive.output.compare import Difference, compare
from derive.output.manifest import NAME, Scope
from derive.output.plan import Plan, recorded
from derive.output.render import Rendered, render_files
from derive.output.write import write_folder
from derive.program import programs
from derive.targets import text
from derive.targets.base import Built, Target
from derive.targets.registry import TARGETS
from derive.targets.templates import environment
from derive.verify.steps import check_derived


@dataclass(frozen=True)
class Job:
    """What the user asked for.

    out:       the folder of generated files.
    formulas:  formula files or folders beside the catalogue.
    only:      names of formulas; none: all.
    targets:   names of targets; none: all.
    templates: a template folder; ``None``: derive's own.
    """

    out: Path
    formulas: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    templates: Path | None = None

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(self.only) or None, frozenset(self.targets) or None)


@dataclass(frozen=True)
class Event:
    """A stage begins on a subject; ``done`` of ``total`` such steps lie behind."""

    stage: str
    subject: str
    done: int
    total: int


Tell = Callable[[Event], None]


def build(job: Job, tell: Tell = lambda event: None) -> Plan:
    """Formula files -> the folder.  Raises DeriveError, and writes nothing, where any stage before the last fails."""
    load = _load(job)  # 1. load
    clock = _Clock(tell, total=4 * len(load.chosen) + len(load.beside) + 1)
    built = []
    for formula in load.chosen:
        clock.step("derive", formula.name)
        derived = derive_formula(formula)  # 2. derive
        clock.step("verify", formula.name)
        check_derived(derived)  # 3. verify
        clock.step("lower", formula.name)
        built.append(_lower(formula, derived))  # 4. lower
    rendered = _print(load, built, job, clock)  # 5. print
    clock.step("write", str(job.out))
    return write_folder(job.out, rendered.files, rendered.manifest, job.scope)  # 6. write


def check(job: Job, tell: Tell = lambda event: None) -> list[Difference]:
    """What in the folder is out of step with its formulas and templates; writes nothing.

    Steps are not verified again: what equals the output of a build was verified by it.
    """
    load = _load(job)
    clock = _Clock(tell, total=2 * len(load.chosen) + len(load.beside) + 1)
    built = []
    for formula in load.chosen:
        clock.step("derive", formula.name)
        built.append(build_formula(formula))
    rendered = _print(load, built, job, clock)
    clock.step("compare", str(job.out))
    return compare(job.out, rendered.files, rendered.manifest, job.scope)


def render(formulas: Sequence[Formula], targets: Iterable[str] = (), templates: Path | None = None) -> dict[str, str]:
    """Every file of these formulas, path -> text, the manifest included: what ``build`` would put into a new folder."""
    built = [build_formula(formula) for formula in formulas]
    rendered: Rendered = render_files(built, select_targets(targets), templates)
    return {**rendered.files, NAME: rendered.manifest.text}


def build_formula(formula: Formula) -> Built:
    """Stages 2 and 4 for one formula: derived and lowered, not verified."""
    return _lower(formula, derive_formula(formula))


def verified(formula: Formula) -> Built:
    """Stages 2, 3 and 4 for one formula.  Raises DeriveError where a step is wrong."""
    derived = derive_formula(formula)
    check_derived(derived)
    return _lower(formula, derived)


def text_page(built: Built, *, unicode: bool = True) -> str:
    """The derivation as a terminal shows it; ``unicode=False`` for one that knows ASCII alone."""
    return text.render(built) if unicode else text.render_ascii(built)


def latex_page(built: Built, templates: Path | None = None) -> str:
    """The derivation as the LaTeX page that a build writes."""
    (target,) = select_targets(["latex"])
    return "".join(target.formula_files(built, environment(templates)).values())


def select_targets(names: Iterable[str]) -> tuple[Target, ...]:
    """The targets of these names, in the registry's order; no names: all of them."""
    wanted = set(names)
    for name in sorted(wanted - TARGETS.keys()):
        raise UnknownName(unknown("target", name, TARGETS))
    return tuple(target for name, target in TARGETS.items() if not wanted or name in wanted)


@dataclass(frozen=True)
class _Load:
    """The formulas to build; the targets; the formulas that lie beside them in the folder, and in which targets.

    A file that belongs to all formulas (a build file, a main document) tells of those beside as well.
    """

    chosen: tuple[Formula, ...]
    targets: tuple[Target, ...]
    beside: tuple[Formula, ...]
    present: Mapping[str, frozenset[str]]


def _load(job: Job) -> _Load:
    catalogue = load_catalogue(job.formulas)
    chosen, targets = select(catalogue, job.only), select_targets(job.targets)
    there = recorded(job.out)
    present = {target.name: frozenset(there.formulas(target.name)) for target in targets}
    names = frozenset().union(*present.values())
    beside = tuple(formula for formula in catalogue if formula not in chosen and formula.name in names)
    return _Load(chosen, targets, beside, present)


def _print(load: _Load, built: Sequence[Built], job: Job, clock: _Clock) -> Rendered:
    beside = []
    for formula in load.beside:
        clock.step("derive", formula.name)
        beside.append(build_formula(formula))
    neighbours = {target: [b for b in beside if b.formula.name in names] for target, names in load.present.items()}
    return render_files(built, load.targets, job.templates, neighbours, lambda name: clock.step("print", name))


def _lower(formula: Formula, derived: Derived) -> Built:
    return Built(formula, derived, programs(formula, derived))


class _Clock:
    """Counts the steps of a job and tells each as it begins."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def step(self, stage: str, subject: str) -> None:
        self._tell(Event(stage, subject, self._done, self._total))
        self._done += 1
