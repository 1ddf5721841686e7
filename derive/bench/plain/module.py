"""Text that was written for a user becomes a module: a file, imported as any other."""

from __future__ import annotations

import importlib.util
from hashlib import sha256
from pathlib import Path
from types import ModuleType


def load_text(text: str, folder: Path) -> ModuleType:
    """The module with this text, in a file of a folder that is the caller's own."""
    name = f"plain_{sha256(text.encode()).hexdigest()[:16]}"
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
