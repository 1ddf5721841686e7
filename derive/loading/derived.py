"""A kernel from its formula: found, derived, checked, printed.  All that takes SymPy is here, and waits until asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from derive.catalogue import load_catalogue
from derive.catalogue.hints import unknown_kernel
from derive.catalogue.open import open_offered
from derive.kernels import kernels, programs
from derive.language.axes import CLASSES
from derive.language.components import Labels
from derive.language.domains import domain_of
from derive.language.formula import Formula
from derive.language.inputs import Input, Label, Parameter
from derive.language.kinds import by_name, kernel_names, saved_kernel_names
from derive.language.transformers import optioned
from derive.loading.calls import call_files
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described, Given, Made, Record
from derive.loading.troubles import LoadError
from derive.loops.ir import Program
from derive.proofs import derive_formula
from derive.splits import Split, split
from derive.system.offered import FORMULAS, offered
from derive.targets import Built
from derive.targets.numpy.names import POSITIONAL, argument_names
from derive.targets.templates import environment
from derive.verify import check_programs


def made_of(name: str, target: str, places: Sequence[object] | None, options: Sequence[str] = ()) -> Record:
    """The kernel of that name among these formulas, in these formula files and folders, or in the catalogue.

    options: those that make another formula of its loss: the kernel of that one.

    Raises LoadError for an unknown name, CatalogueError for a file that does not load, ProgramError where the program
    is not the formula.
    """
    built, program = _checked(name, places, options)
    kin = tuple(built.formula.name + kernel.suffix for kernel in kernels(built.formula, built.derived))
    return record(built, program.name, target)._replace(kin=kin)


def split_of(name: str, places: Sequence[object] | None, options: Sequence[str] = ()) -> tuple[Described, Split, Kin]:
    """A kernel as it is shared out over the classes, and what its formula is differentiated by.  Errors: see `made_of`.

    Raises SplitError where the kernel does not split.
    """
    built, program = _checked(name, places, options)
    return described(program), split(program), _variables(built.formula)


def _checked(name: str, places: Sequence[object] | None, options: Sequence[str]) -> tuple[Built, Program]:
    """A formula with that kernel of it, whose program was found right."""
    formula = _owner(name, places)
    if options:
        other = optioned(formula, options)
        formula, name = other, other.name + name.removeprefix(formula.name)
    built = _built(formula, name)
    program = _program(built, name)
    _check(program)
    return built, program


Kin = tuple[tuple[str, str], ...]
"""The inputs by which a formula is differentiated, each with what the names of kernels by it end in."""


def _variables(formula: Formula) -> Kin:
    names = argument_names(formula.inputs)
    return tuple((names[by], by_name("", formula, by)) for by in formula.variables)


def record(built: Built, name: str, target: str) -> Record:
    """The kernel of that name, with what the target prints of its formula."""
    kin = tuple(program.name for program in built.programs)
    return Record(described(_program(built, name)), _FILES[target](built), kin, _variables(built.formula))


def described(program: Program) -> Described:
    names = argument_names(program.inputs)
    return Described(
        name=program.name,
        title=program.title,
        math=program.math,
        inputs=tuple(_given(what, names[what]) for what in program.inputs),
        outputs=tuple(Made(output.name, output.axes, output.doc, output.sizes) for output in program.outputs),
        positional=POSITIONAL,
        is_loss=program.formula.over is None and not program.formula.has_axes,
        sizes=program.sizes,
    )


def _given(what: Input, name: str) -> Given:
    if isinstance(what, Parameter):
        return Given(PARAMETER, name, what.doc, default=what.default, positive=what.domain == "positive")
    if isinstance(what, Label):
        return Given(LABEL, name, what.doc, among=CLASSES.size.name)
    shape = tuple(axis.size.name for axis in what.axes)
    if isinstance(what, Labels):
        return Given(LABEL, name, what.doc, shape=shape, among=what.among.size.name)
    domain = domain_of(what)
    return Given(
        VECTOR, name, what.doc, low=domain.low, high=domain.high, told=domain.told, shape=shape, neutral=what.default
    )


def _program(built: Built, name: str) -> Program:
    for program in built.programs:
        if program.name == name:
            return program
    raise LoadError(
        f"{built.formula.where}: there is no kernel {name!r}: the product cannot be written by the value of "
        f"{built.formula.name} in less work than by {built.formula.vector.name}: load {name.removesuffix('_saved')!r}"
    )


_check = cache(lambda program: check_programs([program]))
"""No kernel is handed out whose program is not its formula."""


def _owner(name: str, places: Sequence[object] | None) -> Formula:
    """The formula that has such a kernel: the first among those that were given, in the files, and in the catalogue."""
    known: list[Formula] = []
    for formulas in _layers(places):
        for formula in formulas:
            if name in (*kernel_names(formula), *saved_kernel_names(formula)):
                return formula
        known += formulas
    raise LoadError(unknown_kernel(name, known))


def _layers(places: Sequence[object] | None) -> Iterator[Sequence[Formula]]:
    """Where a name is looked for, in order.  Where formulas alone are given, nowhere else."""
    for one in places or ():
        if not isinstance(one, Formula | str | os.PathLike):
            raise LoadError(f"formulas holds {one!r}: give formulas, or the paths of formula files")
    paths = [Path(one) for one in places or () if isinstance(one, str | os.PathLike)]
    yield [one for one in places or () if isinstance(one, Formula)]
    if paths:
        yield load_catalogue(paths, whole=False)
    if paths or places is None:
        yield load_catalogue()
        yield open_offered().formulas


def is_of_a_package(name: str, places: Sequence[object] | None) -> bool:
    """Whether no formula file and no formula of derive has the kernel: what a package offers is not looked into."""
    if not offered(FORMULAS):
        return False
    *near, _ = _layers(places)
    return not any(name in (*kernel_names(f), *saved_kernel_names(f)) for formulas in near for f in formulas)


def kernels_in(path: str) -> str:
    """The kernels of a formula file, to choose from.  Raises CatalogueError for a file that does not load."""
    found = load_catalogue([Path(path)], whole=False)
    return ", ".join(f"{path}:{kernel}" for formula in found for kernel in kernel_names(formula))


@cache
def _built(formula: Formula, name: str) -> Built:
    """A formula with one of its kernels: the others, which may take many times as long, are not lowered."""
    derived = _derived(formula)
    return Built(formula, derived, programs(formula, derived, only=[name]))


_derived = cache(derive_formula)


def _c_files(built: Built) -> dict[str, str]:
    from derive.targets.c import TARGET
    from derive.targets.c.names import file_stem

    templates = environment()
    kernels = [described(program) for program in built.programs]
    files = {
        **TARGET.formula_files(built, templates),
        **TARGET.shared_files([built], templates),
        **({} if built.formula.has_axes else call_files(kernels, f"{file_stem(built.formula.name)}.h", templates)),
    }
    return {path: text for path, text in sorted(files.items()) if path.endswith((".c", ".h"))}


def _numpy_files(built: Built) -> dict[str, str]:
    from derive.targets.numpy import TARGET

    files: Mapping[str, str] = TARGET.formula_files(built, environment())
    return {path: text for path, text in files.items() if path.endswith(".py")}


_FILES = {"numpy": _numpy_files, "c": _c_files}
