"""A site in a browser: where its pages are, and what there is to see on one."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

PHONE, DESK = (375, 800), (1280, 900)

FACTS = r"""
const all = (selector) => Array.from(document.querySelectorAll(".md-content " + selector));
const accept = (node) => node.nodeType === Node.TEXT_NODE ? NodeFilter.FILTER_ACCEPT
  : node.matches("pre, code, script, style, .katex") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
const texts = document.createTreeWalker(
  document.querySelector(".md-content"), NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, accept);
const raw = [];
while (texts.nextNode())
  if (/\$\$|\$`|\\\(|\\\[|\\frac|<details|<!--/.test(texts.currentNode.data)) raw.push(texts.currentNode.data);

// What reaches beyond the screen, unless a box around it scrolls.
const scrolls = (box) => /auto|scroll/.test(getComputedStyle(box).overflowX);
function beyond(e) {
  if (e.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = e.parentElement; box && box !== document.body; box = box.parentElement)
    if (scrolls(box)) return false;
  return true;
}
const visible = (image) => getComputedStyle(image).display !== "none";
return {
  places: all(".arithmatex").length,
  shown: all(".arithmatex > .katex").length + all(".arithmatex > .katex-display > .katex").length,
  errors: all(".katex-error").map(e => e.title),
  raw: raw,
  width: document.documentElement.scrollWidth,
  room: innerWidth,
  wide: all(":is(p, li, td, h1, h2, h3, summary, details, div.arithmatex, pre, img, figure, .tabbed-set)")
    .filter(beyond).map(e => e.outerHTML.slice(0, 90)),
  blocks: all(".highlight pre > code").length,
  copies: all(".highlight [data-clipboard-target], .highlight [data-md-type=copy]").length,
  broken: Array.from(document.images).filter(i => visible(i) && i.complete && !i.naturalWidth).map(i => i.src),
  pictures: all(".derive-picture").length,
  steps: all("details.derive-steps").length,
  notes: all("details.derive-steps td a").length,
  heading: all("h1")[0].textContent,
  language: document.documentElement.lang,
  alternates: Object.fromEntries(
    Array.from(document.querySelectorAll("a.derive-language")).map(a => [a.lang, a.href])),
};
"""


@dataclass(frozen=True)
class Site:
    """A served site.  ``pages`` maps each language to the addresses of its pages."""

    folder: Path
    address: str
    pages: dict[str, list[str]]

    @property
    def all_pages(self) -> list[str]:
        return [page for pages in self.pages.values() for page in pages]


@dataclass
class Visit:
    """What was seen on one page: ``facts`` at the width of a phone; console messages; requests."""

    facts: dict[str, Any]
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def resize(browser: Any, size: tuple[int, int]) -> None:
    values = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", values)


def visit(site: Site, browser: Any, page: str) -> Visit:
    browser.get(urljoin(site.address, page))
    wait(browser, "return document.documentElement.dataset.typeset === 'done'")
    seen = Visit(browser.execute_script(FACTS))
    seen.console = [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    seen.requests = requests(browser)
    return seen


def requests(browser: Any) -> list[str]:
    """The address of every request to a network since the last call."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if url.startswith(("http", "ws", "ftp"))]


def wait(browser: Any, condition: str, seconds: float = 10) -> Any:
    """Until the script returns something true: that."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, poll_frequency=0.05).until(lambda b: b.execute_script(condition))


def npm(package: str) -> Path:
    """Where a package of npm lies, in one of the folders of NODE_PATH."""
    for place in os.environ.get("NODE_PATH", "").split(os.pathsep):
        if place and (Path(place) / package).is_dir():
            return Path(place) / package
    pytest.skip(f"{package} is not installed: npm install --prefix FOLDER {package}; NODE_PATH=FOLDER/node_modules")
