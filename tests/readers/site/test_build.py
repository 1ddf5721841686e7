"""What stops a site from being built or served, and how that is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from derive.readers.site import SiteError, address, build_site, server
from derive.readers.site.config import FIRST, HERE, Plan, settings
from derive.targets.words import LANGUAGES


def test_without_the_docs_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    """A folder that hides the packages: modules of their names that cannot be found."""
    code = (
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name in ('material', 'jieba') else real(name, package)\n"
        "from derive.__main__ import main; import sys; sys.argv = ['derive', 'site']; sys.exit(main())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2]), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 1
    assert re.fullmatch(r"error: a site needs .*material.*: .*pip install .*\[docs\].*\n", ran.stderr)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.readers.site.mkdocs.check_installed", lambda: None)


@pytest.mark.usefixtures("installed")
def test_without_generated_pages_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no generated pages here: run derive build"):
        build_site(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("installed")
def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path) -> None:
    generated, out = tmp_path / "generated", tmp_path / "out"
    (generated / "markdown" / FIRST).mkdir(parents=True)
    (generated / "markdown" / FIRST / "index.md").write_text("# derive\n", encoding="utf-8")
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SiteError, match="holds something that is not a site of derive"):
        build_site(generated, out)
    assert [p.name for p in out.iterdir()] == ["thesis.txt"]


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with server(tmp_path, 0) as first, pytest.raises(SiteError, match=r"port \d+: .*choose another one with --port"):
        server(tmp_path, first.server_address[1])


def test_it_is_served_to_this_machine_alone(tmp_path: Path) -> None:
    import threading

    (tmp_path / "index.html").write_text("here", encoding="utf-8")
    with server(tmp_path, 0) as running:
        assert running.server_address[0] == "127.0.0.1"
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        with urllib.request.urlopen(address(running), timeout=10) as answer:
            assert answer.read() == b"here"
        running.shutdown()
        thread.join()


def test_what_is_bundled_is_whole_and_licensed() -> None:
    katex = HERE / "assets" / "katex"
    wanted = set(re.findall(r"fonts/([\w-]+\.woff2)", (katex / "katex.min.css").read_text(encoding="utf-8")))
    assert len(wanted) >= 20
    assert wanted == {p.name for p in (katex / "fonts").iterdir()}
    assert "Permission is hereby granted" in (katex / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_name_no_other_host(language: str) -> None:
    plan = Plan(LANGUAGES[language], tuple(LANGUAGES), Path("docs"), Path("out"), ["index.md"])
    values = settings(plan)
    assert values["theme"]["font"] is False
    assert "://" not in repr(values)
    own = list((HERE / "assets").glob("*.*")) + list((HERE / "overrides").rglob("*.html"))
    assert len(own) >= 4
    for path in own:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path.name


def test_a_reader_that_hangs_up_or_asks_for_nonsense_is_no_noise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import http.client
    import socket
    import struct
    import threading

    (tmp_path / "large").write_bytes(b"x" * 20_000_000)
    with server(tmp_path, 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        for _ in range(3):
            reader = socket.create_connection(running.server_address)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it resets at once
            reader.sendall(b"GET /large HTTP/1.0\r\n\r\n")
            reader.recv(10)
            reader.close()
        for path, status in (("/%00", 404), ("/large%00", 404), ("/large", 200)):
            connection = http.client.HTTPConnection(*running.server_address)
            connection.request("GET", path)
            assert connection.getresponse().status == status, path
            connection.close()
        running.shutdown()
        thread.join()
    assert capfd.readouterr() == ("", "")
