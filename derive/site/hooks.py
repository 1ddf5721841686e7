"""What MkDocs calls while it builds: the search finds words, and shows neither TeX nor code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_NOT_WORDS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|<pre.*?</pre>|<table.*?</table>", re.DOTALL)


def on_post_build(config: Any, **_: Any) -> None:
    """Take mathematics, code and tables out of the index, before the theme packs it for pages without a server."""
    place = Path(config["site_dir"]) / "search" / "search_index.json"
    index = json.loads(place.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        entry["text"] = " ".join(_NOT_WORDS.sub(" ", entry["text"]).split())
    place.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
