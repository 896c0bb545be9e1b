"""Serving: on this machine only, by the real server."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from milepost.domain.errors import WrongUse
from milepost.web.serving import serve
from tests.web.servers import answer, serving

_EVERYWHERE = (str(IPv4Address(0)), str(IPv6Address(0)))


@pytest.mark.parametrize(
    "host", [*_EVERYWHERE, "192.168.1.4", "example.org", "localhost.example", "2130706433", ""]
)
def test_only_this_machine_is_served(host: str) -> None:
    """An address that others can reach is refused: there is no sign-in yet."""
    with pytest.raises(WrongUse, match="no sign-in yet"):
        serve(host, 8400, 1, announce=pytest.fail)


def test_the_server_serves_pages_and_files(tmp_path: Path) -> None:
    """The command serves pages with their headers, and files with theirs; it ends when asked to."""
    with serving(tmp_path) as port:
        for path, expected in (("/", b"No systems yet"), ("/static/milepost/milepost.css", b"masthead")):
            headers, content = answer(port, path)
            assert expected in content
            assert headers["Content-Security-Policy"].startswith("default-src 'none'")
