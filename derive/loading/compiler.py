"""The machine's C compiler: which one, and how it is run."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.loading.processor import processor
from derive.loading.troubles import CompilerError

_THREADS = ("-pthread",) if os.name == "posix" else ()
FLAGS = (
    "-std=c11",
    "-O3",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fPIC",
    "-shared",
    *_THREADS,
)
"""Nothing that changes what a program means: infinities, NaN and the order of additions stay."""


def flags() -> tuple[str, ...]:
    """What every compilation is told: ours, then what ``$CFLAGS`` says, so that it counts.  Raises CompilerError."""
    return (*FLAGS, *_words("CFLAGS"))


OF_THIS_MACHINE = "-DDERIVE_CLONES="
"""Code for this machine's processor alone, once; only where the cache can tell processors apart."""


@dataclass(frozen=True)
class Compiler:
    """A compiler.

    command:  what to run, as the first words of a command line.
    identity: a text that changes when the compiler does.
    """

    command: tuple[str, ...]
    identity: str

    def compile(self, sources: list[Path], library: Path, include: Path, more: Sequence[str] = ()) -> None:
        """Compile C sources into a shared library.  Raises CompilerError with the first lines that it said."""
        import subprocess  # here alone: what is compiled already is found without it

        command = [*self.command, *flags(), f"-I{include}", *more, *map(str, sources), "-o", str(library), "-lm"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as error:
            raise CompilerError(f"cannot run the C compiler {self.command[0]}: {error.strerror}") from error
        if done.returncode != 0 or not library.is_file():
            said = " | ".join((done.stderr or done.stdout).strip().splitlines()[:3])
            raise CompilerError(f"the C compiler failed (status {done.returncode}): {shlex.join(command)}: {said}")


def find_compiler() -> Compiler:
    """``$CC``, else ``cc``, ``gcc`` or ``clang``, else the one in the package ``ziglang``.  Raises CompilerError."""
    chosen = _words("CC")
    if chosen:
        found = shutil.which(chosen[0])
        if found is None:
            raise CompilerError(f"CC={os.environ['CC']!r} names no program: correct it, or unset CC to search for one")
        return _on_path(found, chosen[1:])
    for name in ("cc", "gcc", "clang"):
        if (found := shutil.which(name)) is not None:
            return _on_path(found, [])
    if importlib.util.find_spec("ziglang") is not None:
        return _ziglang()
    raise CompilerError("no C compiler (looked for $CC, cc, gcc, clang): install one with: pip install ziglang")


def _words(variable: str) -> list[str]:
    """The words of an environment variable."""
    told = os.environ.get(variable, "")
    try:
        return shlex.split(told)
    except ValueError as error:  # a quotation that does not end
        reason = str(error).lower()
        raise CompilerError(f"{variable}={told!r} is no command ({reason}): correct it, or unset {variable}") from error


def _on_path(program: str, arguments: list[str]) -> Compiler:
    """A compiler that is a program: another path, size or time of change makes it another compiler."""
    real = Path(program).resolve()
    status = real.stat()
    identity = f"{real} {arguments} {status.st_size} {status.st_mtime_ns}"
    return _tuned(Compiler((program, *arguments), identity), (program, "-march=native", OF_THIS_MACHINE, *arguments))


def _tuned(portable: Compiler, command: tuple[str, ...]) -> Compiler:
    """The compiler with what makes the fastest code for this processor, if it is known which that is."""
    here = processor()
    return portable if here is None else Compiler(command, f"{portable.identity} {here}")


def _ziglang() -> Compiler:
    """The compiler in a Python package."""
    import importlib.metadata  # here alone: it takes longer than all else

    command = (sys.executable, "-m", "ziglang", "cc")
    portable = Compiler((*command, "-mcpu=baseline"), f"ziglang {importlib.metadata.version('ziglang')} {sys.platform}")
    return _tuned(portable, (*command, "-mcpu=native", OF_THIS_MACHINE))
