"""One site, built once from the committed files, and one browser that visits every page of it once."""

from __future__ import annotations

import importlib.util
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.readers.site.browsing import PHONE, Site, Visit, resize, visit

GENERATED = Path(__file__).resolve().parent.parent.parent.parent / "generated"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    missing = [name for name in ("mkdocs", "material", "jieba", "matplotlib") if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the docs extra is not installed ({', '.join(missing)})")
    from derive.readers.site import address, build_site, server
    from derive.readers.site.generated import languages_in

    folder = tmp_path_factory.mktemp("site") / "out"
    build_site(GENERATED, folder)
    running = server(folder, 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    html = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html") if p.name != "404.html")
    languages = languages_in(GENERATED)
    others = tuple(f"{code}/" for code in languages[1:])
    pages = {code: [p for p in html if p.startswith(f"{code}/")] for code in languages[1:]}
    pages = {languages[0]: [p for p in html if not p.startswith(others)], **pages}
    yield Site(folder, address(running), pages)
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None or importlib.util.find_spec("selenium") is None:
        pytest.skip("headless Chromium (chromium, chromedriver and selenium) is not installed")
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ):  # fmt: skip
        options.add_argument(argument)
    opened = webdriver.Chrome(options=options, service=Service(driver))
    opened.set_script_timeout(20)
    yield opened
    opened.quit()


@pytest.fixture(scope="session")
def visits(site: Site, browser: Any) -> dict[str, Visit]:
    """Every page of every language, seen once on a phone."""
    resize(browser, PHONE)
    return {page: visit(site, browser, page) for page in site.all_pages}
