"""MkDocs, called as a library: no other program, no file of settings."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from derive.readers.site.config import Plan, settings
from derive.readers.site.unfit import SiteError
from derive.system.extras import bring

NEEDED = ("mkdocs", "material", "pymdownx", "jieba", "matplotlib")


def check_installed() -> None:
    """Raises SiteError, with the command that mends it, where the docs extra is missing."""
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise SiteError(f"a site needs {', '.join(missing)}: {bring('docs')}")


def run(plan: Plan) -> None:
    """Build the pages of one language.  Raises SiteError on the first thing that MkDocs warns of: a dead link, say."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # an announcement of the theme, on every run
    from mkdocs.commands.build import build
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.exceptions import MkDocsException

    _quiet_words(plan)
    with _warnings() as found:
        config = MkDocsConfig(config_file_path=str(plan.docs.parent / "mkdocs.yml"))
        config.load_dict(_filled(settings(plan)))
        errors, warnings = config.validate()
        found += [f"{key}: {problem}" for key, problem in (*errors, *warnings)]
        try:
            if not found:
                config.plugins.on_startup(command="build", dirty=False)
                build(config)
                config.plugins.on_shutdown()
        except MkDocsException as error:
            found.append(str(error))
    if found:
        raise SiteError(f"{plan.words.language}: MkDocs: {' '.join(found[0].split())}")


def _quiet_words(plan: Plan) -> None:
    """The splitter of Chinese words tells what it loads, and keeps a cache where anybody may write."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = str(plan.docs.parent)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """With the one setting that is a function: a fence marked math is mathematics."""
    from pymdownx.arithmatex import arithmatex_fenced_format

    fence = {"name": "math", "class": "arithmatex", "format": arithmatex_fenced_format(which="generic")}
    fenced = {"pymdownx.superfences": {"custom_fences": [fence]}}
    extensions = [fenced if e == "pymdownx.superfences" else e for e in values["markdown_extensions"]]
    return {**values, "markdown_extensions": extensions}


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collects what MkDocs and its plugins warn of; nothing is printed."""
    found: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    handler = Collect(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("mkdocs", "pymdownx", "markdown", "MARKDOWN")]
    before = [(logger, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield found
    finally:
        for logger, propagate in before:
            logger.removeHandler(handler)
            logger.propagate = propagate
