"""The playground: what it shows in a browser is what derive makes here of the same text."""

from __future__ import annotations

import json
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest

from derive.readers.playground import bundle
from derive.readers.playground.engine import Answer, checked, coded, derivation
from derive.readers.playground.examples import EXAMPLES
from tests.readers.site.browsing import DESK, Site, npm, requests, resize, wait

START, LATER = 120, 60
"""Seconds that a busy machine may take: for the first result, with all that is loaded, and for each further one."""
HEAD = "from derive.language import *\n\nj, k = indices('j k')\nx = vector('x')\n"
OWN = (
    HEAD + "w = parameter('w', default=2.0, domain='positive')\nf = Formula('cold', w * Sum(tanh(x[j]), j), wrt=x)\n",
    HEAD + "y = distribution('y', doc='答案')\ns = exp(x[j]) / Sum(exp(x[k]), k)\n"
    "f = Formula('late', -Sum(y[j] * log(s), j), wrt=x)\n",
    HEAD + "f = Formula('first', Sum(x[j]**2, j), wrt=x)\ng = Formula('last', log(Sum(exp(x[j]), j)), wrt=x)\n",
)
MISTAKES = {
    "no Python": (HEAD + "f = Formula('f', Sum(exp(x[j]), j, wrt=x)\n", 5),
    "no such name": (HEAD + "\nf = Formula('f', Sum(expp(x[j]), j), wrt=x)\n", 6),
    "an index that nothing binds": (HEAD + "f = Formula('f', exp(x[j]), wrt=x)\n", 5),
}


@pytest.fixture(scope="module")
def desk(site: Site, browser: Any) -> Iterator[Any]:
    """The browser at the playground, once Python is there and has made something of the first example."""
    if not (site.folder / "playground.html").is_file():
        pytest.skip(bundle.MISSING)
    resize(browser, DESK)
    requests(browser)
    browser.get_log("browser")
    browser.get(urljoin(site.address, "playground.html"))
    settled(browser, "checked", START)
    yield browser
    assert not [e for e in browser.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
    assert {urlsplit(url).netloc for url in requests(browser)} == {urlsplit(site.address).netloc}
    browser.get("about:blank")


def settled(browser: Any, state: str, seconds: int = LATER) -> None:
    wait(browser, f"return document.querySelector('.derive-playground').dataset.state === '{state}'", seconds)


def typed(browser: Any, text: str) -> None:
    """As by hand: what a reader types is heard, and derived when it rests."""
    browser.execute_script(
        "const editor = document.querySelector('textarea'); editor.value = arguments[0];"
        "document.querySelector('.derive-playground').dataset.state = 'typed';"
        "editor.dispatchEvent(new Event('input', { bubbles: true }));",
        text,
    )


def answer(text: str) -> Answer:
    return {**derivation(text, "en"), **coded(text)}


def pane(browser: Any, name: str) -> str:
    return str(browser.execute_script(f"return document.querySelector('[data-pane={name}]').textContent"))


@pytest.mark.parametrize("text", [text for _, text in EXAMPLES] + list(OWN), ids=range(6))
def test_it_makes_of_a_formula_what_derive_makes_of_it(
    desk: Any, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(desk, text)
    settled(desk, "checked")
    monkeypatch.chdir(tmp_path)
    right, sure = answer(text), checked(text)
    assert {name: pane(desk, name) for name in ("form", "numpy", "c")} == {k: right[k] for k in ("form", "numpy", "c")}
    told = desk.execute_script("return document.querySelector('.derive-state').textContent")
    assert told.startswith(f"{right['name']}: {sure['steps']} steps and {sure['programs']} kernels checked")
    shown = "document.querySelector('[data-pane=derivation]')"
    set_, left = desk.execute_script(f"return [{shown}.querySelectorAll('.katex').length, {shown}.innerText]")
    assert set_ > 10 and "$" not in left
    assert not desk.execute_script("return document.querySelectorAll('.katex-error').length")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_line(
    desk: Any, mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, line = MISTAKES[mistake]
    typed(desk, text)
    settled(desk, "ready")
    monkeypatch.chdir(tmp_path)
    right = answer(text)
    assert right["line"] == line
    button = desk.find_element("css selector", ".derive-mistake button")
    assert button.is_displayed()
    assert button.text.startswith(f"Line {line}: {right['error']}")  # a newer Python may say more
    button.click()
    chosen = "const e = document.querySelector('textarea'); return e.value.slice(e.selectionStart, e.selectionEnd)"
    assert desk.execute_script(chosen) == text.split("\n")[line - 1]
    typed(desk, EXAMPLES[2][1])
    settled(desk, "checked")
    assert not desk.find_element("css selector", ".derive-mistake").is_displayed()


def test_the_engine_has_started_before_the_page_is_opened(desk: Any, site: Site) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed: the page starts an engine of its own")
    assert desk.execute_script("return document.querySelector('.derive-playground').dataset.remembered") == "true"


def keys(browser: Any, *given: str) -> None:
    browser.find_element("css selector", "textarea").send_keys(*given)


def offered(browser: Any) -> list[str]:
    shown = "Array.from(document.querySelectorAll('[role=listbox]:not([hidden]) [role=option]'))"
    return list(browser.execute_script(f"return {shown}.map(option => option.textContent)"))


def written(browser: Any) -> str:
    return str(browser.execute_script("return document.querySelector('textarea').value"))


def test_words_and_declared_names_are_completed_by_the_keyboard_alone(desk: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    keys(desk, Keys.CONTROL + "a", Keys.NULL, Keys.DELETE, "scores, scale = ve")
    assert offered(desk) == ["vector"]
    assert "1" in desk.execute_script("return document.querySelector('.derive-heard').textContent")
    keys(desk, Keys.ENTER)  # nothing is chosen: a line ends
    assert written(desk) == "scores, scale = ve\n" and not offered(desk)
    keys(desk, "sc")
    assert offered(desk) == ["scores", "scale", "scalar"]
    keys(desk, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    chosen = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
    assert desk.execute_script(f"return [{chosen}.ariaSelected, {chosen}.textContent]") == ["true", "scale"]
    keys(desk, Keys.ENTER, " + s")
    assert written(desk).endswith("\nscale + s") and not offered(desk)
    keys(desk, Keys.CONTROL + " ", Keys.NULL)
    assert offered(desk)[:2] == ["scores", "scale"]
    keys(desk, Keys.ESCAPE)
    assert not offered(desk)
    keys(desk, "c", Keys.ARROW_UP, Keys.TAB)
    assert written(desk).endswith("\nscale + scalar")
    keys(desk, " wr", Keys.TAB)  # nothing is chosen: on to the next control
    assert not offered(desk) and desk.execute_script("return document.activeElement.dataset.do") == "run"
    typed(desk, EXAMPLES[2][1])
    settled(desk, "checked")


def test_what_never_ends_can_be_stopped_and_the_next_formula_is_derived(desk: Any) -> None:
    typed(desk, HEAD + "while True: pass\n")
    settled(desk, "working")
    desk.find_element("css selector", "[data-do=stop]").click()
    settled(desk, "stopped")
    typed(desk, EXAMPLES[0][1])
    settled(desk, "checked", START)


def test_a_link_holds_the_formula_in_either_language(desk: Any, site: Site) -> None:
    text = OWN[1]
    fragment = urlsafe_b64encode(text.encode()).decode().rstrip("=")
    desk.get(urljoin(site.address, f"zh/playground.html#formula={fragment}"))
    settled(desk, "checked", START)
    assert desk.execute_script("return document.querySelector('textarea').value") == text
    assert desk.execute_script("return document.querySelector('[data-do=share]').hash") == f"#formula={fragment}"
    assert urlsplit(desk.current_url).fragment == f"formula={fragment}"
    assert "推导" in desk.execute_script("return document.querySelector('summary').textContent")
    assert "已逐一与公式本身核对" in desk.execute_script("return document.querySelector('.derive-state').textContent")


def test_nothing_of_it_is_serious_to_axe(desk: Any) -> None:
    keys(desk, " ex")
    assert offered(desk)
    desk.set_script_timeout(120)  # it looks at every letter of the mathematics
    desk.execute_script((npm("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = desk.execute_async_script(
        "const done = arguments[0]; axe.run('.md-content').then(found => done(found.violations"
        ".filter(one => ['serious', 'critical'].includes(one.impact)).map(one => one.id + ': ' + one.nodes[0].html)))"
    )
    assert not found


def test_a_folder_without_pyodide_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NODE_PATH", raising=False)
    assert bundle.interpreter() is None
    place = tmp_path / "node_modules/pyodide"
    place.mkdir(parents=True)
    for name in bundle.INTERPRETER:
        (place / name).write_text(json.dumps(name), encoding="utf-8")
    (tmp_path / "deeper").mkdir()
    monkeypatch.chdir(tmp_path / "deeper")
    assert bundle.interpreter() == place


def test_the_archives_are_the_same_each_time_and_hold_no_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "INTERPRETER", ())
    monkeypatch.setenv("PATH", "")  # no node
    names: set[str] = set()
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        bundle.put_engine(folder, tmp_path)
    for name in ("derive.zip", "libraries.zip"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
        names |= set(ZipFile(tmp_path / "one" / name).namelist())
    assert {"derive/readers/playground/engine.py", "derive/_templates/c/kernel.c", "sympy/__init__.py"} <= names
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]
    assert (tmp_path / "one/engine.memory").read_bytes() == b"", "a page then starts an engine of its own"
