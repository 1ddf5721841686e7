"""The door: verbs only.  What they do is in derive.pipeline; how they look is in derive.cli.display."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.cli.display import Display, printable
from derive.cli.jobs import all_commands, check_jobs
from derive.cli.options import chosen_by, setting_options
from derive.cli.verbs import PLACE, Interrupted, PipeClosed, Verbs
from derive.errors import DeriveError
from derive.project import Chosen, ProjectError
from derive.project.settings import CATALOGUE, LANGUAGES, ONLY, OUT, PDF, SITE
from derive.system import none_outlived
from derive.version import __version__

if TYPE_CHECKING:
    from derive.system.processes import Crew

OUT_OF_STEP, FAILED, MISUSED, INTERRUPTED, PIPE_CLOSED = 1, 1, 2, 130, 141

EXAMPLES = """\b
Examples:
  derive new NAME                     a formula file of your own, to be changed
  derive build                        the formulas of this project, or else all of derive, into ./generated
  derive build --only NAME --formulas mine.py --out mine
                                      a formula of your own
  derive build --only NAME --target c --out kernels
  derive check                        is ./generated in step with its sources?
  derive watch                        a build at every save
  derive diff NAME                    what did I change, against what git has?
  derive list                         the formulas, topic by topic
  derive verify NAME                  are its kernels right, and to how many digits?
  derive audit FILE.py::f --formula NAME  is a function of your own that formula?
  derive show NAME                    a derivation, step by step
  derive show NAME --lang zh          the same in Chinese
  derive pdf                          the whole theory as PDF, in each language
  derive bench --quick                kernels beside the libraries that are here
"""


MANY = 8
"""So many formulas take longer to make than another process takes to start."""

STATUSES = """
Exit status: 0 done, 1 failed or out of step, 2 misused, 130 interrupted, 141 nobody reads on.
"""


@click.group(cls=Verbs, epilog=EXAMPLES + STATUSES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="derive %(version)s")
def door() -> None:
    """One formula becomes a checked derivation, a LaTeX page, a NumPy kernel and a C kernel."""


@door.command(epilog="\b\nExample:\n  derive new my_loss && derive build")
@click.argument("name")
@click.option("--kind", type=click.Choice(["loss", "vector"]), default="loss", show_default=True,
              help="One number per row, or one per class.")  # fmt: skip
def new(name: str, kind: str) -> None:
    """Begin a formula file: NAME.py, in this folder.

    It builds as it is; what one changes is marked.  It is named in pyproject.toml, where derive build finds it: that
    file is made, or the one that is there gets a line more.  Overwrites nothing.
    """
    from derive.cli.new import new_formula

    for line in new_formula(name, kind, Path()):
        Display().page(line)


@door.command(epilog="\b\nExample:\n  derive build --only NAME --formulas mine.py --target c --out mine")
@click.option("--fresh", is_flag=True, help="Make everything anew, whatever the store holds.")
@click.option("--quiet", is_flag=True, help="Say nothing but warnings and errors.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done, or what is wrong, as one JSON object.")
@setting_options("build")
def build(chosen: Chosen, fresh: bool, quiet: bool, as_json: bool) -> None:
    """Derive, verify and write.

    Every step of every derivation is checked before anything is written.  Files appear whole or not at all:
    a build that is killed leaves nothing half-written, and the next one mends the rest.  What an earlier build made
    of the same formulas, code and templates is taken from a private store; --fresh makes it anew.
    """
    from derive.cli.building import carry_out

    display = Display()
    done = carry_out(chosen, fresh, display, lambda: _others(chosen))
    if as_json:
        display.json(done)
    elif quiet:
        display.left(done)
        display.warnings(done.warnings)
    else:
        display.summary(done)
        display.warnings(done.warnings)


@door.command(
    epilog="\b\nExample:\n  derive watch --formulas mine.py --only NAME --out mine",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF BUILD]...")
@click.pass_context
def watch(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Build now, and again at every save.

    Takes the options of build.  The first error is shown at its line; the next save tries again.  Ctrl-C ends it.
    """
    from derive.cli.watch import watch as run_watch

    asked = build.make_context("derive build", list(words))
    Display().page("watching the formulas, the templates and derive itself; Ctrl-C ends")
    run_watch(["build", *words], lambda: chosen_by("build", asked.params), ctx.obj or 1)


@door.command(epilog="\b\nExample:\n  derive check --out generated")
@setting_options("check")
def check(chosen: Chosen) -> int:
    """Regenerate aside and compare.

    Exit status 1 where any byte of a generated file, a formula or a template is out of step, with the
    differences and the command that mends them.  Writes nothing.  What is to be there is what pyproject.toml says, else
    what the folder says of how it was made.
    """
    display = Display()
    jobs = check_jobs(chosen)
    with _others(chosen) as others:
        from derive.pipeline import check as run_check

        with display.progress() as tell:
            found = {job.made.command(job.made.parts[0]): run_check(job, tell, others) for job in jobs}
    display.differences(found, chosen.of(OUT), all_commands(chosen))
    return OUT_OF_STEP if any(found.values()) else 0


@door.command(epilog="\b\nExample:\n  derive verify NAME --formulas mine.py")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Without the rows of a million classes.")
@click.option("--seed", default="", metavar="TEXT", help="Other random rows.")
@setting_options("verify")
def verify(chosen: Chosen, names: tuple[str, ...], quick: bool, seed: str) -> int:
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
    found = select(open_catalogue(chosen.formulas, chosen.of(CATALOGUE), names), names)
    with display.progress() as show:
        clock = Clock(show, total=len(found) * STAGES)
        for formula in found:
            tell = partial(clock.step, subject=formula.name)
            report = measure(formula, LENGTHS[: 1 if quick else None], seed, tell)
            display.report(report)
            outside = outside or any(kernel.outside for kernel in report.kernels)
    return FAILED if outside else 0


@door.command(epilog="\b\nExample:\n  derive audit kernels.py::my_gradient --formula NAME --as grad")
@click.argument("place", metavar="FILE::FUNCTION")
@click.option("--formula", "name", required=True, metavar="NAME", help="The formula that it is to be.")
@click.option("--as", "kind", default="value", show_default=True, metavar="KIND",
              help="What of it: value, grad, value_and_grad, vjp, jvp, jacobian, hvp, grad_T.")  # fmt: skip
@click.option("--option", "options", multiple=True, metavar="NAME[=VALUE]",
              help="Over a batch: weight (an array that it takes), ignore_index=-100, reduction=mean.")  # fmt: skip
@setting_options("audit")
def audit(chosen: Chosen, place: str, name: str, kind: str, options: tuple[str, ...]) -> int:
    """Hold a kernel of your own to a formula: FILE.py::function, or LIBRARY.so::symbol.

    The function takes arrays of NumPy, or of PyTorch or JAX where its module uses these, rows first: its parameters are
    called as the inputs are, or stand in their order.  A C function of float64 has the arguments of the generated
    one.  The file is run.  Exit status 1 with the smallest input at which it is not the formula, and the term that is
    missing, where one is found.
    """
    from derive.catalogue import open_catalogue, select
    from derive.cli.audited import audit as run_audit

    formula, *_ = select(open_catalogue(chosen.formulas, chosen.of(CATALOGUE), [name]), [name])
    right, lines = run_audit(place, formula, kind, options)
    for line in lines:
        Display().page(line)
    return 0 if right else FAILED


@door.command("list")
@click.option("--lang", "language", metavar="CODE", help="Titles in this language: en, zh.")
@setting_options("list")
def list_(chosen: Chosen, language: str | None) -> None:
    """List the formulas, topic by topic: name, title, inputs, kernels."""
    from derive.catalogue import open_catalogue
    from derive.job import select_languages

    (words,) = select_languages([language] if language is not None else [*chosen.of(LANGUAGES), "en"][:1])
    Display().catalogue(open_catalogue(chosen.formulas, chosen.of(CATALOGUE)), words)


@door.command(epilog="\b\nExample:\n  derive show NAME --latex > page.tex")
@click.argument("name", required=False)
@click.option("--latex", is_flag=True, help="As LaTeX, the page that a build would write.")
@click.option("--brief", is_flag=True, help="The lesson alone: results, key steps, theorems.")
@click.option("--passes", is_flag=True, help="The program of each kernel after each pass, instead of the derivation.")
@click.option("--splits", is_flag=True, help="How each kernel splits over the classes, instead: what shards send.")
@setting_options("show")
def show(chosen: Chosen, name: str | None, latex: bool, brief: bool, passes: bool, splits: bool) -> None:
    """Show the derivation of a formula, step by step.

    It is as wide as the terminal; COLUMNS sets another width.  In English, unless another language is asked for.
    Every step is verified before it is shown.
    """
    if name is None:
        raise click.UsageError("NAME is missing: derive list shows the names of the formulas")
    from derive.catalogue import open_catalogue, select
    from derive.job import select_languages
    from derive.pipeline import briefly, latex_page, passes_page, text_page, verified

    languages = select_languages(chosen.of(LANGUAGES) or ["en"])
    catalogue = open_catalogue(chosen.formulas, chosen.of(CATALOGUE), [name])
    built = verified(select(catalogue, [name])[0], catalogue)
    display = Display()
    if passes:
        display.page(passes_page(built.derived))
        return
    if splits:
        from derive.splits import told

        display.page(told(built.programs))
        return
    unicode = (sys.stdout.encoding or "").lower().startswith(("utf", "gb18030"))  # these write every sign
    for words in languages:
        if latex:
            display.page(latex_page(briefly(built) if brief else built, words=words))
        else:
            display.page(text_page(built, unicode=unicode, words=words, columns=display.columns, brief=brief))


@door.command(epilog="\b\nExample:\n  derive diff NAME --formulas mine.py --against main")
@click.argument("name")
@click.option(
    "--against", "ref", default="HEAD", show_default=True, metavar="GITREF", help="The commit to compare with."
)
@setting_options("diff")
def diff(chosen: Chosen, name: str, ref: str) -> None:
    """Show what a change does to the mathematics.

    The formula as git has it at a commit and as it lies there now: definition, derivatives, claims, the programs in
    their stable form, conventions and bounds.  The rest of derive is the same for both.
    """
    from derive.changes import difference

    Display().page(difference(name, chosen.formulas, ref))


@door.command(epilog="\b\nExample:\n  derive site --serve")
@setting_options("site")
@click.option("--serve", "serving", is_flag=True, help="Serve it on this machine, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to serve it on.")
def site(chosen: Chosen, serving: bool, port: int) -> None:
    """Make a web site of the generated files.

    Every page in every language, with steps that fold, code, pictures and search.  It needs no other host: open
    index.html, put the folder on any server, or use --serve.
    """
    from derive.readers.playground.bundle import MISSING, interpreter
    from derive.readers.site import address, build_site, serve, server

    display, out = Display(), chosen.of(SITE)
    running = server(out, port) if serving else None
    with display.progress() as tell:
        home = build_site(chosen.of(OUT), out, tell, chosen.of(PDF))
    display.page(f"{home}: the site")
    if interpreter() is None:
        display.page(MISSING)
    if running is not None:
        display.page(f"{address(running)}: served until Ctrl-C")
        serve(running)


@door.command(epilog="\b\nExample:\n  derive pdf --lang zh\n  derive pdf --only NAME --slides")
@click.option("--only", multiple=True, metavar="NAME", help="A handout of this formula or topic (may be repeated).")
@click.option("--brief", is_flag=True, help="The key steps alone, without the appendix of further derivatives.")
@click.option("--slides", is_flag=True, help="Slides of the formulas that --only names, in key steps.")
@setting_options("pdf")
def pdf(chosen: Chosen, only: tuple[str, ...], brief: bool, slides: bool) -> None:
    """Typeset the whole theory, or a handout, or slides: one PDF file for each language.

    Every formula is derived and verified first.  It takes XeLaTeX, which every TeX Live has; the pictures take
    matplotlib.
    """
    if slides and not only:
        raise click.UsageError("--slides takes --only NAME: derive list shows the names of the formulas")
    from derive.readers.paper import Edition, build_pdf

    display, edition = Display(), Edition(only, brief, slides)
    with display.progress() as tell:
        made = build_pdf(chosen.of(PDF), chosen.of(LANGUAGES), chosen.formulas, tell, chosen.of(CATALOGUE), edition)
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
@click.option("--again", type=PLACE, metavar="FILE", help="Time nothing: show what a run wrote with --json.")
@setting_options("bench")
def bench(
    chosen: Chosen,
    only: tuple[str, ...],
    shapes: tuple[str, ...],
    dtypes: tuple[str, ...],
    threads: tuple[str, ...],
    peers: tuple[str, ...],
    quick: bool,
    json_path: Path | None,
    chart_path: Path | None,
    again: Path | None,
) -> int:
    """Time kernels beside every library that is here.

    All take turns in one run, each in a process of its own, after its results were compared with ours; beside them
    the machine's own limits.  With --formulas, and in a project that names formula files, those formulas, beside what
    NumPy, JAX and Numba make of them as they are written.  Ctrl-C shows what is there by then.
    """
    from derive.bench import Ask, run_bench
    from derive.bench.again import read_json, selected
    from derive.bench.files import refuse_unwritable, write_chart, write_json
    from derive.bench.table import page

    display = Display()
    refuse_unwritable(json_path, chart_path)
    if again is not None and (peers or quick or json_path):
        raise click.UsageError("--again times nothing: leave out --peers, --quick and --json")
    if again is not None:
        report = selected(read_json(again), only, shapes, dtypes, threads)
    else:
        ask = Ask.of(only, shapes, dtypes, threads, peers, chosen.formulas, quick)
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
    fail = partial(_fail, as_json=[*arguments][:1] == ["build"] and "--json" in arguments)
    try:
        with none_outlived():
            status = door.main(args=list(arguments), prog_name="derive", standalone_mode=False, obj=processes)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSED
    except click.ClickException as error:
        return fail(error.format_message(), MISUSED)
    except DeriveError as error:
        return fail(str(error), MISUSED if _is_misuse(error) else FAILED)
    except (Interrupted, KeyboardInterrupt, click.Abort):
        return fail("interrupted: every file is whole; run the same command again to finish", INTERRUPTED)
    except (PipeClosed, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: leave quietly
        return PIPE_CLOSED
    except OSError as error:
        return fail(f"{error.filename or 'the system'}: {(error.strerror or str(error)).lower()}", FAILED)


def _others(chosen: Chosen) -> AbstractContextManager[Crew]:
    """The processes beside this one: they start, and import what they need, before this one does."""
    from derive.system.processes import crew

    processes = click.get_current_context().obj or 1
    named: Sequence[object] = chosen.of(ONLY) or ([] if chosen.of(CATALOGUE) else chosen.formulas)
    return crew(processes - 1 if not named or len(named) >= MANY else 0, ready="derive.pipeline")


def _is_misuse(error: DeriveError) -> bool:
    if isinstance(error, ProjectError):
        return True
    from derive.catalogue import UnknownName

    return isinstance(error, UnknownName)


def _fail(message: str, status: int, as_json: bool) -> int:
    text = printable(" ".join(message.split()))
    mark = click.style("error:", fg="red", bold=True) if "NO_COLOR" not in os.environ else "error:"
    with contextlib.suppress(OSError):  # nobody can read it: the status says as much
        if as_json:
            Display().json_error(message)
        click.echo(f"{mark} {text}" if status != INTERRUPTED else text, err=True)
    return status
