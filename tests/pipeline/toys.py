"""Two small targets of the tests' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from derive.catalogue import load_catalogue
from derive.job import Job
from derive.output import Difference
from derive.targets import Built

NAMES = tuple(formula.name for formula in load_catalogue())

MINE = """\
from derive.language import Formula, Sum, exp, indices, vector

j = indices("j")
x = vector("x")
mine = Formula("mine", Sum(exp(x[j]), j), wrt=x)
"""


@dataclass(frozen=True)
class Toy:
    """Prints the name of each formula through a template, and a list of all."""

    name: str

    @property
    def folder(self) -> str:
        return f"{self.name}_files" if "/" not in self.name else self.name

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        page = templates.get_template(f"{self.name.partition('/')[0]}/page.txt")
        return {f"{built.formula.name}.txt": page.render(name=built.formula.name, text=str(built.formula.expression))}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        return {"all.txt": " ".join(b.formula.name for b in built) + "\n"}

    def signatures(self, built: Built) -> Mapping[str, str]:
        return {built.formula.name: f"{self.name} {built.formula.name}()"}


def part(job: Job, *, only: Sequence[str] = (), targets: Sequence[str] = (), languages: Sequence[str] = ()) -> Job:
    return Job(
        job.out, job.formulas, tuple(only), tuple(targets), job.templates, tuple(languages), catalogue=job.catalogue
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def why(found: Sequence[Difference]) -> dict[str, str]:
    return {Path(d.path).name: d.why for d in found}
