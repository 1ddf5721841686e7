"""The page with things to move: every control moves what it should, by as much as the oracle says."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from sympy import Expr

from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.mse_sigmoid import mse_sigmoid
from derive.formulas.softmax import softmax
from derive.language import Formula, indices
from derive.language.nodes import Partial
from derive.readers.moving.widgets import LOGITS, OFFSET_LOGITS
from derive.verify.oracle import Oracle, Point, key_of
from tests.readers.site.browsing import DESK, Site, npm, resize, visit, wait

PAGE = "moving.html"
HERE = indices("here")
"""The component by which a derivative is taken."""
SMALL = (390, 800)


@pytest.fixture
def page(site: Site, browser: Any) -> Any:
    """The browser, with the page as it is at first."""
    resize(browser, DESK)
    browser.get("about:blank")
    seen = visit(site, browser, PAGE)
    wait(browser, "return document.documentElement.dataset.moving === 'ready'")
    yield browser
    assert not seen.console and not [e for e in browser.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]


def worth(expression: Expr, point: Point, place: Mapping[Any, int] | None = None) -> float:
    """What the oracle says that it is worth; classes are counted from 1."""
    oracle = Oracle(point)
    with oracle.numbers.working():
        value = oracle.value(expression, {key_of(index): k for index, k in (place or {}).items()})
        low, high = oracle.numbers.bounds(value)
    return float((low.fraction + high.fraction) / 2)


def slope(formula: Formula, point: Point, k: int) -> float:
    return worth(Partial(formula.expression, formula.vector[HERE]), point, {HERE: k})


def shown(browser: Any, place: str) -> float:
    return float(browser.execute_script(f"return document.querySelector('[data-place=\"{place}\"]').dataset.value"))


def many(browser: Any, *places: str) -> list[float]:
    return [shown(browser, place) for place in places]


def move(browser: Any, control: str, value: float) -> None:
    """As a hand does: the page hears of it."""
    browser.execute_script(
        "const it = document.getElementById(arguments[0]); it.value = arguments[1];"
        "it.dispatchEvent(new Event('input', { bubbles: true }));",
        control,
        str(value),
    )


def choose(browser: Any, target: int) -> None:
    browser.execute_script(f"document.querySelector('[name=target][value=\"{target}\"]').click()")


def check_distribution(browser: Any, logits: Sequence[float], temperature: float, target: int) -> None:
    scores = [x / temperature for x in logits]
    classes, point = range(1, len(logits) + 1), Point(len(logits), {"x": scores}, {"t": target})
    close = {"rel": 1e-12, "abs": 1e-15}
    shares = [worth(softmax.expression, point, {softmax.over: k}) for k in classes]
    assert many(browser, *(f"probability-{k}" for k in classes)) == pytest.approx(shares, **close)
    slopes = [slope(cross_entropy_label, point, k) for k in classes]
    assert many(browser, *(f"gradient-{k}" for k in classes)) == pytest.approx(slopes, **close)
    assert shown(browser, "loss") == pytest.approx(worth(cross_entropy_label.expression, point), **close)
    entry = Partial(softmax.expression, softmax.vector[HERE])
    jacobian = {f"jacobian-{i}-{j}": worth(entry, point, {softmax.over: i, HERE: j}) for i in classes for j in classes}
    assert many(browser, *jacobian) == pytest.approx(list(jacobian.values()), **close)


def test_the_distribution_follows_each_of_its_controls(page: Any) -> None:
    logits, temperature, target = list(LOGITS), 1.0, 1
    check_distribution(page, logits, temperature, target)
    for k, value in enumerate((-6.0, 5.5, 0.3, 2.0)):
        logits[k] = value
        move(page, f"logit-{k + 1}", value)
        check_distribution(page, logits, temperature, target)
    for target in (4, 2):
        choose(page, target)
        check_distribution(page, logits, temperature, target)
    for temperature in (0.1, 5.0):
        move(page, "temperature", temperature)
        check_distribution(page, logits, temperature, target)


def test_bars_are_as_long_as_their_numbers(page: Any) -> None:
    move(page, "logit-2", 4.0)
    time.sleep(0.3)  # they glide there
    lengths = page.execute_script(
        "return Array.from(document.querySelectorAll('.derive-bar'), bar => {"
        "const inner = bar.getBoundingClientRect(), outer = bar.parentElement.getBoundingClientRect();"
        "return [(inner.left - outer.left) / outer.width, inner.width / outer.width]; })"
    )
    for k in range(len(LOGITS)):
        share, slant = shown(page, f"probability-{k + 1}"), shown(page, f"gradient-{k + 1}") / 2
        assert lengths[2 * k] == pytest.approx([0, share], abs=0.02)
        assert lengths[2 * k + 1] == pytest.approx([0.5 + min(slant, 0), abs(slant)], abs=0.02)


@pytest.mark.parametrize("offset", [-120, -107, -106, 0, 85, 86, 120])
def test_the_naive_softmax_fails_where_the_page_says(page: Any, offset: int) -> None:
    move(page, "shift", offset)
    moved = [k + offset for k in OFFSET_LOGITS]
    classes, point = range(1, len(moved) + 1), Point(len(moved), {"x": [float(x) for x in moved]})
    right = [worth(softmax.expression, point, {softmax.over: k}) for k in classes]
    assert many(page, *(f"shifted-{k}" for k in classes)) == moved
    assert many(page, *(f"stable-{k}" for k in classes)) == pytest.approx(right, rel=3e-7)
    with np.errstate(all="ignore"):
        powers = np.exp(np.array(moved, np.float64)).astype(np.float32)
    assert many(page, *(f"power-{k}" for k in classes)) == pytest.approx(powers.tolist(), rel=1e-6)
    naive = many(page, *(f"naive-{k}" for k in classes))
    assert bool(np.isnan(naive).any()) == (offset >= 86 or offset < -106)
    wait(page, f"return document.querySelector('[data-moving=offset] [role=status]').textContent.includes('{offset}')")


@pytest.mark.parametrize("z", [-10.0, -5.0, 0.0, 2.5, 10.0])
def test_the_losses_and_their_marks_follow_the_logit(page: Any, z: float) -> None:
    move(page, "z", z)
    point = Point(1, {"x": [z], "y": [1.0]})
    for kind, formula in (("entropy", bce_with_logits), ("squares", mse_sigmoid)):
        value, grad = worth(formula.expression, point), slope(formula, point, 1)
        assert many(page, f"{kind}-value", f"{kind}-grad") == pytest.approx([value, grad], rel=1e-12, abs=1e-15)
        for what, wanted, (low, high) in (("value", value, (0, 10)), ("grad", grad, (-1.1, 0.1))):
            mark = f"document.querySelector('[data-chart={what}] [data-mark={kind}]')"
            x, y = page.execute_script(f"return [Number({mark}.getAttribute('cx')), Number({mark}.getAttribute('cy'))]")
            assert x == pytest.approx(10 + 15 * (z + 10))
            assert y == pytest.approx(190 - 180 * (wanted - low) / (high - low))


def test_the_keyboard_reaches_and_moves_everything(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    page.execute_script("document.getElementById('logit-1').focus()")
    reached: list[str] = []
    while len(reached) < 11:
        focused = page.switch_to.active_element
        if focused.tag_name != "a":  # the headings have links to themselves
            reached.append(focused.get_attribute("id") or focused.get_attribute("type"))
        if focused.get_attribute("type") == "range":
            before = focused.get_attribute("value")
            focused.send_keys(Keys.ARROW_RIGHT)
            assert focused.get_attribute("value") != before, reached
        focused.send_keys(Keys.TAB)
    controls = [f"logit-{k}" for k in range(1, len(LOGITS) + 1)]
    assert reached == [*controls, "temperature", "radio", "reset", "shift", "reset", "z", "reset"]
    check_distribution(page, [x + 0.1 for x in LOGITS], 1.1, 1)
    page.find_element("css selector", "[name=target][value='1']").send_keys(Keys.ARROW_DOWN)
    check_distribution(page, [x + 0.1 for x in LOGITS], 1.1, 2)
    page.find_element("css selector", "[data-moving=distribution] [type=reset]").send_keys(Keys.ENTER)
    time.sleep(0.1)
    check_distribution(page, LOGITS, 1.0, 1)


def test_what_has_moved_is_said_once_it_has_come_to_rest(page: Any) -> None:
    status = "document.querySelector('[data-moving=distribution] [role=status]')"
    wait(page, f"return {status}.textContent")
    page.execute_script(
        f"window.said = []; new MutationObserver(() => said.push({status}.textContent)).observe({status}, "
        "{ childList: true, characterData: true, subtree: true })"
    )
    for value in (2.1, 2.5, 3.0, -2.0):
        move(page, "logit-1", value)
    wait(page, "return said.length")
    told = page.execute_script("return said")
    assert len(told) == 1 and told[0].startswith("Class 2 is the most probable, with 0.6"), told


def test_nothing_glides_where_motion_is_unwelcome(page: Any) -> None:
    glides = "return getComputedStyle(document.querySelector('.derive-bar')).transitionDuration"
    assert page.execute_script(glides) != "0s"
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    )
    try:
        assert page.execute_script(glides) == "0s"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_phone_has_room_for_it_and_for_a_finger(site: Site, browser: Any, language: str) -> None:
    resize(browser, SMALL)
    visit(site, browser, language + PAGE)
    move(browser, "shift", -120)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= SMALL[0]
    heights = browser.execute_script(
        "return Array.from(document.querySelectorAll('.derive-moving :is([type=range], .derive-choice label)'),"
        "one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 11 and min(heights) >= 40


def test_the_page_works_from_a_folder(site: Site, browser: Any) -> None:
    browser.get((site.folder / PAGE).as_uri())
    wait(browser, "return document.documentElement.dataset.moving === 'ready'")
    move(browser, "temperature", 2.0)
    check_distribution(browser, LOGITS, 2.0, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "zh/"])
def test_axe_finds_nothing_serious(site: Site, browser: Any, language: str, scheme: str) -> None:
    script = npm("axe-core") / "axe.min.js"
    resize(browser, DESK)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        visit(site, browser, language + PAGE)
        browser.execute_script(script.read_text(encoding="utf-8"))
        found = browser.execute_async_script(
            "const done = arguments[0]; axe.run('.md-content').then(found => done(found.violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))))"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert not found
