"""A folder is in step with all that it was made from, and says of nothing else that it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive import pipeline
from derive.job import Job
from tests.pipeline.toys import MINE, NAMES, part, tree, why


def test_a_build_is_in_step_and_a_second_one_changes_nothing(job: Job) -> None:
    pipeline.build(job)
    before = tree(job.out)
    plan = pipeline.build(job)
    assert (plan.writes, plan.removed) == ((), ())
    assert tree(job.out) == before
    assert pipeline.check(job) == []


@pytest.mark.parametrize("name", ["red", "blue"])
def test_any_byte_of_a_template_counts_even_if_no_output_changes(job: Job, name: str) -> None:
    pipeline.build(job)
    assert job.templates is not None
    template = job.templates / name / "page.txt"
    template.write_text("<# a remark #>" + template.read_text())
    found = pipeline.check(job)
    assert why(found)["page.txt"] == "changed since the build"
    plan = pipeline.build(job)
    assert plan.writes == ()
    assert pipeline.check(job) == []


def test_a_template_of_one_target_does_not_touch_the_records_of_another(job: Job) -> None:
    pipeline.build(job)
    before = json.loads((job.out / "manifest.json").read_text())["files"]
    assert job.templates is not None
    (job.templates / "red" / "page.txt").write_text("red\n")
    pipeline.build(job)
    after = json.loads((job.out / "manifest.json").read_text())["files"]
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {path for path in after if path.startswith("red_files/")}


def test_a_new_template_counts(job: Job) -> None:
    pipeline.build(job)
    assert job.templates is not None
    (job.templates / "red" / "other.txt").write_text("new\n")
    assert why(pipeline.check(job))["other.txt"] == "is new since the build"


def test_any_byte_of_a_formula_file_counts_even_if_no_output_changes(job: Job) -> None:
    pipeline.build(job)
    job.formulas[0].write_text(MINE + "# a remark\n")
    assert why(pipeline.check(job))["mine.py"] == "changed since the build"
    pipeline.build(job)
    assert pipeline.check(job) == []


def test_a_changed_formula_changes_its_files_alone(job: Job) -> None:
    pipeline.build(job)
    job.formulas[0].write_text(MINE.replace("exp(x[j])", "exp(2 * x[j])"))
    assert set(why(pipeline.check(job))) == {"mine.py", "mine.txt", "manifest.json"}
    assert pipeline.build(job).changed == ("blue_files/mine.txt", "red_files/mine.txt")


def test_a_formula_that_is_gone_takes_its_files_with_it(job: Job) -> None:
    pipeline.build(job)
    without = Job(job.out, templates=job.templates, catalogue=True)
    orphans = [d for d in pipeline.check(without) if d.orphan]
    assert {Path(d.path).name for d in orphans} == {"mine.txt"}
    assert pipeline.build(without).removed == ("blue_files/mine.txt", "red_files/mine.txt")
    assert pipeline.check(without) == []


def test_a_build_of_one_formula_keeps_the_others_in_step(job: Job) -> None:
    pipeline.build(job)
    before = tree(job.out)
    plan = pipeline.build(part(job, only=["softmax"]))
    assert (plan.writes, plan.removed) == ((), ())
    assert tree(job.out) == before
    assert pipeline.check(part(job, only=["softmax"])) == []


def test_shared_files_tell_of_what_lies_in_the_folder(job: Job) -> None:
    order = pipeline.open_catalogue(job.formulas).reading_order

    def told(target: str) -> set[str]:
        names = (job.out / f"{target}_files/all.txt").read_text().split()
        assert names == [name for name in order if name in names]
        return set(names)

    pipeline.build(part(job, only=["softmax"]))
    assert told("red") == {"softmax"}
    pipeline.build(part(job, only=["mine"], targets=["red"]))
    assert told("red") == {"mine", "softmax"}
    assert told("blue") == {"softmax"}
    pipeline.build(part(job, only=["logsumexp"]))
    assert told("red") == {"logsumexp", "mine", "softmax"}
    assert told("blue") == {"logsumexp", "softmax"}


def test_parts_add_up_to_the_whole(job: Job) -> None:
    pipeline.build(job)
    whole = tree(job.out)
    other = Job(job.out.with_name("parts"), job.formulas, templates=job.templates, catalogue=True)
    for names in (NAMES[3:], ["mine"], NAMES[:3]):
        for target in ("blue", "red"):
            pipeline.build(part(other, only=names, targets=[target]))
    assert pipeline.check(part(other, only=[])) == []
    assert tree(other.out) == whole


def test_a_build_of_one_target_writes_that_one(job: Job) -> None:
    pipeline.build(part(job, targets=["red"]))
    assert {path.split("/")[0] for path in tree(job.out)} == {"red_files", "manifest.json"}
    assert pipeline.check(part(job, targets=["red"])) == []
    assert pipeline.check(job) != []
