"""The real server, started for a test on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

MILEPOST = (sys.executable, "-m", "milepost")


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a Milepost with an embedded database in a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"MILEPOST_HOME": str(home)}


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """Serve a home while the block runs; give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*MILEPOST, "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=environment(home), stderr=subprocess.DEVNULL) as running:
        try:
            _wait(port)
            yield port
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=20)


def answer(port: int, path: str) -> tuple[Message, bytes]:
    """Ask the server for a page; return its headers and its content."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.headers, response.read()
    finally:
        connection.close()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            answer(port, "/")
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not come up")
