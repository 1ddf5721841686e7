"""The stages, in order: a formula file goes in at the top, generated files come out at the bottom.

    1. load     files             -> Catalogue        derive.catalogue
    2. derive   Formula           -> Derived          derive.derivations
    3. lower    Formula, Derived  -> Built            derive.kernels
    4. verify   Built             -> its programs,    derive.verify
                                     with their bounds
    5. print    Built             -> Printed          derive.targets, derive.output.render
    6. write    Printed of all    -> the folder       derive.output

``build`` runs them all; ``check`` stops before the last and compares instead.  From 2 to 5 a formula goes by itself,
in whichever process has time for it.  What a build makes in these stages is kept (derive.store), and found by the next
one for as long as all that it was made from is the same; ``check`` makes everything anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from derive.algebra.records import Derived, Example
from derive.catalogue import Catalogue, load_topics, open_catalogue, select
from derive.document import in_brief
from derive.job import Job, select_targets
from derive.kernels import kernels, programs, stages
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.topics import Topic
from derive.loops.ir import Program
from derive.output import Difference, Parts, Plan, Printed, Rendered, print_formula, render_files, write_folder
from derive.output.compare import compare
from derive.output.files import refuse_unwritable
from derive.output.manifest import NAME, Manifest
from derive.output.plan import recorded
from derive.output.present import texts
from derive.progress import Clock, Tell
from derive.proofs import derive_formula
from derive.store.stages import Kept, Stage, StageStore
from derive.system.processes import Crew
from derive.targets import Built, Gathering, Target, text
from derive.targets.registry import TARGETS
from derive.targets.templates import BUILD, environment
from derive.targets.words import LANGUAGES, Words
from derive.verify import check_derived, check_programs, check_topics, example
from derive.verify.floats import held

NAMED = 12
"""So many kernels are named in one line."""

Warn = Callable[[str], None]
Spent = Callable[[str, str, float], None]
ALONE = Crew(0, __name__)
"""No other process."""
NOWHERE = StageStore()
"""Nothing is kept, and nothing is found."""

HERE = (__name__,)
DERIVE = Stage("derive", ("derive.proofs.derive",), HERE)
LOWER = Stage("lower", ("derive.kernels",), HERE)
CHECK = Stage("check", ("derive.verify",), HERE)
HOLD = Stage("hold", ("derive.verify", "derive.verify.floats"), HERE)
SHOW = Stage("show", ("derive.verify",), HERE)
ASK = Stage("ask", ("derive.verify",), HERE)
"""The stages whose results are kept, each with the code that makes them."""


def build(
    job: Job,
    tell: Tell = lambda event: None,
    warn: Warn = lambda text: None,
    others: Crew = ALONE,
    store: StageStore = NOWHERE,
    spent: Spent = lambda stage, subject, seconds: None,
) -> Plan:
    """Formula files -> the folder.  Raises DeriveError, and writes nothing, where any stage before the last fails.

    warn:   told of the kernels that lose digits on some rows; a strict job fails instead.
    others: the processes with which the formulas are shared.
    store:  what earlier builds made, and where what this one makes is kept.
    spent:  told what a stage took on a formula, or ("") on all, in whichever process.
    """
    refuse_unwritable(job.out)
    with timed(partial(spent, "load", "")):
        load = _load(job)  # 1. load
    clock = Clock(tell, _steps(load))
    topics = load.catalogue.topics
    store.kept(ASK, [store.given(topics)], lambda: check_topics(topics))
    printed = _made(load, job, True, others, clock, store)  # 2. to 5., formula by formula
    for one in printed:
        for stage, seconds in one.seconds.items():
            spent(stage, one.printed.name, seconds)
    _refuse_or_warn([name for one in printed for name in one.lost], job.strict, warn)
    with timed(partial(spent, "print", "")):
        rendered = _together(load, [one.printed for one in printed], job, clock, store)
    clock.step("write", str(job.out))
    with timed(partial(spent, "write", "")):
        plan = write_folder(job.out, rendered.files, rendered.manifest, job.scope)  # 6. write
    _tell_of_others(plan, load.there, warn)
    return plan


def check(job: Job, tell: Tell = lambda event: None, others: Crew = ALONE) -> list[Difference]:
    """What in the folder is out of step with its formulas and templates; writes nothing.

    Steps are not verified again: what equals the output of a build was verified by it.
    """
    load = _load(job)
    clock = Clock(tell, _steps(load))
    printed = [one.printed for one in _made(load, job, False, others, clock, NOWHERE)]
    rendered = _together(load, printed, job, clock, NOWHERE)
    clock.step("compare", str(job.out))
    return compare(job.out, rendered.files, rendered.manifest, job.scope)


def render(
    formulas: Sequence[Formula],
    targets: Iterable[str] = (),
    templates: Path | None = None,
    topics: Sequence[Topic] | None = None,
) -> dict[str, str]:
    """Every file of these formulas, path -> text, the manifest included: what ``build`` would put into a new folder.

    topics: default: derive's own.
    """
    catalogue, chosen = (
        Catalogue(tuple(formulas), tuple(load_topics() if topics is None else topics)),
        select_targets(targets),
    )
    printed = [make(Order(f, catalogue.topic_of(f), chosen, templates)).printed for f in formulas]
    rendered = render_files(printed, chosen, templates, order=catalogue.reading_order)
    return {**rendered.files, NAME: rendered.manifest.text}


@dataclass(frozen=True)
class Order:
    """What is to be made of one formula.

    topic:   the page of the theory on which it stands.
    checks:  whether its steps and programs are verified; that they are right is taken for granted otherwise.
    command: what makes its folder anew, which its files say.
    """

    formula: Formula
    topic: Topic | None
    targets: tuple[Target, ...]
    templates: Path | None
    checks: bool = False
    store: StageStore = NOWHERE
    command: str = BUILD


@dataclass(frozen=True)
class Made:
    """lost: the kernels that keep to no bound; seconds: what each stage took."""

    printed: Printed
    lost: tuple[str, ...]
    seconds: Mapping[str, float]


def make(order: Order, step: Callable[[str, str], None] = lambda stage, subject: None) -> Made:
    """Stages 2 to 5 for one formula; it leans on no other, so that any process may do it.

    step: told of each stage as it begins, or that its result was found.
    """
    formula, way = order.formula, _Way(order.formula.name, order.store, step)
    given = order.store.given(formula)
    derived = way.kept("derive", DERIVE, [given], partial(derive_formula, formula))
    lowered = way.kept("lower", LOWER, [given, derived], lambda: programs(formula, derived.value))
    held = way.kept("verify", HOLD, [lowered], lambda: _verified(order, derived, lowered), [str(order.checks)])
    examples = order.store.kept(SHOW, [derived], lambda: _examples(derived.value))
    lost = order.store.kept(LOST, [held], lambda: tuple(p.name for p in held.value if p.bound is None))
    parts = Parts(given, order.topic, derived, held, examples)
    printed = print_formula(
        parts, order.targets, order.templates, order.store, partial(way.timed, "print"), order.command
    )
    way.ends("print")
    return Made(printed, lost.value, way.seconds)


LOST = Stage("lost", (), HERE)


def _verified(order: Order, derived: Kept[Derived], lowered: Kept[tuple[Program, ...]]) -> tuple[Program, ...]:
    """Raises DeriveError where a step or a program is wrong."""
    if order.checks:
        order.store.kept(CHECK, [derived], lambda: check_derived(derived.value))
        check_programs(lowered.value)
    return held(lowered.value)


class _Way:
    """The stages of one formula as they are told, and the time that they take."""

    def __init__(self, name: str, store: StageStore, step: Callable[[str, str], None]) -> None:
        self._name, self._store, self._step = name, store, step
        self.seconds: dict[str, float] = {}

    def kept(
        self, stage: str, what: Stage, given: Sequence[Kept[Any]], make: Callable[[], Any], words: Sequence[str] = ()
    ) -> Kept[Any]:
        found = self._store.kept(what, given, self.timed(stage, make), words)
        self.ends(stage)
        return found

    def timed(self, stage: str, make: Callable[[], Any]) -> Callable[[], Any]:
        """What makes it, with its time; the stage is told as it begins."""

        def begin() -> Any:
            if stage not in self.seconds:
                self._step(stage, self._name)
            with timed(partial(self._took, stage)):
                return make()

        return begin

    def ends(self, stage: str) -> None:
        if stage not in self.seconds:
            self._step("recall", self._name)

    def _took(self, stage: str, seconds: float) -> None:
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds


@contextmanager
def timed(spent: Callable[[float], None]) -> Iterator[None]:
    """Tells what it took, when it is over."""
    start = time.perf_counter()
    yield
    spent(time.perf_counter() - start)


def build_formula(formula: Formula) -> Built:
    """Stages 2 and 3 for one formula: derived and lowered, not verified; all that its kernels need."""
    return _lower(formula, derive_formula(formula))


def verified(formula: Formula, catalogue: Catalogue) -> Built:
    """Stages 2 to 4 for one formula of a catalogue.  Raises DeriveError where a step or a program is wrong."""
    built = build_formula(formula)
    return _described(replace(built, programs=verify(built)), catalogue.topic_of(formula))


def verify(built: Built) -> tuple[Program, ...]:
    """Stage 4 for one formula: its programs with what is to be said of their digits.

    Raises DeriveError where a step or a program is wrong.
    """
    check_derived(built.derived)
    check_programs(built.programs)
    return measured(built)


def measured(built: Built) -> tuple[Program, ...]:
    """The programs of a formula with what is to be said of their digits; that they are right is taken for granted."""
    return held(built.programs)


def _refuse_or_warn(names: Sequence[str], strict: bool, warn: Warn) -> None:
    """Of the kernels that keep to no bound.  Raises DeriveError where a strict job has one."""
    if not names:
        return
    if strict:
        raise DeriveError(f"{_listed(names)}: digits are lost on some rows; build without --strict to read which")
    warn(f"digits are lost on some rows, which the notes of each kernel name: {_listed(names)}")


def _tell_of_others(plan: Plan, there: Manifest, warn: Warn) -> None:
    """Of files that are gone because nobody named their target, which has to be named."""
    gone = sorted({there.files[path].target for path in plan.removed if path in there.files} - TARGETS.keys())
    if gone:
        named = " ".join(f"--target {name}" for name in gone)
        warn(f"the files of {_listed(gone)} are removed, for they are built only where they are named: {named}")


def _listed(names: Sequence[str]) -> str:
    rest = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *rest])


def text_page(
    built: Built,
    *,
    unicode: bool = True,
    words: Words = LANGUAGES["en"],
    columns: int = text.WIDTH,
    brief: bool = False,
) -> str:
    """The derivation as a terminal of so many columns shows it; ``unicode=False`` for one that knows ASCII alone.

    brief: the lesson without the record: key steps, and no list of the rules.
    """
    page = text.render if unicode else text.render_ascii
    return page(briefly(built) if brief else built, words, columns, rules=not brief)


def briefly(built: Built) -> Built:
    """What was derived, as the lesson alone: the first derivatives and the theorems, in their key steps."""
    return replace(built, derived=in_brief(built.derived))


def passes_page(derived: Derived) -> str:
    """The program of each kernel of a formula after each pass."""
    found = kernels(derived.formula, derived)
    return "\n".join(text.passes_text(stages(derived.formula, kernel)) for kernel in found)


def latex_page(built: Built, templates: Path | None = None, words: Words = LANGUAGES["en"]) -> str:
    """The derivation as the LaTeX page that a build writes."""
    (target,) = select_targets(["latex"], [words.language])
    return "".join(target.formula_files(built, environment(templates)).values())


@dataclass(frozen=True)
class _Load:
    """The formulas to build; the targets; the formulas that lie beside them in the folder, in which targets; all there.

    A file that belongs to all formulas (a build file, a main document) tells of those beside as well.
    """

    catalogue: Catalogue
    chosen: tuple[Formula, ...]
    targets: tuple[Target, ...]
    beside: tuple[Formula, ...]
    present: Mapping[str, frozenset[str]]
    there: Manifest


def _load(job: Job) -> _Load:
    targets, there = select_targets(job.targets, job.languages), recorded(job.out)
    present = {target.name: frozenset(there.formulas(target.name)) for target in targets}
    names = frozenset().union(*present.values())
    catalogue = open_catalogue(job.formulas, job.catalogue, {*job.only, *names} if job.only else ())
    chosen = select(catalogue, job.only)
    beside = tuple(formula for formula in catalogue.formulas if formula not in chosen and formula.name in names)
    return _Load(catalogue, chosen, targets, beside, present, there)


STAGES = 4
"""So many does each formula go through by itself."""


def _steps(load: _Load) -> int:
    return STAGES * len(load.chosen) + len(load.beside) + 1


def _made(load: _Load, job: Job, checks: bool, others: Crew, clock: Clock, store: StageStore) -> list[Made]:
    topics = load.catalogue.topic_of
    return others.share(
        make,
        [
            Order(formula, topics(formula), load.targets, job.templates, checks, store, job.command([formula]))
            for formula in load.chosen
        ],
        here=lambda order: make(order, clock.step),
        arrived=lambda order: clock.step("print", order.formula.name, steps=STAGES),
    )


def _together(load: _Load, printed: Sequence[Printed], job: Job, clock: Clock, store: StageStore) -> Rendered:
    """All files: those of each formula, and those that tell of all formulas, of those that lie beside too."""
    beside = []
    for formula in load.beside:
        clock.step("derive", formula.name)
        beside.append(_neighbour(formula, load, job, store))
    neighbours = {target: [one for one in beside if one.name in names] for target, names in load.present.items()}
    order = load.catalogue.reading_order
    return render_files(printed, load.targets, job.templates, neighbours, order, job.made, job.command, store)


def _neighbour(formula: Formula, load: _Load, job: Job, store: StageStore) -> Printed:
    """A formula that is not built now, with what lies in the folder of it, where files are made of such texts.

    What was edited by hand, or is missing there, is printed anew.
    """
    topic = load.catalogue.topic_of(formula)
    targets = [t for t in load.targets if isinstance(t, Gathering) and formula.name in load.present[t.name]]
    lying = {target.name: texts(job.out, load.there, target, formula.name) for target in targets}
    if any(found is None for found in lying.values()):
        order = Order(formula, topic, tuple(targets), job.templates, False, store, job.command([formula]))
        return make(order).printed
    given = store.given(formula)
    derived = store.kept(DERIVE, [given], lambda: derive_formula(formula))
    lowered = store.kept(LOWER, [given, derived], lambda: programs(formula, derived.value))
    examples = store.kept(SHOW, [derived], lambda: _examples(derived.value))
    return Printed.lying(Parts(given, topic, derived, lowered, examples), {name: f or {} for name, f in lying.items()})


def _examples(derived: Derived) -> tuple[Example, ...]:
    """The values of its witnesses.  Raises StepError where one does not hold."""
    return tuple(example(witness) for witness in derived.witnesses)


def _lower(formula: Formula, derived: Derived) -> Built:
    return Built(formula, derived, programs(formula, derived))


def _described(built: Built, topic: Topic | None) -> Built:
    """With what only readers need: the topic on whose page the formula stands, and the values of its witnesses.

    Raises StepError where a witness does not hold.
    """
    return replace(built, topic=topic, examples=_examples(built.derived))
