"""Gives a page back what the search was not shown."""

from __future__ import annotations

from typing import Any

from mkdocs.plugins import event_priority


@event_priority(-100)
def on_page_context(context: Any, page: Any, **_: Any) -> Any:
    page.content = page.shown
    return context
