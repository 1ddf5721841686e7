"""The stages, in order: a formula file goes in at the top, generated files come out at the bottom.

    1. load     files             -> Catalogue        derive.catalogue
    2. derive   Formula           -> Derived          derive.calculus
    3. lower    Formula, Derived  -> Built            derive.program
    4. verify   Built             -> its programs,    derive.verify
                                     with their bounds
    5. print    Built             -> Rendered         derive.targets, derive.output.render
    6. write    Rendered          -> the folder       derive.output

``build`` runs them all; ``check`` stops before the last and compares instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derive.beside import beside
from derive.calculus.derive import derive_formula
from derive.calculus.records import Derived
from derive.catalogue import Catalogue, UnknownName, load_topics, open_catalogue, select, unknown
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.theory import Topic
from derive.output.compare import Difference, compare
from derive.output.files import refuse_unwritable
from derive.output.manifest import NAME, Scope
from derive.output.plan import Plan, recorded
from derive.output.render import Rendered, render_files
from derive.output.write import write_folder
from derive.program import kernels, programs, stages
from derive.program.ir import Program
from derive.targets import text
from derive.targets.base import Built, Target
from derive.targets.registry import TARGETS, kind, language
from derive.targets.templates import environment
from derive.targets.words import LANGUAGES, Words
from derive.verify.floats import held
from derive.verify.programs import check_programs
from derive.verify.steps import check_derived
from derive.verify.witness import example


@dataclass(frozen=True)
class Job:
    """What the user asked for.

    out:       the folder of generated files.
    formulas:  formula files or folders beside the catalogue.
    only:      names of formulas; none: all.
    targets:   names of targets; none: all.
    templates: a template folder; ``None``: derive's own.
    languages: codes of the languages of documents; none: all.
    strict:    whether a kernel that loses digits on some rows is refused.
    processes: how many a build may use; each beside this one starts a new interpreter.
    """

    out: Path
    formulas: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    templates: Path | None = None
    languages: tuple[str, ...] = ()
    strict: bool = False
    processes: int = 1

    @property
    def scope(self) -> Scope:
        chosen = {*self.targets, *(t.name for t in select_targets(self.targets, self.languages))}
        return Scope(frozenset(self.only) or None, frozenset(chosen) if self.targets or self.languages else None)


@dataclass(frozen=True)
class Event:
    """A stage begins on a subject; ``done`` of ``total`` such steps lie behind."""

    stage: str
    subject: str
    done: int
    total: int


NAMED = 12
"""So many kernels are named in one line."""
MANY = 8
"""So many formulas take longer to verify than another process takes to start."""

Tell = Callable[[Event], None]


Warn = Callable[[str], None]


def build(job: Job, tell: Tell = lambda event: None, warn: Warn = lambda text: None) -> Plan:
    """Formula files -> the folder.  Raises DeriveError, and writes nothing, where any stage before the last fails.

    warn: told of the kernels that lose digits on some rows; a strict job fails instead.
    """
    refuse_unwritable(job.out)
    load = _load(job)  # 1. load
    clock = _Clock(tell, total=4 * len(load.chosen) + len(load.beside) + 1)
    built = []
    with beside(verify, job.processes if len(load.chosen) >= MANY else 1) as later:
        for formula in load.chosen:
            clock.step("derive", formula.name)
            derived = derive_formula(formula)  # 2. derive
            clock.step("lower", formula.name)
            one = _lower(formula, derived)  # 3. lower
            clock.step("verify", formula.name)
            built.append((_described(one, load.catalogue), later(one)))  # 4. verify
        checked = [replace(one, programs=answer()) for one, answer in reversed(built)][::-1]
        _refuse_or_warn(checked, job.strict, warn)
        rendered = _print(load, checked, job, clock)  # 5. print
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
        built.append(_described(_held(formula), load.catalogue))
    rendered = _print(load, built, job, clock)
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
    catalogue = Catalogue(tuple(formulas), tuple(load_topics() if topics is None else topics))
    built = [_described(_held(formula), catalogue) for formula in formulas]
    rendered = render_files(built, select_targets(targets), templates, order=catalogue.reading_order)
    return {**rendered.files, NAME: rendered.manifest.text}


def build_formula(formula: Formula) -> Built:
    """Stages 2 and 3 for one formula: derived and lowered, not verified; all that its kernels need."""
    return _lower(formula, derive_formula(formula))


def _held(formula: Formula) -> Built:
    """Derived and lowered, with what the float check says of its digits."""
    built = build_formula(formula)
    return replace(built, programs=held(built.programs))


def verified(formula: Formula, catalogue: Catalogue) -> Built:
    """Stages 2 to 4 for one formula of a catalogue.  Raises DeriveError where a step or a program is wrong."""
    built = build_formula(formula)
    return _described(replace(built, programs=verify(built)), catalogue)


def verify(built: Built) -> tuple[Program, ...]:
    """Stage 4 for one formula: its programs with what is to be said of their digits.

    Raises DeriveError where a step or a program is wrong.
    """
    check_derived(built.derived)
    check_programs(built.programs)
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


def select_targets(names: Iterable[str], languages: Iterable[str] = ()) -> tuple[Target, ...]:
    """The targets of these names, in the registry's order; no names: all of them.

    A name stands for one target or for all languages of one kind.  ``languages`` leaves out the documents in other
    languages; no languages: none.
    """
    wanted, spoken = set(names), {words.language for words in select_languages(languages)}
    for name in sorted(wanted - TARGETS.keys() - {kind(name) for name in TARGETS}):
        raise UnknownName(unknown("target", name, {kind(name) for name in TARGETS}))
    chosen = [
        target
        for name, target in TARGETS.items()
        if (not wanted or {name, kind(name)} & wanted) and (not spoken or language(name) in {None, *spoken})
    ]
    if not chosen:
        raise UnknownName(f"no target is called {', '.join(sorted(wanted))} in {', '.join(sorted(spoken))}")
    return tuple(chosen)


def select_languages(codes: Iterable[str]) -> tuple[Words, ...]:
    """The languages of these codes, English first; no codes: no languages."""
    wanted = set(codes)
    for code in sorted(wanted - LANGUAGES.keys()):
        raise UnknownName(unknown("language", code, LANGUAGES))
    return tuple(words for code, words in LANGUAGES.items() if code in wanted)


@dataclass(frozen=True)
class _Load:
    """The formulas to build; the targets; the formulas that lie beside them in the folder, and in which targets.

    A file that belongs to all formulas (a build file, a main document) tells of those beside as well.
    """

    catalogue: Catalogue
    chosen: tuple[Formula, ...]
    targets: tuple[Target, ...]
    beside: tuple[Formula, ...]
    present: Mapping[str, frozenset[str]]


def _load(job: Job) -> _Load:
    catalogue = open_catalogue(job.formulas)
    chosen, targets = select(catalogue.formulas, job.only), select_targets(job.targets, job.languages)
    there = recorded(job.out)
    present = {target.name: frozenset(there.formulas(target.name)) for target in targets}
    names = frozenset().union(*present.values())
    beside = tuple(formula for formula in catalogue.formulas if formula not in chosen and formula.name in names)
    return _Load(catalogue, chosen, targets, beside, present)


def _print(load: _Load, built: Sequence[Built], job: Job, clock: _Clock) -> Rendered:
    beside = []
    for formula in load.beside:
        clock.step("derive", formula.name)
        beside.append(_described(build_formula(formula), load.catalogue))
    neighbours = {target: [b for b in beside if b.formula.name in names] for target, names in load.present.items()}

    def tell(name: str) -> None:
        clock.step("print", name)

    return render_files(built, load.targets, job.templates, neighbours, tell, load.catalogue.reading_order)


def _lower(formula: Formula, derived: Derived) -> Built:
    return Built(formula, derived, programs(formula, derived))


def _described(built: Built, catalogue: Catalogue) -> Built:
    """With what only readers need: the topic on whose page the formula stands, and the values of its witnesses.

    Raises StepError where a witness does not hold.
    """
    examples = tuple(example(witness) for witness in built.derived.witnesses)
    return replace(built, topic=catalogue.topic_of(built.formula), examples=examples)


class _Clock:
    """Counts the steps of a job and tells each as it begins."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def step(self, stage: str, subject: str) -> None:
        self._tell(Event(stage, subject, self._done, self._total))
        self._done += 1
