"""Which libraries there are, and which of them are here."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from derive.language.errors import DeriveError


@dataclass(frozen=True)
class Peer:
    """A library.

    name:    what tables call it.
    module:  in this folder, with ``contestants(task, data)``.
    needs:   the packages that it takes.
    """

    name: str
    module: str
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(package for package in self.needs if importlib.util.find_spec(package) is None)

    @property
    def versions(self) -> dict[str, str]:
        return {package: _version(package) for package in self.needs}


PEERS = (
    Peer("numpy", "numpy_arrays", ("numpy",)),
    Peer("scipy", "scipy_special", ("scipy",)),
    Peer("numba", "numba_loops", ("numba",)),
    Peer("two-pass", "two_pass"),
    Peer("torch", "torch_eager", ("torch",)),
    Peer("torch compile", "torch_compiled", ("torch",)),
    Peer("jax", "jax_jit", ("jax",)),
    Peer("onnxruntime", "onnx_runtime", ("onnxruntime", "onnx")),
)


class UnknownPeer(DeriveError):
    """A name that no peer has, or one that is not installed."""


def installed(names: Sequence[str] = ()) -> tuple[Peer, ...]:
    """The peers that are here, of all or of those named.  Raises UnknownPeer for a name that cannot be had."""
    by_name = {peer.name: peer for peer in PEERS}
    for name in names:
        if name not in by_name:
            raise UnknownPeer(f"no peer is called {name!r}: there are: {', '.join(by_name)}")
        if by_name[name].missing:
            raise UnknownPeer(f"{name} is not installed: python -m pip install {' '.join(by_name[name].missing)}")
    return tuple(peer for peer in PEERS if not peer.missing and (not names or peer.name in names))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
