"""How the command line looks: progress on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from derive.language.formula import Formula
    from derive.output.compare import Difference
    from derive.output.plan import Plan
    from derive.pipeline import Event
    from derive.targets.words import Words

LISTED = 30


class _Out(Console):
    def on_broken_pipe(self) -> None:
        """Whoever called knows what to do: the console would end the program itself."""
        raise BrokenPipeError


class Display:
    """Writes to stdout.  Colour only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or _Out(highlight=False, soft_wrap=True, emoji=False)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Event], None]]:
        """Yields what to call at each event: a bar on a terminal, one line per event in a pipe."""
        if not self._console.is_terminal:
            yield lambda event: self._line(f"{event.stage:8} {event.subject}")
            return
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description:32}", markup=False), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("load")
            yield lambda event: bar.update(
                task, description=f"{event.stage} {event.subject}", completed=event.done, total=event.total
            )

    def summary(self, plan: Plan, seconds: float) -> None:
        """What a build changed."""
        kinds = (("new", plan.new, "green"), ("changed", plan.changed, "yellow"), ("removed", plan.removed, "red"))
        for word, paths, style in kinds:
            for path in paths[:LISTED]:
                self._line(f"{word:8} {plan.folder / path}", style)
            if len(paths) > LISTED:
                self._line(f"{word:8} ... and {len(paths) - LISTED} more", style)
        for path in plan.kept:
            why = "no formula makes it any more, but it was edited by hand: move it away"
            self._line(f"kept     {plan.folder / path}: {why}", "red")
        counts = ", ".join(f"{len(paths)} {word}" for word, paths, _ in kinds)
        self._line(f"{plan.folder}: {counts}, {len(plan.unchanged)} unchanged in {seconds:.1f} s", "bold")

    def differences(self, found: Sequence[Difference], folder: Path, command: str) -> None:
        """What a check found, and the command that mends it."""
        if not found:
            self._line(f"{folder}: in step with its formulas and templates", "green")
            return
        for difference in found:
            self._line(f"{difference.path}: {difference.why}", "bold red")
            for line in difference.diff.splitlines():
                self._line(f"  {line}", {"+": "green", "-": "red"}.get(line[:1]))
        orphans = [d.path for d in found if d.orphan]
        if len(orphans) < len(found):
            self._line(f"to mend: {command}", "bold")
        if orphans:
            hint = "move away what no formula makes, or name its formula file with --formulas"
            self._line(f"to mend: {hint}: {orphans[0]}", "bold")

    def catalogue(self, formulas: Sequence[Formula], words: Words) -> None:
        """Name, title, inputs and kernels of each formula."""
        from derive.catalogue import kernel_names

        for formula in formulas:
            self._console.print(Text.assemble((f"{formula.name:22} ", "bold"), words.say(formula.title)))
            self._line(f"  inputs   {', '.join(_input(one) for one in formula.inputs)}")
            self._line(f"  kernels  {', '.join(kernel_names(formula))}")

    def page(self, text: str) -> None:
        """A page that a target printed, as it is."""
        click.echo(text, nl=not text.endswith("\n"))

    def _line(self, text: str, style: str | None = None) -> None:
        self._console.print(Text(text, style=style or ""))


def _input(one: object) -> str:
    """An input in a few words: ``T (parameter, positive, default 1.0)``."""
    facts = [type(one).__name__.lower()]
    facts += [domain] if (domain := getattr(one, "domain", "real")) != "real" else []
    facts += [f"default {one.default!r}"] if hasattr(one, "default") else []
    return f"{one} ({', '.join(facts)})"
