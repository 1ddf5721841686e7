"""Every page of every language in headless Chromium."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.readers.site.browsing import DESK, PHONE, Site, Visit, requests, resize, visit, wait

Visits = dict[str, Visit]


def failing(visits: Visits, key: str, wrong: Any) -> dict[str, Any]:
    return {page: seen.facts[key] for page, seen in visits.items() if wrong(seen.facts)}


def smallest(site: Site, holding: str, under: str = "") -> str:
    """The page that loads soonest among those that hold something."""
    texts = {p: (site.folder / p).read_text(encoding="utf-8") for p in site.pages["en"] if p.startswith(under)}
    return min((p for p in texts if holding in texts[p]), key=lambda p: len(texts[p]))


def test_there_are_pages_to_look_at(site: Site, visits: Visits) -> None:
    english, chinese = site.pages["en"], site.pages["zh"]
    assert len(english) >= 10
    assert [f"zh/{page}" for page in english] == chinese
    assert {"index.html", "start.html", "notation.html", "rules.html", "references.html"} <= set(english)
    assert sum(seen.facts["places"] for seen in visits.values()) > 1000
    assert sum(seen.facts["steps"] for seen in visits.values()) > 50


def test_every_formula_is_rendered(visits: Visits) -> None:
    assert not failing(visits, "shown", lambda facts: facts["shown"] != facts["places"])
    assert not failing(visits, "errors", lambda facts: facts["errors"])
    assert not failing(visits, "raw", lambda facts: facts["raw"])


def test_no_page_writes_to_the_console(visits: Visits) -> None:
    assert not {page: seen.console for page, seen in visits.items() if seen.console}


def test_no_request_leaves_this_machine(site: Site, visits: Visits) -> None:
    here = urlsplit(site.address).netloc
    asked = [(page, url) for page, seen in visits.items() for url in seen.requests]
    assert len(asked) > 4 * len(visits)
    assert not [(page, url) for page, url in asked if urlsplit(url).netloc != here]


def test_no_page_is_wider_than_a_phone(visits: Visits) -> None:
    assert {seen.facts["room"] for seen in visits.values()} == {PHONE[0]}
    assert not failing(visits, "width", lambda facts: facts["width"] > facts["room"])
    assert not failing(visits, "wide", lambda facts: facts["wide"])


def test_every_block_of_code_has_a_copy_button(visits: Visits) -> None:
    assert sum(seen.facts["blocks"] for seen in visits.values()) > 20
    assert not failing(visits, "copies", lambda facts: facts["copies"] < facts["blocks"])


def test_pictures_load(visits: Visits) -> None:
    assert sum(seen.facts["pictures"] for seen in visits.values()) > 10
    assert not failing(visits, "broken", lambda facts: facts["broken"])


def test_each_step_has_its_rule_beside_it(visits: Visits) -> None:
    with_steps = [seen.facts for seen in visits.values() if seen.facts["steps"]]
    assert all(facts["notes"] >= facts["steps"] for facts in with_steps)


def test_every_page_names_the_same_page_in_each_language(site: Site, visits: Visits) -> None:
    for page, seen in visits.items():
        plain = page.removeprefix("zh/")
        assert seen.facts["language"] == ("zh" if page.startswith("zh/") else "en"), page
        assert seen.facts["alternates"] == {
            "en": urljoin(site.address, plain),
            "zh": urljoin(site.address, f"zh/{plain}"),
        }, page


def test_the_switch_of_languages_leads_there_and_back(site: Site, browser: Any) -> None:
    resize(browser, DESK)
    page = smallest(site, "<h2", under="topics/")
    english = visit(site, browser, page).facts["heading"]
    section = browser.execute_script("return '#' + document.querySelector('.md-content h2').id")
    switched(browser, "zh", urljoin(site.address, page + section), urljoin(site.address, f"zh/{page}{section}"))
    assert browser.execute_script("return document.querySelector('.md-content h1').textContent") != english
    switched(browser, "en", browser.current_url, urljoin(site.address, page + section))
    assert visit(site, browser, page).facts["heading"] == english


def switched(browser: Any, language: str, start: str, wanted: str) -> None:
    """A click on the other language leads there: at the latest the third, on a machine that is busy loading scripts."""
    for _ in range(3):
        browser.get(start)
        wait(browser, "return document.documentElement.dataset.typeset && document.readyState === 'complete'")
        browser.execute_script(f"document.querySelector('a.derive-language[lang={language}]').click()")
        lang = f"document.documentElement.lang === '{language}'"
        wait(browser, f"return {lang} && document.documentElement.dataset.typeset")
        if browser.current_url == wanted:
            return
    assert browser.current_url == wanted


@pytest.mark.parametrize(
    ("home", "word", "wanted"), [("index.html", "derivative", "derivative"), ("zh/index.html", "熵", "熵")]
)
@pytest.mark.parametrize("served", [True, False], ids=["served", "from a folder"])
def test_search(site: Site, browser: Any, home: str, word: str, wanted: str, served: bool) -> None:
    from selenium.webdriver.common.by import By

    resize(browser, DESK)
    browser.get(urljoin(site.address, home) if served else (site.folder / home).as_uri())
    wait(browser, "return document.documentElement.dataset.typeset")
    requests(browser)
    browser.execute_script("document.querySelector('#__search').click()")
    field = browser.find_element(By.CSS_SELECTOR, "input.md-search__input")
    wait(browser, "return document.querySelector('input.md-search__input').offsetWidth > 100")
    field.send_keys(word)
    found = wait(
        browser,
        "const f = Array.from(document.querySelectorAll('.md-search-result__item')).map(e => e.textContent);"
        "return f.length ? f : null",
    )
    assert any(wanted in text.lower() for text in found), found
    assert not [text for text in found if "\\frac" in text]
    hosts = {urlsplit(url).netloc for url in requests(browser)} - {urlsplit(site.address).netloc}
    assert not hosts


ANSWERS = {
    "zh/index.html": {
        "KL散度": "kl_divergence", "KL 散度": "kl_divergence", "熵": "entropy", "对数似然": "likelihood",
        "下雪": "information",
        "softmax 求导": "softmax_derivative", "softmax求导": "softmax_derivative", "梯度消失": "why_not_mse_saturation",
        "修改损失函数": "start", "softmax 的导数是什么": "softmax_derivative", "标签平滑": "variants",
        "为什么 softmax 会得到 NaN": "numerical_stability", "为什么用交叉熵而不用 MSE": "why_not_mse",
        "怎样得到 C 代码": "start",
    },
    "index.html": {
        "softmax jacobian": "softmax_derivative", "log-sum-exp trick": "numerical_stability", "entropy": "entropy",
        "what is the derivative of softmax": "softmax_derivative", "why is my softmax NaN": "numerical_stability",
        "why cross-entropy and not MSE": "why_not_mse", "how do I get a C kernel": "start",
        "how do I change the loss": "start",
    },
}  # fmt: skip
"""What readers ask, and a part of the name of the page that has to come first."""


@pytest.mark.parametrize("home", ANSWERS)
def test_a_question_finds_its_page_first(site: Site, browser: Any, home: str) -> None:
    from selenium.webdriver.common.by import By

    resize(browser, DESK)
    browser.get(urljoin(site.address, home))
    wait(browser, "return document.documentElement.dataset.typeset")
    browser.execute_script("document.querySelector('#__search').click()")
    wait(browser, "return document.querySelector('input.md-search__input').offsetWidth > 100")
    field = browser.find_element(By.CSS_SELECTOR, "input.md-search__input")
    wrong = {}
    for question, page in ANSWERS[home].items():
        field.clear()
        field.send_keys(question)
        time.sleep(0.7)  # what stands there at first is of the letters typed so far
        found = wait(browser, "const f = document.querySelector('.md-search-result__item a'); return f && f.href")
        if page not in urlsplit(found).path:
            wrong[question] = found
    assert not wrong


def test_light_and_dark(site: Site, browser: Any) -> None:
    resize(browser, DESK)
    page = smallest(site, "derive-picture")
    look = (
        "const shown = Array.from(document.querySelectorAll('.derive-picture img')).filter(i => i.offsetWidth);"
        "return [getComputedStyle(document.body).backgroundColor, shown.map(i => i.className)]"
    )
    seen = {}
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        browser.get(urljoin(site.address, page))
        browser.execute_script("localStorage.clear(); sessionStorage.clear()")
        visit(site, browser, page)
        background, pictures = browser.execute_script(look)
        assert set(pictures) == {f"derive-{scheme}"}
        seen[scheme] = background
    assert seen["light"] != seen["dark"]
    browser.execute_script("document.querySelector('form[data-md-component=palette] label:not([hidden])').click()")
    assert wait(browser, look)[0] == seen["light"]


def test_a_reader_may_see_the_key_steps_alone(site: Site, browser: Any) -> None:
    resize(browser, DESK)
    visit(site, browser, smallest(site, "derive-routine"))
    shown = "return Array.from(document.querySelectorAll('.derive-steps[open] tr')).filter(r => r.offsetHeight).length"
    ends = (
        "return Array.from(document.querySelectorAll('.derive-steps[open] tbody'))"
        ".filter(b => !b.lastElementChild.offsetHeight || !b.firstElementChild.offsetHeight).length"
    )
    every = browser.execute_script(shown)
    browser.execute_script("document.querySelector('.derive-detail').click()")
    assert 0 < browser.execute_script(shown) < every
    assert browser.execute_script(ends) == 0, "the start and the end of a chain always stand there"
    browser.execute_script("document.querySelector('.derive-detail').click()")
    assert browser.execute_script(shown) == every


def test_steps_fold_and_unfold(site: Site, browser: Any) -> None:
    resize(browser, DESK)
    page = smallest(site, 'class="derive-steps"')
    visit(site, browser, page)
    closed = "return document.querySelectorAll('details.derive-steps:not([open])').length"
    total = browser.execute_script("return document.querySelectorAll('details.derive-steps').length")
    browser.execute_script("document.querySelector('.derive-fold').click()")
    assert browser.execute_script(closed) == total > 0
    browser.execute_script("document.querySelector('.derive-fold').click()")
    assert browser.execute_script(closed) == 0
