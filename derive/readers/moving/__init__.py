"""Things to move: a page whose numbers a reader changes, computed in the browser by generated kernels."""

from __future__ import annotations

from derive.readers.moving.called import scripts
from derive.readers.moving.widgets import ASSETS, FOLDER, PATH, moving_page

__all__ = ["ASSETS", "FOLDER", "PATH", "moving_page", "scripts"]
