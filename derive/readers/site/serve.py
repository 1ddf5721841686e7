"""A site on this machine, for this machine alone."""

from __future__ import annotations

import contextlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from derive.readers.site.unfit import SiteError

HOST = "127.0.0.1"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing: requests are the reader's own."""

    def translate_path(self, path: str) -> str:
        """A name that no file can have is one that is not there."""
        place = super().translate_path(path)
        return place.replace("\0", "") + "/missing" if "\0" in place else place


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing: a reader that hangs up early misses nothing; any other failure has had its answer."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the folder, not yet running; port 0: any that is free.  Raises SiteError where the port is taken."""
    try:
        return _Server((HOST, port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SiteError(f"port {port}: {reason}: choose another one with --port") from None


def address(running: ThreadingHTTPServer) -> str:
    return f"http://{HOST}:{running.server_address[1]}/"


def serve(running: ThreadingHTTPServer) -> None:
    """Serve until Ctrl-C."""
    with running, contextlib.suppress(KeyboardInterrupt):
        running.serve_forever()
