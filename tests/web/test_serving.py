"""Serving: on this machine only, by the real server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from milepost.domain.errors import WrongUse
from milepost.web.serving import serve


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "localhost.example", "2130706433", ""]
)
def test_only_this_machine_is_served(host: str) -> None:
    """An address that others can reach is refused: there is no sign-in yet."""
    with pytest.raises(WrongUse, match="no sign-in yet"):
        serve(host, 8400, 1)


def test_the_server_serves_pages_and_files(tmp_path: Path) -> None:
    """The command serves a page with its headers and its stylesheet, and ends when asked to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "milepost", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(
        command, env=environment | {"MILEPOST_HOME": str(tmp_path)}, stderr=subprocess.DEVNULL
    ) as server:
        try:
            page = _answer(f"http://127.0.0.1:{port}/")
            assert b"No systems yet" in page
            assert b"masthead" in _answer(f"http://127.0.0.1:{port}/static/milepost/milepost.css")
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=20) in {0, 1, -signal.SIGINT}


def _answer(address: str) -> bytes:
    for _ in range(150):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server on this machine
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not come up")
