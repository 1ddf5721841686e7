"""The door: verbs only.  What they do is in derive.pipeline; how they look is in derive.cli.display."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.display import Display, printable
from derive.language.errors import DeriveError
from derive.system.processes import Crew, crew
from derive.version import __version__

if TYPE_CHECKING:
    from derive.job import Job

OUT_OF_STEP, FAILED, MISUSED, INTERRUPTED, PIPE_CLOSED = 1, 1, 2, 130, 141

EXAMPLES = """\b
Examples:
  derive build                        everything, into ./generated
  derive build --only NAME --formulas mine.py --out mine
                                      a formula of your own
  derive build --only NAME --target c --out kernels
  derive check                        is ./generated in step with its sources?
  derive list                         the formulas, topic by topic
  derive verify NAME                  are its kernels right, and to how many digits?
  derive show NAME                    a derivation, step by step
  derive show NAME --lang zh          the same in Chinese
  derive pdf                          the whole theory as PDF, in each language
  derive bench --quick                kernels beside the libraries that are here
"""


class Place(click.Path):
    """A path that has a name: the empty one would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("an empty name: name a folder or a file (the current folder is .)", param, ctx)
        return super().convert(value, param, ctx)


MANY = 8
"""So many formulas take longer to make than another process takes to start."""

PLACE = Place(path_type=Path)

STATUSES = """
Exit status: 0 done, 1 failed or out of step, 2 misused, 130 interrupted, 141 nobody reads on.
"""


class Interrupted(Exception):
    """Ctrl-C, carried past click's own handling."""


class PipeClosed(Exception):
    """Nobody reads what is written; carried past click's own handling."""


class Verbs(click.Group):
    """A group that suggests close matches and leaves Ctrl-C and closed pipes to :func:`run`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            close = get_close_matches(name, self.commands, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(self.commands))}"
            raise click.UsageError(f"no verb is called {name!r}: {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _carried():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _carried():
            return super().make_context(*args, **kwargs)


@contextlib.contextmanager
def _carried() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted from None
    except BrokenPipeError:
        raise PipeClosed from None


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that ``build`` and ``check`` share."""
    for option in (
        click.option("--out", type=PLACE, default=Path("generated"), show_default=True,
                     help="Folder of the generated files."),
        click.option("--target", "targets", multiple=True, metavar="NAME", help="Only this target (may be repeated)."),
        click.option("--only", multiple=True, metavar="NAME", help="Only this formula (may be repeated)."),
    ):  # fmt: skip
        function = option(function)
    return function


formulas_option = click.option(
    "--formulas", multiple=True, type=PLACE, metavar="PATH",
    help="A formula file, or a folder of them, beside the catalogue (may be repeated).  It is Python: it is run.",
)  # fmt: skip


lang_option = click.option(
    "--lang", "languages", multiple=True, metavar="CODE",
    help="Documents in this language only: en, zh (may be repeated).",
)  # fmt: skip


@click.group(cls=Verbs, epilog=EXAMPLES + STATUSES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="derive %(version)s")
def door() -> None:
    """One formula becomes a checked derivation, a LaTeX page, a NumPy kernel and a C kernel."""


@door.command(epilog="\b\nExample:\n  derive build --only NAME --formulas mine.py --target c --out mine")
@options
@lang_option
@formulas_option
@click.option("--strict", is_flag=True, help="Fail where a kernel loses digits on some rows.")
def build(
    out: Path,
    only: tuple[str, ...],
    targets: tuple[str, ...],
    languages: tuple[str, ...],
    formulas: tuple[Path, ...],
    strict: bool,
) -> None:
    """Derive, verify and write.

    Every step of every derivation is checked before anything is written.  Files appear whole or not at all:
    a build that is killed leaves nothing half-written, and the next one mends the rest.
    """
    display, start, warnings = Display(), time.perf_counter(), list[str]()
    with _others(only) as others:
        from derive.pipeline import build as run_build

        job = replace(_job(out, only, targets, formulas, languages), strict=strict)
        with display.progress() as tell:
            plan = run_build(job, tell, warnings.append, others)
    display.summary(plan, time.perf_counter() - start)
    display.warnings(warnings)


@door.command(epilog="\b\nExample:\n  derive check --out generated")
@options
@lang_option
@formulas_option
def check(
    out: Path, only: tuple[str, ...], targets: tuple[str, ...], languages: tuple[str, ...], formulas: tuple[Path, ...]
) -> int:
    """Regenerate aside and compare.

    Exit status 1 where any byte of a generated file, a formula or a template is out of step, with the
    differences and the command that mends them.  Writes nothing.
    """
    display = Display()
    with _others(only) as others:
        from derive.pipeline import check as run_check

        job = _job(out, only, targets, formulas, languages)
        with display.progress() as tell:
            found = run_check(job, tell, others)
    display.differences(found, out, _build_command(job))
    return OUT_OF_STEP if found else 0


@door.command(epilog="\b\nExample:\n  derive verify NAME --formulas mine.py")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Without the rows of a million classes.")
@click.option("--seed", default="", metavar="TEXT", help="Other random rows.")
@formulas_option
def verify(names: tuple[str, ...], quick: bool, seed: str, formulas: tuple[Path, ...]) -> int:
    """Check formulas anew, and run their kernels.

    Every step, theorem and program is checked; every kernel runs on rows far from 0, close together, masked, tied,
    huge and tiny, as a program whose operations are rounded once and as it is emitted; and as it is emitted on random
    rows and on rows of a thousand and of a million classes.  Errors are in units of
    u (|f| + sum of |v df/dv| over the inputs v).  Exit status 1 where a kernel goes beyond the bound that it states.
    """
    from derive.catalogue import open_catalogue, select
    from derive.loading.measure import STAGES, measure
    from derive.progress import Clock
    from derive.verify.long_rows import LENGTHS

    display, outside = Display(), False
    chosen = select(open_catalogue(formulas).formulas, names)
    with display.progress() as show:
        clock = Clock(show, total=len(chosen) * STAGES)
        for formula in chosen:
            tell = partial(clock.step, subject=formula.name)
            report = measure(formula, LENGTHS[: 1 if quick else None], seed, tell)
            display.report(report)
            outside = outside or any(kernel.outside for kernel in report.kernels)
    return FAILED if outside else 0


@door.command("list")
@click.option("--lang", "language", default="en", metavar="CODE", help="Titles in this language: en, zh.")
@formulas_option
def list_(language: str, formulas: tuple[Path, ...]) -> None:
    """List the formulas, topic by topic: name, title, inputs, kernels."""
    from derive.catalogue import open_catalogue
    from derive.job import select_languages

    (words,) = select_languages([language])
    Display().catalogue(open_catalogue(formulas), words)


@door.command(epilog="\b\nExample:\n  derive show NAME --latex > page.tex")
@click.argument("name", required=False)
@click.option("--latex", is_flag=True, help="As LaTeX, the page that a build would write.")
@click.option("--passes", is_flag=True, help="The program of each kernel after each pass, instead of the derivation.")
@lang_option
@formulas_option
def show(name: str | None, latex: bool, passes: bool, languages: tuple[str, ...], formulas: tuple[Path, ...]) -> None:
    """Show the derivation of a formula, step by step.

    It is as wide as the terminal; COLUMNS sets another width.  In English, unless another language is asked for.
    Every step is verified before it is shown.
    """
    if name is None:
        raise click.UsageError("NAME is missing: derive list shows the names of the formulas")
    from derive.catalogue import open_catalogue, select
    from derive.job import select_languages
    from derive.pipeline import latex_page, passes_page, text_page, verified

    chosen, catalogue = select_languages(languages or ["en"]), open_catalogue(formulas)
    built = verified(select(catalogue.formulas, [name])[0], catalogue)
    display = Display()
    if passes:
        display.page(passes_page(built.derived))
        return
    unicode = (sys.stdout.encoding or "").lower().startswith(("utf", "gb18030"))  # these write every sign
    for words in chosen:
        if latex:
            display.page(latex_page(built, words=words))
        else:
            display.page(text_page(built, unicode=unicode, words=words, columns=display.columns))


@door.command(epilog="\b\nExample:\n  derive site --serve")
@click.option("--generated", type=PLACE, default=Path("generated"), show_default=True,
              help="Folder of the generated files to make the site of.")  # fmt: skip
@click.option("--pdf", type=PLACE, default=Path("pdf"), show_default=True,
              help="Folder of the PDF files: those that are there go with the site.")  # fmt: skip
@click.option("--out", type=PLACE, default=Path("site"), show_default=True,
              help="Folder of the site.")  # fmt: skip
@click.option("--serve", "serving", is_flag=True, help="Serve it on this machine, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to serve it on.")
def site(generated: Path, pdf: Path, out: Path, serving: bool, port: int) -> None:
    """Make a web site of the generated files.

    Every page in every language, with steps that fold, code, pictures and search.  It needs no other host: open
    index.html, put the folder on any server, or use --serve.
    """
    from derive.readers.site import address, build_site, serve, server

    display = Display()
    running = server(out, port) if serving else None
    with display.progress() as tell:
        home = build_site(generated, out, tell, pdf)
    display.page(f"{home}: the site")
    if running is not None:
        display.page(f"{address(running)}: served until Ctrl-C")
        serve(running)


@door.command(epilog="\b\nExample:\n  derive pdf --lang zh")
@click.option("--out", type=PLACE, default=Path("pdf"), show_default=True,
              help="Folder of the PDF files.")  # fmt: skip
@lang_option
@formulas_option
def pdf(out: Path, languages: tuple[str, ...], formulas: tuple[Path, ...]) -> None:
    """Typeset the whole theory: one PDF file for each language.

    Every formula is derived and verified first.  It takes XeLaTeX, which every TeX Live has; the pictures take
    matplotlib.
    """
    from derive.readers.paper import build_pdf

    display = Display()
    with display.progress() as tell:
        made = build_pdf(out, languages, formulas, tell)
    for one in made:
        for complaint in one.complaints:
            display.page(f"{one.path}: {complaint}")
        display.page(f"{one.path}: written")


@door.command(
    epilog="\b\nExample:\n  derive bench --quick\n  derive bench --only NAME --shapes 128x1000 --json bench.json"
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this kernel (may be repeated).")
@click.option("--shapes", multiple=True, metavar="ROWSxCLASSES", help="Only these sizes, as in 128x10,4096x1000.")
@click.option("--dtypes", multiple=True, metavar="DTYPE", help="Only float32, or only float64.")
@click.option("--threads", multiple=True, metavar="N", help="With so many threads, as in 1,2.")
@click.option("--peers", multiple=True, metavar="NAME", help="Only beside these libraries, as in numpy,jax.")
@click.option("--quick", is_flag=True, help="A few sizes, in float32, on one thread: a minute.")
@click.option("--json", "json_path", type=PLACE, help="Write every time to this file.")
@click.option("--chart", "chart_path", type=PLACE, help="Draw the ratios to this file (.svg, .png, .pdf).")
@formulas_option
def bench(
    only: tuple[str, ...],
    shapes: tuple[str, ...],
    dtypes: tuple[str, ...],
    threads: tuple[str, ...],
    peers: tuple[str, ...],
    quick: bool,
    json_path: Path | None,
    chart_path: Path | None,
    formulas: tuple[Path, ...],
) -> int:
    """Time kernels beside every library that is here.

    All take turns in one run, each in a process of its own, after its results were compared with ours; beside them
    the machine's own limits.  With --formulas the formulas of a file, beside what NumPy, JAX and Numba make of them as
    they are written.  Ctrl-C shows what is there by then.
    """
    from derive.bench import Ask, run_bench
    from derive.bench.files import refuse_unwritable, write_chart, write_json
    from derive.bench.table import page

    display = Display()
    refuse_unwritable(json_path, chart_path)
    ask = Ask.of(only, shapes, dtypes, threads, peers, formulas, quick)
    with display.progress() as tell:
        report = run_bench(ask, tell)
    display.page(page(report))
    if json_path is not None:
        write_json(report, json_path)
    if chart_path is not None:
        write_chart(report, chart_path)
    return 0 if report.complete else INTERRUPTED


def run(arguments: Sequence[str], processes: int = 1) -> int:
    """Carry out a command line; returns the exit status.  What a user can mend is one line on stderr.

    processes: how many a build or a check may use; each beside this one starts a new interpreter.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a letter that the terminal lacks is no reason to stop
    try:
        status = door.main(args=list(arguments), prog_name="derive", standalone_mode=False, obj=processes)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSED
    except click.ClickException as error:
        return _fail(error.format_message(), MISUSED)
    except DeriveError as error:
        return _fail(str(error), MISUSED if _is_misuse(error) else FAILED)
    except (Interrupted, KeyboardInterrupt, click.Abort):
        return _fail("interrupted: every file is whole; run the same command again to finish", INTERRUPTED)
    except (PipeClosed, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: leave quietly
        return PIPE_CLOSED
    except OSError as error:
        return _fail(f"{error.filename or 'the system'}: {(error.strerror or str(error)).lower()}", FAILED)


def _others(only: Sequence[str]) -> AbstractContextManager[Crew]:
    """The processes beside this one: they start, and import what they need, before this one does."""
    processes = click.get_current_context().obj or 1
    return crew(processes - 1 if not only or len(only) >= MANY else 0, ready="derive.pipeline")


def _job(
    out: Path, only: tuple[str, ...], targets: tuple[str, ...], formulas: tuple[Path, ...], languages: tuple[str, ...]
) -> Job:
    from derive.job import Job

    return Job(out=out, formulas=formulas, only=only, targets=targets, languages=languages)


def _build_command(job: Job) -> str:
    """The build that mends what this check found."""
    import shlex

    words = ["derive", "build"]
    words += [word for path in job.formulas for word in ("--formulas", str(path))]
    words += [word for name in job.only for word in ("--only", name)]
    words += [word for name in job.targets for word in ("--target", name)]
    words += [word for code in job.languages for word in ("--lang", code)]
    words += ["--out", str(job.out)] if job.out != Path("generated") else []
    return shlex.join(words)


def _is_misuse(error: DeriveError) -> bool:
    from derive.catalogue import UnknownName

    return isinstance(error, UnknownName)


def _fail(message: str, status: int) -> int:
    text = printable(" ".join(message.split()))
    mark = click.style("error:", fg="red", bold=True) if "NO_COLOR" not in os.environ else "error:"
    with contextlib.suppress(OSError):  # nobody can read it: the status says as much
        click.echo(f"{mark} {text}" if status != INTERRUPTED else text, err=True)
    return status
