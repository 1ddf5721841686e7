"""The stages in their order, on two small targets of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import Environment

from derive import job as asked
from derive import pipeline
from derive.algebra.records import Derived
from derive.catalogue import UnknownName, load_catalogue
from derive.job import Job
from derive.language.claims import Witness
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.output import Difference
from derive.output import render as printing
from derive.progress import Event
from derive.targets import Built

NAMES = tuple(formula.name for formula in load_catalogue())

MINE = """\
from derive.language import Formula, Sum, exp, indices, vector

j = indices("j")
x = vector("x")
mine = Formula("mine", Sum(exp(x[j]), j), wrt=x)
"""


@dataclass(frozen=True)
class Toy:
    """Prints the name of each formula through a template, and a list of all."""

    name: str

    @property
    def folder(self) -> str:
        return f"{self.name}_files" if "/" not in self.name else self.name

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        page = templates.get_template(f"{self.name.partition('/')[0]}/page.txt")
        return {f"{built.formula.name}.txt": page.render(name=built.formula.name, text=str(built.formula.expression))}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        return {"all.txt": " ".join(b.formula.name for b in built) + "\n"}

    def signatures(self, built: Built) -> Mapping[str, str]:
        return {built.formula.name: f"{self.name} {built.formula.name}()"}


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Puts the small targets and quick stages in place; returns the formulas that were verified, in order."""
    seen: list[str] = []
    toys = {name: Toy(name) for name in ("red", "blue")}
    monkeypatch.setattr(asked, "TARGETS", toys)
    monkeypatch.setattr(printing, "TARGETS", toys)
    monkeypatch.setattr(pipeline, "derive_formula", lambda formula: Derived(formula, (), ()))
    monkeypatch.setattr(pipeline, "programs", lambda formula, derived: ())
    monkeypatch.setattr(pipeline, "check_derived", lambda derived: seen.append(derived.formula.name))
    return seen


@pytest.fixture
def job(tmp_path: Path, verified: list[str]) -> Job:
    """A build of everything from templates and a formula file that the test may edit."""
    for name in ("red", "blue"):
        (tmp_path / "templates" / name).mkdir(parents=True)
        (tmp_path / "templates" / name / "page.txt").write_text(f"{name} << name >>: << text >>\n")
    (tmp_path / "mine.py").write_text(MINE)
    return Job(tmp_path / "out", formulas=(tmp_path / "mine.py",), templates=tmp_path / "templates", catalogue=True)


def part(job: Job, *, only: Sequence[str] = (), targets: Sequence[str] = (), languages: Sequence[str] = ()) -> Job:
    return Job(
        job.out, job.formulas, tuple(only), tuple(targets), job.templates, tuple(languages), catalogue=job.catalogue
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def why(found: Sequence[Difference]) -> dict[str, str]:
    return {Path(d.path).name: d.why for d in found}


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


# --- a target for each language ----------------------------------------------------------------------------------
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


# --- topics and witnesses ----------------------------------------------------------------------------------------
TOPIC = """
from derive.formulas.logsumexp import logsumexp
from derive.language.claims import Topic, Witness

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
