"""A target for each language."""

from __future__ import annotations

import json

import pytest

from derive import job as asked
from derive import pipeline
from derive.catalogue import UnknownName
from derive.job import Job
from derive.output import render as printing
from tests.pipeline.toys import Toy, part, tree


@pytest.fixture
def spoken(job: Job, monkeypatch: pytest.MonkeyPatch) -> Job:
    """The same with a target in two languages beside one that has none."""
    toys = {name: Toy(name) for name in ("red", "page/en", "page/zh")}
    monkeypatch.setattr(asked, "TARGETS", toys)
    monkeypatch.setattr(printing, "TARGETS", toys)
    assert job.templates is not None
    (job.templates / "page").mkdir()
    (job.templates / "page" / "page.txt").write_text("<< name >>\n")
    return job


def folders(job: Job) -> set[str]:
    return {path.rpartition("/")[0] for path in tree(job.out)} - {""}


@pytest.mark.parametrize(
    ("targets", "languages", "made"),
    [
        ([], [], {"red_files", "page/en", "page/zh"}),
        (["page"], [], {"page/en", "page/zh"}),
        (["page/zh"], [], {"page/zh"}),
        ([], ["zh"], {"red_files", "page/zh"}),
        (["page"], ["zh"], {"page/zh"}),
        (["page"], ["zh", "en"], {"page/en", "page/zh"}),
        (["red"], ["zh"], {"red_files"}),
    ],
)
def test_targets_and_languages(spoken: Job, targets: list[str], languages: list[str], made: set[str]) -> None:
    chosen = part(spoken, targets=targets, languages=languages)
    pipeline.build(chosen)
    assert folders(spoken) == made
    assert pipeline.check(chosen) == []


def test_a_build_of_one_language_keeps_the_others(spoken: Job) -> None:
    pipeline.build(spoken)
    whole = tree(spoken.out)
    plan = pipeline.build(part(spoken, languages=["zh"]))
    assert (plan.writes, plan.removed) == ((), ())
    assert tree(spoken.out) == whole


def test_languages_add_up_to_the_whole(spoken: Job) -> None:
    pipeline.build(spoken)
    whole = tree(spoken.out)
    other = Job(spoken.out.with_name("parts"), spoken.formulas, templates=spoken.templates, catalogue=True)
    for language in ("zh", "en"):
        pipeline.build(part(other, languages=[language]))
    assert tree(other.out) == whole


def test_a_build_of_a_kind_takes_away_what_it_made_before_there_were_languages(spoken: Job) -> None:
    pipeline.build(spoken)
    manifest = json.loads((spoken.out / "manifest.json").read_text())
    old = {**manifest["files"]["page/en/mine.txt"], "target": "page"}
    manifest["files"]["page/mine.txt"] = old
    (spoken.out / "manifest.json").write_text(json.dumps(manifest))
    (spoken.out / "page" / "mine.txt").write_bytes((spoken.out / "page/en/mine.txt").read_bytes())
    assert pipeline.build(part(spoken, targets=["page"])).removed == ("page/mine.txt",)
    assert pipeline.check(spoken) == []


def test_a_template_counts_for_every_language_of_its_kind_and_for_nothing_else(spoken: Job) -> None:
    pipeline.build(spoken)
    before = json.loads((spoken.out / "manifest.json").read_text())["files"]
    assert spoken.templates is not None
    (spoken.templates / "page" / "page.txt").write_text("<# a remark #><< name >>\n")
    pipeline.build(spoken)
    after = json.loads((spoken.out / "manifest.json").read_text())["files"]
    assert {p for p in after if after[p] != before[p]} == {p for p in after if p.startswith("page/")}


@pytest.mark.parametrize(
    ("targets", "languages", "message"),
    [
        ([], ["fr"], "no language is called 'fr': there are: en, zh"),
        (["pag"], [], "no target is called 'pag': did you mean page"),
        (["page/fr"], [], "no target is called 'page/fr': did you mean page"),
        (["page/en"], ["zh"], "no target is called page/en in zh"),
    ],
)
def test_unknown_languages(spoken: Job, targets: list[str], languages: list[str], message: str) -> None:
    for verb in (pipeline.build, pipeline.check):
        with pytest.raises(UnknownName, match=message):
            verb(part(spoken, targets=targets, languages=languages))
