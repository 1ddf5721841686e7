"""The C programs of this folder and of peers, compiled for this machine by the compiler that kernels go through."""

from __future__ import annotations

import ctypes
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from derive.formulas.timed.c_programs import SOURCES, SPELLED
from derive.loading import CompilerError
from derive.loading.compiler import find_compiler

HERE = Path(__file__).parent
BASE = ("-std=c11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fPIC", "-shared")
OPTIONS = (("-march=native", "-fopenmp"), ("-march=native",), ())
"""The first that the compiler takes: this machine's instructions with threads, these alone, neither."""


@dataclass(frozen=True)
class Native:
    """A compiled library.

    path:  where it lies.
    flags: with what it was compiled, beside the optimisation that all have.
    """

    path: Path
    flags: tuple[str, ...]

    @property
    def has_threads(self) -> bool:
        return "-fopenmp" in self.flags

    def function(self, name: str) -> Any:
        """A function of the library, its types declared."""
        return _declared(str(self.path), name)


def compiled(folder: Path) -> Native:
    """The library, made in this folder.  Raises CompilerError where there is no compiler, or none that takes it."""
    compiler = find_compiler()
    sources = [str(path) for path in (HERE / "limits.c", *SOURCES)]
    path, said = folder / "bench.so", ""
    for options in OPTIONS:
        command = [*compiler.command, *BASE, *options, f"-I{HERE}", *sources, "-o", str(path), "-lm"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as error:
            raise CompilerError(f"cannot run the C compiler {compiler.command[0]}: {error.strerror}") from error
        if done.returncode == 0 and path.is_file():
            return Native(path, options)
        said = " | ".join((done.stderr or done.stdout).strip().splitlines()[:2])
    raise CompilerError(f"the C compiler {compiler.command[0]} does not take the programs of the bench: {said}")


_SIZE, _POINTER, _INT, _LONG = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int, ctypes.c_long
_TYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "limits_memory": (ctypes.c_double, (_INT, _SIZE, _INT, _POINTER, _INT, _POINTER, _INT, _LONG)),
    "limits_arithmetic": (ctypes.c_double, (_INT, _INT, _LONG)),
    "limits_values": (None, (_SIZE, _POINTER, _POINTER, _POINTER)),
    **dict.fromkeys(SPELLED.values(), (None, (_SIZE, _SIZE, _POINTER, _POINTER, _INT))),
}
"""What each returns and takes, whatever the dtype."""


@cache
def _declared(path: str, name: str) -> Any:
    function = ctypes.CDLL(path)[name]
    function.restype, function.argtypes = _TYPES[name.removesuffix("_f32").removesuffix("_f64")]
    return function
