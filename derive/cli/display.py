"""How the command line looks: progress on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from derive.catalogue import Catalogue
    from derive.language.formula import Formula
    from derive.loading.measure import Report
    from derive.output import Difference
    from derive.progress import Event, Outcome
    from derive.targets.words import Words

LISTED = 10
"""So many files are named one by one; more are counted, folder by folder."""

PIPE, NARROWEST, WIDEST = 80, 40, 100
"""Columns: without a terminal to ask; the fewest that mathematics fits in; the most that one reads with ease."""


def printable(text: str) -> str:
    """With each character that a terminal would swallow or obey spelled out: a path may hold any."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _console() -> Console:
    from rich.console import Console  # here alone: it takes longer than a page of help

    class Out(Console):
        def on_broken_pipe(self) -> None:
            """Whoever called knows what to do: the console would end the program itself."""
            raise BrokenPipeError

    return Out(highlight=False, soft_wrap=True, emoji=False)


class Display:
    """Writes to stdout.  Colour only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or _console()

    @property
    def columns(self) -> int:
        """The width of a page: that of COLUMNS or else of the terminal, within reason."""
        return min(max(shutil.get_terminal_size((PIPE, 24)).columns, NARROWEST), WIDEST)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Event], None]]:
        """Yields what to call at each event: a bar on a terminal; in a pipe nothing is said before the end."""
        if not self._console.is_terminal:
            yield lambda event: None
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:32}", markup=False), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("load")
            yield lambda event: bar.update(
                task, description=f"{event.stage} {event.subject}", completed=event.done, total=event.total
            )

    def summary(self, done: Outcome) -> None:
        """What a build changed."""
        kinds = (("new", done.new, "green"), ("changed", done.changed, "yellow"), ("removed", done.removed, "red"))
        for word, paths, style in kinds:
            for line in _told(done.folder, paths):
                self._line(f"{word:8} {line}", style)
        self.left(done)
        counts = ", ".join(f"{len(paths)} {word}" for word, paths, _ in kinds)
        took = f"{done.seconds['total']:.1f} s"
        self._line(f"{done.folder}: {counts}, {len(done.unchanged)} unchanged in {took}", "bold")

    def left(self, done: Outcome) -> None:
        """What nobody makes any more and a build did not dare to remove."""
        for path in done.kept:
            why = "no formula makes it any more, but it was edited by hand: move it away"
            self._line(f"kept     {done.folder / path}: {why}", "red")

    def json(self, done: Outcome) -> None:
        """What a build did, for a program to read."""
        import json

        told = {
            "folder": str(done.folder),
            **{kind: list(getattr(done, kind)) for kind in ("new", "changed", "unchanged", "removed", "kept")},
            "warnings": list(done.warnings),
            "made": {name: list(stages) for name, stages in done.made.items()},
            "seconds": {stage: round(seconds, 3) for stage, seconds in done.seconds.items()},
        }
        click.echo(json.dumps(told))

    def json_error(self, text: str) -> None:
        """What is wrong, for a program to read: the file and the line where the text begins with them, else null."""
        import json

        place = re.match(r"(?P<file>[^:\n]+(?:\.py|\.toml)):(?:(?P<line>\d+):)? ", text)
        told = {
            "file": place["file"] if place else None,
            "line": int(place["line"]) if place and place["line"] else None,
            "message": text[place.end() :] if place else text,
        }
        click.echo(json.dumps({"error": told}))

    def warnings(self, texts: Sequence[str]) -> None:
        """What is right and yet not as good as it should be."""
        for text in texts:
            self._line(f"warning: {text}", "yellow")

    def report(self, report: Report) -> None:
        """What was checked of a formula, and of each kernel the bound, and the worst that was seen, and where."""
        from derive.loading.measure import told

        steps, theorems = f"{report.steps} steps", f"{report.theorems} theorems"
        self._line(f"{report.formula.name}: {steps}, {theorems}, {len(report.kernels)} programs are right", "bold")
        width = max(len(kernel.name) for kernel in report.kernels)
        for kernel in report.kernels:
            bound = "see caveat" if kernel.bound is None else f"bound {kernel.bound}"
            lengths = " and ".join(map(str, kernel.left_out))
            left_out = f"; no rows of {lengths}: its loops take n^{kernel.depth} steps" if lengths else ""
            self._line(f"  {kernel.name:{width}}  {bound}{left_out}", "red" if kernel.outside else "")
            for name, seen in kernel.seen.items():
                for line in _filled(f"    {name:8}", told(seen), "; ", self.columns):
                    self._line(line)

    def differences(
        self, by_command: Mapping[str, Sequence[Difference]], folder: Path, others: Sequence[str] = ()
    ) -> None:
        """What a check found, and the commands that mend it.

        others: those that make what lies in the folder and was not regenerated.
        """
        from derive.output.compare import MISSING

        near = [one for some in by_command.values() for one in some if not one.beyond]
        paths = {one.path for one in near}
        far = [one for some in by_command.values() for one in some if one.beyond and one.path not in paths]
        found = list(dict.fromkeys((*near, *far)))
        if not found:
            self._line(f"{folder}: in step with its formulas and templates", "green")
            return
        missing = [difference for difference in found if difference.why == MISSING]
        many = missing if len(missing) > LISTED else []
        for line in _told(folder, [Path(one.path).relative_to(folder).as_posix() for one in many]):
            self._line(f"{line} missing", "bold red")
        for difference in (one for one in found if one not in many):
            self._line(f"{difference.path}: {difference.why}", "bold red")
            for line in difference.diff.splitlines():
                self._line(f"  {line}", {"+": "green", "-": "red"}.get(line[:1]))
        mends = [command for command, some in by_command.items() if not all(d.orphan or d.beyond for d in some)]
        for command in dict.fromkeys([*mends, *(others if far else [])]):
            self._line(f"to mend: {command}", "bold")
        orphans = [d.path for d in found if d.orphan]
        if orphans:
            hint = "move away what no formula makes, or name its formula file with --formulas"
            self._line(f"to mend: {hint}: {orphans[0]}", "bold")

    def catalogue(self, catalogue: Catalogue, words: Words) -> None:
        """Name, title, inputs and kernels of each formula, topic by topic."""
        from derive.targets.text.width import wrap

        for number, (topic, formulas) in enumerate(catalogue.by_topic):
            title = topic.title if topic else "Your own formulas" if catalogue.topics else "Formulas"
            self._line("\n".join([""] * bool(number) + wrap(words.say(title), self.columns)), "bold")
            for formula in formulas:
                self._formula(formula, words)

    def _formula(self, formula: Formula, words: Words) -> None:
        from rich.text import Text

        from derive.targets.text.width import pad, width, wrap

        named, *more = wrap(
            words.say(formula.title or formula.name), self.columns, first=f"  {formula.name}  ", rest=" " * 6
        )
        self._console.print(Text.assemble(("  " + formula.name, "bold"), named.removeprefix("  " + formula.name)))
        inputs = [_input(one, words) for one in formula.inputs]
        rows = {words.say("Inputs"): inputs, words.say("Kernels"): _kernels(formula)}
        widest = max(map(width, rows))
        for head, items in rows.items():
            more += _filled(f"      {pad(head.lower(), widest)}  ", items, words.say(", "), self.columns)
        for line in more:
            self._line(line)

    def page(self, text: str) -> None:
        """A page that a target printed, as it is."""
        click.echo(text, nl=not text.endswith("\n"))

    def _line(self, text: str, style: str | None = None) -> None:
        from rich.text import Text

        self._console.print(Text(printable(text), style=style or ""))


def _told(folder: Path, paths: Sequence[str]) -> list[str]:
    """The files one by one where they are few, else how many of them each part of the folder has."""
    if len(paths) <= LISTED:
        return [str(folder / path) for path in paths]
    counts = Counter(str(folder / path.partition("/")[0]) for path in paths)
    return [f"{place}: {count} file{'s' * (count > 1)}" for place, count in counts.items()]


def _filled(head: str, items: Sequence[str], joint: str, columns: int) -> list[str]:
    """The items after their head, on lines that break between items alone."""
    from derive.targets.text.width import width

    lines, line = [], head
    for number, item in enumerate(items, start=1):
        text = item + (joint if number < len(items) else "")
        if width(line) > width(head) and width(line + text.rstrip()) > columns:
            lines.append(line.rstrip())
            line = " " * width(head)
        line += text
    return [*lines, line]


def _kernels(formula: Formula) -> Sequence[str]:
    """Of one that cannot be differentiated, those that it would have."""
    from derive.kernels import all_kernel_names
    from derive.language.errors import DeriveError
    from derive.language.kinds import kernel_names

    try:
        return all_kernel_names(formula)
    except DeriveError:
        return kernel_names(formula)


def _kind(one: object, words: Words) -> str:
    """What an input is; along named axes with the letters of their sizes: ``array m x n``."""
    kind, sizes = type(one).__name__.lower(), [axis.size.name for axis in getattr(one, "axes", ())]
    if kind == "labels" or sizes not in ([], ["n"]):
        pattern = "labels {shape}" if kind == "labels" else "array {shape}"
        return words.fill(pattern, shape=" x ".join(sizes))
    return words.say(kind)


def _input(one: object, words: Words) -> str:
    """An input in a few words: ``T (parameter, positive, default 1.0)``."""
    facts = [_kind(one, words)]
    facts += [words.say(domain)] if (domain := getattr(one, "domain", "real")) != "real" else []
    default = getattr(one, "default", None)
    facts += [words.fill("default {value}", value=repr(default))] if default is not None else []
    return words.fill("{title} ({name})", title=str(one), name=words.say(", ").join(facts))
