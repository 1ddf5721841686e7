"""How click is used: verbs that are suggested, paths that have names, and what is carried past click's own handling."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


class Place(click.Path):
    """A path that has a name: the empty one would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("an empty name: name a folder or a file (the current folder is .)", param, ctx)
        return super().convert(value, param, ctx)


class Named(click.types.StringParamType):
    """A word that is not empty."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("an empty name", param, ctx)
        return super().convert(value, param, ctx)


PLACE = Place(path_type=Path)


class Interrupted(Exception):
    """Ctrl-C, carried past click's own handling."""


class PipeClosed(Exception):
    """Nobody reads what is written; carried past click's own handling."""


class Verbs(click.Group):
    """A group that suggests close matches and leaves Ctrl-C and closed pipes to :func:`run`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            close = get_close_matches(name, self.commands, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sorted(self.commands))}"
            raise click.UsageError(f"no verb is called {name!r}: {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _carried():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _carried():
            return super().make_context(*args, **kwargs)


@contextlib.contextmanager
def _carried() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted from None
    except BrokenPipeError:
        raise PipeClosed from None
