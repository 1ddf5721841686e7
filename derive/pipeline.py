"""The stages, in order: a formula file goes in at the top, generated files come out at the bottom.

    1. load     files             -> Catalogue        derive.catalogue
    2. derive   Formula           -> Derived          derive.derivations
    3. lower    Formula, Derived  -> Built            derive.loops
    4. verify   Built             -> its programs,    derive.verify
                                     with their bounds
    5. print    Built             -> Printed          derive.targets, derive.output.render
    6. write    Printed of all    -> the folder       derive.output

``build`` runs them all; ``check`` stops before the last and compares instead.  From 2 to 5 a formula goes by itself,
in whichever process has time for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derive.algebra.records import Derived
from derive.catalogue import Catalogue, load_topics, open_catalogue, select
from derive.job import Job, select_targets
from derive.kernels import kernels, programs, stages
from derive.language.claims import Topic
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.loops.ir import Program
from derive.output import Difference, Plan, Printed, Rendered, print_formula, render_files, write_folder
from derive.output.compare import compare
from derive.output.files import refuse_unwritable
from derive.output.manifest import NAME, Manifest
from derive.output.plan import recorded
from derive.output.present import texts
from derive.progress import Clock, Tell
from derive.proofs import derive_formula
from derive.system.processes import Crew
from derive.targets import Built, Gathering, Target, text
from derive.targets.templates import BUILD, environment
from derive.targets.words import LANGUAGES, Words
from derive.verify import check_derived, check_programs, example
from derive.verify.floats import held

NAMED = 12
"""So many kernels are named in one line."""

Warn = Callable[[str], None]
ALONE = Crew(0, __name__)
"""No other process."""


def build(job: Job, tell: Tell = lambda event: None, warn: Warn = lambda text: None, others: Crew = ALONE) -> Plan:
    """Formula files -> the folder.  Raises DeriveError, and writes nothing, where any stage before the last fails.

    warn:   told of the kernels that lose digits on some rows; a strict job fails instead.
    others: the processes with which the formulas are shared.
    """
    refuse_unwritable(job.out)
    load = _load(job)  # 1. load
    clock = Clock(tell, _steps(load))
    printed = _made(load, job, verify, others, clock)  # 2. to 5., formula by formula
    _refuse_or_warn([one.built for one in printed], job.strict, warn)
    rendered = _together(load, printed, job, clock)
    clock.step("write", str(job.out))
    return write_folder(job.out, rendered.files, rendered.manifest, job.scope)  # 6. write


def check(job: Job, tell: Tell = lambda event: None, others: Crew = ALONE) -> list[Difference]:
    """What in the folder is out of step with its formulas and templates; writes nothing.

    Steps are not verified again: what equals the output of a build was verified by it.
    """
    load = _load(job)
    clock = Clock(tell, _steps(load))
    rendered = _together(load, _made(load, job, measured, others, clock), job, clock)
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
    printed = [make(Order(f, catalogue.topic_of(f), chosen, templates, measured)) for f in formulas]
    rendered = render_files(printed, chosen, templates, order=catalogue.reading_order)
    return {**rendered.files, NAME: rendered.manifest.text}


@dataclass(frozen=True)
class Order:
    """What is to be made of one formula.

    topic:   the page of the theory on which it stands.
    verify:  stage 4.
    command: what makes its folder anew, which its files say.
    """

    formula: Formula
    topic: Topic | None
    targets: tuple[Target, ...]
    templates: Path | None
    verify: Callable[[Built], tuple[Program, ...]]
    command: str = BUILD


def make(order: Order, step: Callable[[str, str], None] = lambda stage, subject: None) -> Printed:
    """Stages 2 to 5 for one formula; it leans on no other, so that any process may do it.

    step: told of each stage as it begins.
    """
    name = order.formula.name
    step("derive", name)
    derived = derive_formula(order.formula)
    step("lower", name)
    built = _described(_lower(order.formula, derived), order.topic)
    step("verify", name)
    built = replace(built, programs=order.verify(built))
    step("print", name)
    return print_formula(built, order.targets, order.templates, order.command)


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


def _refuse_or_warn(built: Sequence[Built], strict: bool, warn: Warn) -> None:
    """Raises DeriveError where a strict job has a kernel that keeps to no bound."""
    names = [p.name for one in built for p in one.programs if p.bound is None]
    if not names:
        return
    if strict:
        raise DeriveError(f"{_listed(names)}: digits are lost on some rows; build without --strict to read which")
    warn(f"digits are lost on some rows, which the notes of each kernel name: {_listed(names)}")


def _listed(names: Sequence[str]) -> str:
    rest = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *rest])


def text_page(built: Built, *, unicode: bool = True, words: Words = LANGUAGES["en"], columns: int = text.WIDTH) -> str:
    """The derivation as a terminal of so many columns shows it; ``unicode=False`` for one that knows ASCII alone."""
    return (text.render if unicode else text.render_ascii)(built, words, columns)


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


def _made(
    load: _Load, job: Job, verify: Callable[[Built], tuple[Program, ...]], others: Crew, clock: Clock
) -> list[Printed]:
    topics = load.catalogue.topic_of
    return others.share(
        make,
        [
            Order(formula, topics(formula), load.targets, job.templates, verify, job.command([formula]))
            for formula in load.chosen
        ],
        here=lambda order: make(order, clock.step),
        arrived=lambda order: clock.step("print", order.formula.name, steps=STAGES),
    )


def _together(load: _Load, printed: Sequence[Printed], job: Job, clock: Clock) -> Rendered:
    """All files: those of each formula, and those that tell of all formulas, of those that lie beside too."""
    beside = []
    for formula in load.beside:
        clock.step("derive", formula.name)
        beside.append(_neighbour(formula, load, job))
    neighbours = {target: [one for one in beside if one.name in names] for target, names in load.present.items()}
    order = load.catalogue.reading_order
    return render_files(printed, load.targets, job.templates, neighbours, order, job.made, job.command)


def _neighbour(formula: Formula, load: _Load, job: Job) -> Printed:
    """A formula that is not built now, with what lies in the folder of it, where files are made of such texts.

    What was edited by hand, or is missing there, is printed anew.
    """
    built = _described(build_formula(formula), load.catalogue.topic_of(formula))
    targets = [t for t in load.targets if isinstance(t, Gathering) and formula.name in load.present[t.name]]
    lying = {target.name: texts(job.out, load.there, target, formula.name) for target in targets}
    if any(found is None for found in lying.values()):
        return print_formula(replace(built, programs=measured(built)), targets, job.templates, job.command([formula]))
    return Printed(built, {name: found or {} for name, found in lying.items()})


def _lower(formula: Formula, derived: Derived) -> Built:
    return Built(formula, derived, programs(formula, derived))


def _described(built: Built, topic: Topic | None) -> Built:
    """With what only readers need: the topic on whose page the formula stands, and the values of its witnesses.

    Raises StepError where a witness does not hold.
    """
    return replace(built, topic=topic, examples=tuple(example(witness) for witness in built.derived.witnesses))
