"""The options that the table of settings gives to each verb."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from derive.cli.verbs import PLACE, Named
from derive.project import SETTINGS, Chosen, Setting, find_project
from derive.project.settings import FLAG, FOLDER


def setting_options(verb: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a verb its options, and calls it with ``chosen``: what they, and the project of this folder, say."""

    def dressed(function: Callable[..., Any]) -> Callable[..., Any]:
        mine = [setting for setting in SETTINGS if verb in setting.options]

        @functools.wraps(function)
        def called(**words: Any) -> Any:
            chosen = chosen_by(verb, words)
            return function(chosen=chosen, **{k: v for k, v in words.items() if k not in map(_name, mine)})

        dressed_in: Callable[..., Any] = called
        for setting in reversed(mine):
            dressed_in = _option(setting, setting.options[verb])(dressed_in)
        return dressed_in

    return dressed


def chosen_by(verb: str, words: Mapping[str, Any]) -> Chosen:
    """What the options of a verb, as click read them, and the project of this folder say."""
    said = {setting.key: words[_name(setting)] for setting in SETTINGS if verb in setting.options}
    given = {key: value for key, value in said.items() if value not in (None, (), False)}
    return Chosen(find_project(Path.cwd()), given)


def _option(setting: Setting[Any], flag: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    kind = setting.kind
    if kind is FLAG:
        return click.option(flag, _name(setting), is_flag=True, help=setting.doc)
    if kind is FOLDER:
        shown = str(setting.default)
        return click.option(flag, _name(setting), type=PLACE, metavar=setting.metavar, help=setting.doc,
                            show_default=shown)  # fmt: skip
    return click.option(flag, _name(setting), type=Named(), multiple=True, metavar=setting.metavar,
                        help=f"{setting.doc[:-1]} (may be repeated).")  # fmt: skip


def _name(setting: Setting[Any]) -> str:
    return f"setting_{setting.key}"
