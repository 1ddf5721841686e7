"""What docs/ci.md gives others to copy: its hooks exist, and its commands find what is out of step."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[1]
RUN: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "run.py"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
FILES = {block.name: block.text for block in RUN["blocks"](PAGE) if block.kind == "file"}
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


def hook_command(hook: str) -> list[str]:
    """What pre-commit runs: the entry of the hook, and the arguments that the page gives it."""
    (repository,) = yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"]
    (asked,) = repository["hooks"]
    assert asked["id"] in HOOKS
    return [*shlex.split(HOOKS[hook]["entry"]), *asked["args"]]


def steps() -> list[str]:
    (job,) = yaml.safe_load(FILES[".github/workflows/derive.yml"])["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]


def test_pre_commit_accepts_the_hooks_and_the_page() -> None:
    library = pytest.importorskip("pre_commit.clientlib")
    library.load_manifest(ROOT / ".pre-commit-hooks.yaml")
    for hook in HOOKS.values():
        assert hook["language"] == "python" and not hook["pass_filenames"]
        assert all(re.search(hook["files"], name) for name in ("margin.py", "pyproject.toml", "generated/c/margin.c"))


def test_the_job_installs_what_is_called_so_and_asks_what_the_hook_asks() -> None:
    install, check = steps()
    (name,) = re.findall(r'"([\w-]+)\[oracle\]"', install)
    assert f'name = "{name}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert shlex.split(check) == hook_command("derive-check")
    assert check in [block.text.strip() for block in RUN["blocks"](PAGE) if block.kind == "commands"]


def test_both_find_what_is_out_of_step_and_the_other_hook_mends_it(tmp_path: Path) -> None:
    clone = RUN["scratch_clone"](tmp_path)
    (clone / "margin.py").write_text(FILES["margin.py"], encoding="utf-8")

    def ends(words: list[str]) -> int:
        done = subprocess.run(words, cwd=clone, env=RUN["environment"](clone), capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    assert ends(hook_command("derive-check")) == 1  # nothing is built yet
    assert ends(hook_command("derive-build")) == 0 == ends(hook_command("derive-check"))
    (clone / "margin.py").write_text(FILES["margin.py"].replace("2 *", "3 *"), encoding="utf-8")
    assert ends(shlex.split(steps()[-1])) == 1
    assert ends(hook_command("derive-build")) == 0 == ends(shlex.split(steps()[-1]))
