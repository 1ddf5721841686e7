"""The stages in their order, and what stops a build."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest
from jinja2 import Environment

from derive import pipeline
from derive.algebra.records import Derived
from derive.catalogue import UnknownName, load_catalogue
from derive.job import Job
from derive.language.errors import DeriveError
from derive.progress import Event
from derive.targets import Built
from tests.pipeline.toys import NAMES, Toy, part, tree


def test_the_stages_come_in_order_and_are_counted(job: Job) -> None:
    events: list[Event] = []
    pipeline.build(part(job, only=["softmax"]), events.append)
    assert [e.stage for e in events] == ["derive", "lower", "verify", "print", "write"]
    assert [e.done for e in events] == list(range(5))
    assert {e.total for e in events} == {5}


def test_every_formula_is_verified_before_anything_is_written(job: Job, verified: list[str]) -> None:
    def tell(event: Event) -> None:
        assert event.stage == "write" or not job.out.exists()

    pipeline.build(job, tell)
    assert verified == sorted((*NAMES, "mine"))


def test_a_wrong_step_stops_the_build_and_nothing_is_written(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(derived: Derived) -> None:
        raise DeriveError(f"{derived.formula.name}: a step is wrong")

    monkeypatch.setattr(pipeline, "check_derived", fail)
    with pytest.raises(DeriveError, match="a step is wrong"):
        pipeline.build(job)
    assert not job.out.exists()


def test_a_printer_that_refuses_stops_the_build_and_nothing_is_written(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Toy, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        raise DeriveError("cannot print")

    monkeypatch.setattr(Toy, "shared_files", refuse)
    with pytest.raises(DeriveError, match="cannot print"):
        pipeline.build(job)
    assert not job.out.exists()


def test_the_folder_holds_each_target_and_the_manifest_lists_it(job: Job) -> None:
    plan = pipeline.build(job)
    files = tree(job.out)
    expected = {f"{t}_files/{name}.txt" for t in ("red", "blue") for name in (*NAMES, "mine", "all")}
    assert set(files) == {*expected, "manifest.json"} == {*plan.new, "manifest.json"}
    manifest = json.loads(files["manifest.json"])
    assert set(manifest["files"]) == expected
    assert manifest["kernels"]["mine"] == {
        "formula": "mine",
        "signatures": {"blue": "blue mine()", "red": "red mine()"},
    }
    assert manifest["files"]["red_files/mine.txt"]["formula"] == "mine"
    assert manifest["files"]["red_files/all.txt"]["formula"] is None
    assert {"mine.py", "derive/formulas/softmax.py", "templates/red/page.txt"} <= set(manifest["sources"])
    assert str(job.out.parent) not in files["manifest.json"].decode()


def test_render_gives_what_build_writes(job: Job) -> None:
    pipeline.build(job)
    rendered = pipeline.render(load_catalogue(job.formulas), templates=job.templates)
    assert {path: text.encode() for path, text in rendered.items()} == tree(job.out)


@pytest.mark.parametrize(
    ("only", "targets", "message"),
    [
        (["sofmax"], [], "no formula is called 'sofmax': did you mean softmax"),
        ([], ["bleu"], "no target is called 'bleu': did you mean blue"),
        ([], ["xyzzy"], "there are: blue, red"),
    ],
)
def test_unknown_names(job: Job, only: list[str], targets: list[str], message: str) -> None:
    for verb in (pipeline.build, pipeline.check):
        with pytest.raises(UnknownName, match=message):
            verb(part(job, only=only, targets=targets))


@pytest.mark.parametrize(
    ("name", "message"), [("../out.txt", "is not a path inside"), ("softmax.txt", "is made twice: rename the formula")]
)
def test_a_target_cannot_write_elsewhere_or_twice(
    job: Job, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setattr(Toy, "shared_files", lambda self, built, templates: {name: "x"})
    with pytest.raises(DeriveError, match=message):
        pipeline.build(job)
    assert not job.out.exists()
