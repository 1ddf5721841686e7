"""Says in the head of each page what may run there: files of the site, and the few inline scripts of the theme itself.

A script in the text of a page is no script of the theme: if prose ever became one, no browser would run it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

_SCRIPT = re.compile(r"<script>(?P<code>.*?)</script>", re.DOTALL)
_FILLED = re.compile(r"\\\{\\\{.*?\\\}\\\}")
_HEAD = re.compile(r'<head>\s*<meta charset="utf-8">')
"""Where it goes: before all that it rules, behind what a browser looks for in the first 1024 bytes."""

# A page that is opened from a folder has no origin that every browser would take for itself: its files have a scheme.
_RULES = (
    "default-src 'none'",
    "script-src 'self' file: {scripts}",
    "style-src 'self' file: 'unsafe-inline'",
    "img-src 'self' file: data:",
    "font-src 'self' file:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)


def on_post_page(output: str, **_: Any) -> str:
    """MkDocs calls it with each page as it is about to be written."""
    return with_policy(output)


def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """The same for pages that are no page of the navigation, such as that of a missing one."""
    return with_policy(output_content) if template_name.endswith(".html") else output_content


def with_policy(page: str) -> str:
    known = [m["code"] for m in _SCRIPT.finditer(page) if any(p.fullmatch(m["code"]) for p in _of_theme())]
    hashes = " ".join(f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'" for code in dict.fromkeys(known))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(_RULES).format(scripts=hashes)}">'
    return _HEAD.sub(lambda head: head[0] + meta, page, count=1)


@cache
def _of_theme() -> tuple[re.Pattern[str], ...]:
    """The inline scripts in the theme's templates, with any address where a template fills one in."""
    import material

    templates = Path(material.__path__[0]) / "templates"
    found = (m["code"] for path in sorted(templates.rglob("*.html")) for m in _SCRIPT.finditer(path.read_text("utf-8")))
    return tuple(re.compile(_FILLED.sub(r'[^"<>\\\\]*', re.escape(code))) for code in dict.fromkeys(found))
