"""One copy of the sources, built once, for all tests of the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.cli.checkouts import NAMES, ROOT, TOPICS, Checkout, tree


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Sources with a small catalogue, and everything built once."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("derive", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_templates"))
    for path in (folder / "derive" / "formulas").rglob("*.py"):
        if path.stem not in (*NAMES, "__init__"):
            path.unlink()
    (folder / "derive" / "formulas" / "theory" / "topics.py").write_text(TOPICS, encoding="utf-8")
    checkout = Checkout(folder)
    done = checkout.run("build")
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def checkout(pristine: Checkout) -> Iterator[Checkout]:
    """The same, put back in order after the test."""
    before = tree(pristine.folder)
    yield pristine
    after = tree(pristine.folder)
    for path in after.keys() - before.keys():
        (pristine.folder / path).unlink()
    for path, content in before.items():
        if after.get(path) != content:
            (pristine.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (pristine.folder / path).write_bytes(content)
