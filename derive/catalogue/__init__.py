"""The formulas that derive ships and those of its user, and what is claimed of them."""

from __future__ import annotations

from derive.catalogue.files import CatalogueError
from derive.catalogue.hints import unknown
from derive.catalogue.open import Catalogue, UnknownName, load_catalogue, load_topics, open_catalogue, select

__all__ = [
    "Catalogue",
    "CatalogueError",
    "load_catalogue",
    "load_topics",
    "open_catalogue",
    "select",
    "unknown",
    "UnknownName",
]
