"""Those that we are compared with: a module for each library, imported in a process of its own."""

from __future__ import annotations

from derive.bench.peers.contestant import Contestant
from derive.bench.peers.registry import PEERS, Peer, installed

__all__ = ["PEERS", "Contestant", "Peer", "installed"]
