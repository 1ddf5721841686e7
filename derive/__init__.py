"""derive: one formula becomes a checked derivation, a LaTeX page, a NumPy kernel and a C kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derive.shown import Printer, show_with
from derive.version import __version__

if TYPE_CHECKING:
    from derive import dask, jax, torch
    from derive.loading import load

__all__ = ["__version__", "dask", "jax", "load", "torch"]


def _notebook() -> Printer:
    from derive.targets.notebook import PRINTER

    return PRINTER


show_with(_notebook)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    """``load`` and what other libraries take, imported when first asked for: ``import derive`` stays light."""
    if name == "load":
        from derive.loading import load

        return load
    if name == "torch":
        import derive.torch

        return derive.torch
    if name == "dask":
        import derive.dask

        return derive.dask
    if name == "jax":
        import derive.jax

        return derive.jax
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
