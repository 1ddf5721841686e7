"""The catalogue: what is found, and one clear line for what is not right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from derive.catalogue import CatalogueError, UnknownName, load_catalogue, load_topics, open_catalogue, select
from derive.output.sources import formula_sources, template_sources

OWN = ("cross_entropy", "cross_entropy_label", "log_softmax", "logsumexp", "softmax")

FORMULA = """\
from derive.language import Formula, Sum, exp, indices, log, vector

j = indices("j")
x = vector("x")
{name} = Formula("{name}", log(Sum(exp(2 * x[j]), j)), wrt=x)
"""

VECTOR = """\
from derive.language import Formula, exp, indices, vector

i = indices("i")
x = vector("x")
{name} = Formula("{name}", exp(x[i]), over=i, wrt=x)
"""


def names(*extra: Path) -> tuple[str, ...]:
    return tuple(formula.name for formula in load_catalogue(extra))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(text)
    return path


def problem(*extra: Path) -> str:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(extra)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_its_own_formulas_once_each_in_order() -> None:
    assert set(OWN) <= set(names())
    assert list(names()) == sorted(set(names()))


def test_a_file_a_folder_and_a_file_named_twice(tmp_path: Path) -> None:
    first = write(tmp_path, "first", FORMULA.format(name="first"))
    write(tmp_path, "second", FORMULA.format(name="second"))
    write(tmp_path, "_helper", "raise RuntimeError")
    assert set(names(first)) - set(names()) == {"first"}
    assert set(names(tmp_path, first)) - set(names()) == {"first", "second"}


def test_a_file_of_the_catalogue_named_again_is_no_clash() -> None:
    import derive.formulas.softmax as module

    assert names(Path(module.__file__)) == names()


def test_two_names_for_one_formula_are_one_formula(tmp_path: Path) -> None:
    assert "first" in names(write(tmp_path, "first", FORMULA.format(name="first") + "alias = first\n"))


def test_loading_leaves_the_path_alone_and_no_cache_behind(tmp_path: Path) -> None:
    before = list(sys.path)
    names(write(tmp_path, "first", FORMULA.format(name="first")))
    assert sys.path == before
    assert [p.name for p in tmp_path.iterdir()] == ["first.py"]


def test_a_file_is_read_anew_each_time(tmp_path: Path) -> None:
    path = write(tmp_path, "first", FORMULA.format(name="first"))
    assert "first" in names(path)
    path.write_text(FORMULA.format(name="fresh"))
    assert "fresh" in names(path)


def test_the_folder_of_a_formula_file_is_not_importable(tmp_path: Path) -> None:
    write(tmp_path, "secret_helper", "value = 1\n")
    assert "ModuleNotFoundError" in problem(write(tmp_path, "first", "import secret_helper\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (\n", "bad.py:1: '(' was never closed"),
        ("x = 1\ny = z\n", "bad.py:2: NameError: name 'z' is not defined"),
        ("\n\nraise ValueError('two\\nlines')\n", "bad.py:3: ValueError: two lines"),
        ("import sys\nsys.exit(3)\n", "bad.py:2: SystemExit: 3"),
        ("assert False\n", "bad.py:1: AssertionError"),
        ("from derive.language import vector\n\nx = vector('1x')\n", "bad.py:3: '1x' is not a name"),
        (
            "from derive.language import parameter\nT = parameter('T', default=0, domain='positive')\n",
            "bad.py:2: param",
        ),
        ("x = 1\n", "bad.py:1: no Formula, Claim, Witness or Topic here"),
        ("", "bad.py:1: no Formula, Claim, Witness or Topic here"),
        ("x = '\x00'\n", "bad.py:"),
        (FORMULA.format(name="first").replace("wrt=x", "wrt=3"), "bad.py:5: formula 'first': wrt must be a vector"),
        ("def f():\n    return 1 / 0\n\n\nf()\n", "bad.py:2: ZeroDivisionError"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_line_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, "bad", text)
    assert problem(path).startswith(str(tmp_path / message))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_bytes(b"\xff\xfe\x00")
    assert str(path) in problem(path)


@pytest.mark.parametrize(
    ("path", "message"),
    [("none.py", "no such file or folder"), ("empty", "no formula file"), ("notes.txt", "ends in .py")],
)
def test_paths_that_hold_no_formulas(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("")
    assert message in problem(tmp_path / path)


def test_two_formulas_of_one_name(tmp_path: Path) -> None:
    message = problem(write(tmp_path, "mine", FORMULA.format(name="softmax")))
    assert "mine.py:5: " in message or "softmax.py:" in message
    assert "'softmax' is already defined at" in message


@pytest.mark.parametrize(
    ("template", "kernel"),
    [(FORMULA, "logsumexp_grad"), (FORMULA, "logsumexp_value_and_grad"), (VECTOR, "softmax_vjp"), (FORMULA, "Softmax")],
)
def test_a_formula_named_like_a_kernel(tmp_path: Path, template: str, kernel: str) -> None:
    message = problem(write(tmp_path, "mine", template.format(name=kernel)))
    assert "clashes with" in message and kernel in message and "rename one of them" in message


def test_a_word_of_python_is_no_name(tmp_path: Path) -> None:
    text = FORMULA.format(name="lambda").replace("lambda = ", "it = ")
    assert "is a word of Python" in problem(write(tmp_path, "mine", text))


def test_two_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    one, two = (write(f, "mine", FORMULA.format(name=n)) for f, n in ((tmp_path, "a"), (tmp_path / "sub", "b")))
    assert "another formula file has the same name" in problem(one, two)


def test_select_keeps_the_order_and_suggests() -> None:
    catalogue = open_catalogue()
    assert [f.name for f in select(catalogue, ["softmax", "cross_entropy"])] == ["cross_entropy", "softmax"]
    assert select(catalogue, []) == catalogue.formulas
    with pytest.raises(UnknownName, match="no formula is called 'sofmax': did you mean softmax"):
        select(catalogue, ["sofmax"])
    with pytest.raises(UnknownName, match="derive list shows all"):
        select(catalogue, ["zzz"])


def test_sources_follow_imports_and_uses(tmp_path: Path) -> None:
    by_name = {f.name: f for f in load_catalogue([write(tmp_path, "mine", FORMULA.format(name="mine"))])}
    sources = {Path(name).name for name in formula_sources(by_name["cross_entropy"])}
    assert {"__init__.py", "cross_entropy.py", "softmax.py"} <= sources
    assert not {"cross_entropy_label.py", "topics.py", "mine.py"} & sources
    assert set(formula_sources(by_name["mine"])) == {"mine.py"}


def test_sources_change_with_any_byte(tmp_path: Path) -> None:
    path = write(tmp_path, "mine", FORMULA.format(name="mine"))
    (before,) = (formula_sources(f) for f in load_catalogue([path]) if f.name == "mine")
    path.write_text(path.read_text() + "\n")
    (after,) = (formula_sources(f) for f in load_catalogue([path]) if f.name == "mine")
    assert before.keys() == after.keys() and before != after


def test_templates_of_other_targets_do_not_count(tmp_path: Path) -> None:
    for name in ("c/a", "numpy/b", "common/d", "top"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert set(template_sources([tmp_path], {"c"}, {"c", "numpy"})) == {
        "templates/c/a", "templates/common/d", "templates/top"
    }  # fmt: skip


# --- claims, witnesses, topics -----------------------------------------------------------------------------------
CLAIM = """\
from derive.language import indices
from derive.language.claims import Claim, by
from derive.formulas.softmax import softmax, x

i = indices("i")
{variable} = Claim("{name}", softmax, softmax[i], "=", softmax[i], (by("definition"),))
"""

THEORY = """\
from derive.language import Formula, exp, indices, vector
from derive.language import Claim, Topic, Witness, by, equal

i = indices("i")
x = vector("x")
mine = Formula("mine", exp(x[i]), over=i, wrt=x)
first = Witness("first", mine, mine[i], "<", 3, {x: (0,), i: 1})
later = Claim("later", mine, mine[i], "=", exp(x[i]), (by("definition"),))
TOPICS = (
    Topic("second", "Second", "", (mine,)),
    Topic("first", "First", "", (mine,)),
)
"""


def theory(name: str, *extra: Path) -> list[str]:
    (found,) = (f for f in load_catalogue(extra) if f.name == name)
    return [item.name for item in found.theory]


def test_a_formula_carries_its_theory_in_the_order_of_its_definition(tmp_path: Path) -> None:
    assert theory("mine", write(tmp_path, "mine", THEORY)) == ["first", "later"]


def test_a_users_claim_about_a_formula_of_the_catalogue(tmp_path: Path) -> None:
    path = write(tmp_path, "remark", CLAIM.format(variable="remark", name="my_remark"))
    before = theory("softmax")
    assert theory("softmax", path) == [*before, "my_remark"]
    assert theory("softmax") == before, "nothing of it stays behind"


def test_a_formula_is_the_same_with_and_without_its_theory(tmp_path: Path) -> None:
    path = write(tmp_path, "remark", CLAIM.format(variable="remark", name="my_remark"))
    (with_remark,) = (f for f in load_catalogue([path]) if f.name == "softmax")
    from derive.formulas.softmax import softmax

    assert with_remark == softmax and hash(with_remark) == hash(softmax)


def test_what_a_proof_rests_on_comes_first(tmp_path: Path) -> None:
    write(tmp_path, "a_user", CLAIM.format(variable="last", name="a_claim") + LEMMA)
    assert theory("softmax", tmp_path)[-2:] == ["lemma", "a_claim"]


LEMMA = """\
lemma = Claim("lemma", softmax, softmax[i], "=", softmax[i], (by("definition"),))
last = Claim("a_claim", softmax, softmax[i], "=", softmax[i], (by(lemma),), line=1, file=lemma.file)
"""


def test_two_claims_of_one_name_about_one_formula(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, name, CLAIM.format(variable=name, name="remark"))
    message = problem(tmp_path)
    assert "two.py:6: formula 'softmax' has another claim 'remark' (" in message
    assert message.endswith("one.py:6): rename one of them")


def test_one_claim_under_two_names_is_one_claim(tmp_path: Path) -> None:
    path = write(tmp_path, "remark", CLAIM.format(variable="remark", name="my_remark") + "alias = remark\n")
    assert theory("softmax", path)[-1:] == ["my_remark"]


def test_claims_in_a_tuple_are_found(tmp_path: Path) -> None:
    text = CLAIM.format(variable="remark", name="my_remark").replace("remark = Claim", "REMARKS = (Claim") + ")\n"
    text = text.replace('(by("definition"),))', '(by("definition"),)),')
    assert theory("softmax", write(tmp_path, "remark", text))[-1:] == ["my_remark"]


HIDDEN = THEORY.replace("mine = Formula", "box = {0: Formula").replace("wrt=x)", "wrt=x)}").replace("mine[i]", "1")
HIDDEN = HIDDEN.replace(", mine", ", box[0]").replace("(mine,)", "(box[0],)")
UNPROVED = 'by(Claim("hidden", mine, mine[i], "=", exp(x[i]), (by("definition"),)))'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HIDDEN + FORMULA.format(name="other"), "mine.py:7: witness 'first' is about formula 'mine', which is not in"),
        (
            HIDDEN.replace("first = ", "box[1] = ").replace("later = ", "box[2] = "),
            "mine.py:10: topic 'second' names formula 'mine', which is not in the catalogue: give it a name",
        ),
        (THEORY.replace('"first", "First"', '"second", "First"'), "topic 'second' is already defined at"),
        (
            THEORY.replace('"first", "First"', '"1st", "First"'),
            "mine.py:11: topic '1st': its name is not an identifier",
        ),
        (THEORY.replace('by("definition")', UNPROVED), "mine.py:8: claim 'later' rests on claim 'hidden'"),
    ],
)
def test_loose_ends_are_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in problem(write(tmp_path, "mine", text))


def test_topics_come_in_reading_order(tmp_path: Path) -> None:
    catalogue = open_catalogue([write(tmp_path, "mine", THEORY)])
    assert [topic.name for topic in catalogue.topics][-2:] == ["second", "first"]
    mine = next(f for f in catalogue.formulas if f.name == "mine")
    topic = catalogue.topic_of(mine)
    assert topic is not None and topic.name == "second"
    assert [item.name for item in topic.formulas[0].theory] == ["first", "later"]
    assert load_topics([tmp_path]) == catalogue.topics


def test_the_reading_order_is_topic_by_topic_then_by_name(tmp_path: Path) -> None:
    write(tmp_path, "mine", THEORY)
    for name in ("zz", "aa"):
        write(tmp_path, name, FORMULA.format(name=name))
    order = open_catalogue([tmp_path]).reading_order
    assert order.index("mine") < order.index("aa") < order.index("zz")
    assert set(order) == set(names(tmp_path)) and len(order) == len(set(order))


def test_the_file_of_a_topic_counts_but_not_all_that_it_imports(tmp_path: Path) -> None:
    path = write(tmp_path, "mine", THEORY.replace("TOPICS", "from derive.formulas.softmax import softmax\nTOPICS"))
    topic = open_catalogue([path]).topics[-1]
    (found,) = (f for f in load_catalogue([write(tmp_path, "other", FORMULA.format(name="o"))]) if f.name == "o")
    assert set(formula_sources(found, topic)) == {"other.py", "mine.py"}


def test_sources_tell_of_claims_in_other_files(tmp_path: Path) -> None:
    path = write(tmp_path, "remark", CLAIM.format(variable="remark", name="my_remark"))
    (found,) = (f for f in load_catalogue([path]) if f.name == "softmax")
    assert "remark.py" in formula_sources(found)
