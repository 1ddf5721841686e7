"""Topics and witnesses come with their formulas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive import pipeline
from derive.algebra.records import Derived
from derive.job import Job
from derive.language.claims import Witness
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.targets import Built
from tests.pipeline.toys import MINE, Toy, part, why

TOPIC = """
from derive.formulas.logsumexp import logsumexp
from derive.language import Topic, Witness

zero = Witness("zero", mine, mine.value, "<", 3, {x: (0, 0)})
TOPICS = (Topic("growth", "Growth", "", (mine, logsumexp)),)
"""


def test_a_formula_comes_with_its_topic_and_the_values_of_its_witnesses(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.formulas[0].write_text(MINE + TOPIC)
    seen: dict[str, Built] = {}
    monkeypatch.setattr(pipeline, "derive_formula", derive_theory)
    monkeypatch.setattr(Toy, "signatures", lambda self, built: seen.update({built.formula.name: built}) or {})
    for verb in (pipeline.build, pipeline.check):
        seen.clear()
        verb(job)
        mine = seen["mine"]
        assert mine.topic is not None and mine.topic.name == "growth"
        (shown,) = mine.examples
        assert (shown.left, shown.right) == ("2", "3")


def derive_theory(formula: Formula) -> Derived:
    return Derived(formula, (), (), tuple(w for w in formula.theory if isinstance(w, Witness)))


def test_a_witness_that_does_not_hold_stops_the_build(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    job.formulas[0].write_text(MINE + TOPIC.replace('"<", 3', '"<", 2'))
    monkeypatch.setattr(pipeline, "derive_formula", derive_theory)
    with pytest.raises(DeriveError, match=r"mine.py:10: witness 'zero'"):
        pipeline.build(job)
    assert not job.out.exists()


def test_a_wrong_answer_stops_the_build(job: Job) -> None:
    asks = "stop=Stop((), (Exercise('How much?', (Fact(mine.value, '>', 3, {x: (0, 0)}),)),))),)"
    wrong = "from derive.language import Exercise, Fact, Stop\n" + TOPIC.replace("),)", f", {asks}")
    job.formulas[0].write_text(MINE + wrong)
    with pytest.raises(DeriveError, match=r"mine.py:\d+: mine > 3 is wrong at n = 2, x = \[0, 0\]: correct the fact"):
        pipeline.build(job)
    assert not job.out.exists()


def test_documents_hold_topics_in_reading_order_then_the_rest_by_name(job: Job) -> None:
    job.formulas[0].write_text(MINE + TOPIC)
    pipeline.build(part(job, only=["softmax", "mine", "logsumexp", "cross_entropy"], targets=["red"]))
    listed = (job.out / "red_files/all.txt").read_text().split()
    order = pipeline.open_catalogue(job.formulas).reading_order
    assert listed == [name for name in order if name in listed]
    assert len(listed) == 4


def test_a_change_in_the_prose_of_a_claim_counts_for_the_formula_that_it_is_about(job: Job) -> None:
    pipeline.build(job)
    remark = job.formulas[0].with_name("remark.py")
    remark.write_text(
        "from derive.formulas.softmax import softmax, x\n"
        "from derive.language import indices\n"
        "from derive.language.claims import Witness\n"
        "i = indices('i')\n"
        "small = Witness('small', softmax, softmax[i], '<=', 1, {x: (0,), i: 1})\n"
    )
    wider = Job(job.out, (*job.formulas, remark), templates=job.templates, catalogue=True)
    pipeline.build(wider)
    before = json.loads((job.out / "manifest.json").read_text())["files"]
    remark.write_text(remark.read_text() + "# a remark\n")
    assert why(pipeline.check(wider))["remark.py"] == "changed since the build"
    pipeline.build(wider)
    after = json.loads((job.out / "manifest.json").read_text())["files"]
    changed = {Path(p).name for p in after if after[p] != before[p]}
    assert changed == {"softmax.txt", "all.txt"}
