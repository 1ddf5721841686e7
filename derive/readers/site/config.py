"""How MkDocs builds the pages of one language: everything local, nothing from another host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.targets.words import LANGUAGES, Words

HERE = Path(__file__).resolve().parent
FIRST = next(iter(LANGUAGES))
"""The language at the top of the site; each of the others has a folder of its own."""


@dataclass(frozen=True)
class Plan:
    """One run of MkDocs.  ``navigation`` are pages, and named groups of pages."""

    words: Words
    languages: tuple[str, ...]
    docs: Path
    out: Path
    navigation: Sequence[Any]


def settings(plan: Plan) -> dict[str, Any]:
    """What another project writes into its mkdocs.yml."""
    words = plan.words
    return {
        "site_name": "derive",
        "site_description": words.say("Formulas, derived step by step, and the code that computes them."),
        "docs_dir": str(plan.docs),
        "site_dir": str(plan.out),
        "use_directory_urls": False,
        "nav": list(plan.navigation),
        "theme": _theme(words),
        "plugins": [{"search": {"lang": list(dict.fromkeys([words.language, "en"]))}}, "offline"],
        "hooks": [str(HERE / "hooks" / name) for name in ("before_search.py", "after_search.py", "policy.py")],
        "extra": {
            "subtitle": words.say("formulas, derived step by step"),
            "alternate": [_alternate(code, words.language) for code in plan.languages],
            "polyfills": ["assets/iframe-worker/shim.js"],
            "detail": {"brief": words.say("Key steps only"), "full": words.say("Every step")},
            "fold": {"open": words.say("Unfold all steps"), "close": words.say("Fold all steps")},
        },
        "extra_css": ["assets/katex/katex.min.css", "assets/derive.css"],
        "extra_javascript": ["assets/katex/katex.min.js", "assets/derive.js"],
        "markdown_extensions": deepcopy(list(_EXTENSIONS)),  # MkDocs takes it apart
        "validation": {"links": {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}},
    }


def _theme(words: Words) -> dict[str, Any]:
    def palette(media: str, scheme: str, icon: str, next_one: str) -> dict[str, Any]:
        return {
            "media": media,
            "scheme": scheme,
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": icon, "name": words.say(next_one)},
        }

    return {
        "name": "material",
        "language": words.language,
        "custom_dir": str(HERE / "overrides"),
        "font": False,
        "logo": "assets/logo.svg",
        "favicon": "assets/logo.svg",
        "icon": {"alternate": "material/translate"},
        "palette": [
            palette("(prefers-color-scheme: light)", "default", "material/weather-sunny", "Dark pages"),
            palette("(prefers-color-scheme: dark)", "slate", "material/weather-night", "Light pages"),
        ],
        "features": [
            "content.code.copy", "content.tooltips", "navigation.footer", "navigation.top", "navigation.tracking",
            "search.highlight", "search.suggest", "toc.follow",
        ],
    }  # fmt: skip


def _alternate(code: str, here: str) -> Mapping[str, str]:
    """The pages of another language, from the top of the pages of this one."""
    link = ("./" if here == FIRST else "../") + ("" if code == FIRST else f"{code}/")
    return {"name": LANGUAGES[code].name, "link": "./" if code == here else link, "lang": code}


_EXTENSIONS: tuple[Any, ...] = (
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    {"toc": {"permalink": True, "toc_depth": "2-3"}},
    {"pymdownx.arithmatex": {"generic": True, "inline_syntax": ["round"], "block_syntax": ["square"]}},
    {"pymdownx.highlight": {"anchor_linenums": False}},
    "pymdownx.superfences",
    {"pymdownx.tabbed": {"alternate_style": True}},
)
