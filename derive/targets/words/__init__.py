"""The languages in which pages are written: English, and one file here for each other language.

English prose is the key: a page says ``words.say("Source")``.  A Text that carries its own translation needs no
entry; what a language lacks is said in English.
"""

from __future__ import annotations

import importlib
import pkgutil

from derive.targets.words.words import Words

__all__ = ["LANGUAGES", "Words"]


def _found() -> dict[str, Words]:
    modules = [importlib.import_module(f"{__name__}.{i.name}") for i in pkgutil.iter_modules(__path__)]
    words = [module.WORDS for module in modules if hasattr(module, "WORDS")]
    return {w.language: w for w in sorted(words, key=lambda w: (w.language != "en", w.language))}


LANGUAGES: dict[str, Words] = _found()
"""Code of the language (ISO 639-1) -> its words; English first."""
