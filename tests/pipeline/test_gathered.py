"""What is gathered of all formulas is what lies in the folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from jinja2 import Environment

from derive import job as asked
from derive import pipeline
from derive.job import Job
from derive.output import render as printing
from tests.pipeline.toys import NAMES, Toy, part, tree, why


@dataclass(frozen=True)
class GatheringToy(Toy):
    """With a file that holds the text of all others."""

    def gathered_files(
        self, printed: Sequence[Mapping[str, str]], shared: Mapping[str, str], templates: Environment
    ) -> Mapping[str, str]:
        return {"whole.txt": "".join(text for files in (shared, *printed) for text in files.values())}


@pytest.fixture
def gathering(job: Job, monkeypatch: pytest.MonkeyPatch) -> Job:
    toys = {"red": GatheringToy("red"), "blue": Toy("blue")}
    monkeypatch.setattr(asked, "TARGETS", toys)
    monkeypatch.setattr(printing, "TARGETS", toys)
    return job


def gathered(job: Job) -> list[str]:
    return (job.out / "red_files/whole.txt").read_text().splitlines()


def test_what_is_gathered_is_what_lies_in_the_folder(gathering: Job) -> None:
    pipeline.build(gathering)
    whole = tree(gathering.out)
    assert len(gathered(gathering)) == len(NAMES) + 2
    other = Job(gathering.out.with_name("parts"), gathering.formulas, templates=gathering.templates, catalogue=True)
    for names in (NAMES[3:], ["mine"], NAMES[:3]):
        pipeline.build(part(other, only=names))
    assert tree(other.out) == whole
    assert pipeline.check(part(other, only=["mine"])) == [] and pipeline.check(other) == []


@pytest.mark.parametrize("damage", ["edited by hand", "missing", "not even text"])
def test_what_is_gathered_is_never_what_was_edited(gathering: Job, damage: str) -> None:
    pipeline.build(gathering)
    before = gathered(gathering)
    victim = gathering.out / "red_files/softmax.txt"
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(b"mine\n" if damage == "edited by hand" else b"\xff\n")
    pipeline.build(part(gathering, only=["mine"]))
    assert gathered(gathering) == before
    assert set(why(pipeline.check(gathering))) == {"softmax.txt"}


def test_a_formula_of_another_time_is_gathered_as_it_lies_there(gathering: Job) -> None:
    """The one file goes with the others, whichever build they are of."""
    pipeline.build(part(gathering, only=["softmax"]))
    (line,) = (line for line in gathered(gathering) if line.startswith("red softmax"))
    assert gathering.templates is not None
    (gathering.templates / "red" / "page.txt").write_text("new << name >>: << text >>\n")
    pipeline.build(part(gathering, only=["mine"]))
    assert [text.split()[0] for text in gathered(gathering)[1:]] == ["red", "new"] and line in gathered(gathering)
    assert {"softmax.txt", "whole.txt"} <= set(why(pipeline.check(gathering)))
