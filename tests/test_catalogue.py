"""The catalogue: what is found, and one clear line for what is not right."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from derive.catalogue import CatalogueError, UnknownName, load_catalogue, select
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
    assert names() == OWN


def test_a_file_a_folder_and_a_file_named_twice(tmp_path: Path) -> None:
    first = write(tmp_path, "first", FORMULA.format(name="first"))
    write(tmp_path, "second", FORMULA.format(name="second"))
    write(tmp_path, "_helper", "raise RuntimeError")
    assert set(names(first)) - set(OWN) == {"first"}
    assert set(names(tmp_path, first)) - set(OWN) == {"first", "second"}


def test_a_file_of_the_catalogue_named_again_is_no_clash() -> None:
    import derive.formulas.softmax as module

    assert names(Path(module.__file__)) == OWN


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
        ("x = 1\n", "bad.py:1: no Formula here"),
        ("", "bad.py:1: no Formula here"),
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
    catalogue = load_catalogue()
    assert [f.name for f in select(catalogue, ["softmax", "cross_entropy"])] == ["cross_entropy", "softmax"]
    assert select(catalogue, []) == catalogue
    with pytest.raises(UnknownName, match="no formula is called 'sofmax': did you mean softmax"):
        select(catalogue, ["sofmax"])
    with pytest.raises(UnknownName, match="there are: cross_entropy, "):
        select(catalogue, ["zzz"])


def test_sources_follow_imports_and_uses(tmp_path: Path) -> None:
    by_name = {f.name: f for f in load_catalogue([write(tmp_path, "mine", FORMULA.format(name="mine"))])}
    assert set(formula_sources(by_name["cross_entropy"])) == {
        "derive/formulas/__init__.py",
        "derive/formulas/cross_entropy.py",
        "derive/formulas/softmax.py",
    }
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
    assert set(template_sources(tmp_path, {"c"}, {"c", "numpy"})) == {
        "templates/c/a", "templates/common/d", "templates/top"
    }  # fmt: skip
