"""The tests that Nexpose ran on a node: on the node itself, on its endpoints, on services there."""

import re
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from milepost.scanners.xml import Element, texts

_VERSION = re.compile(r"(?<![\w.])v?\d+(?:\.\d+)+[\w.:+~-]*|(?<=[-_/: ])\d+(?:\.\d+)+[\w.:+~-]*", re.ASCII)


class Outcome(StrEnum):
    """What a test says of its vulnerability."""

    CONFIRMED = "confirmed"
    POTENTIAL = "potential"
    EXCEPTED = "excepted"
    UNKNOWN = "unknown"
    PASSED = "passed"
    UNASSESSED = "unassessed"


class Test(NamedTuple):
    """A test that names its vulnerability, and the endpoint where it ran."""

    name: str
    element: Element
    port: str = ""
    protocol: str = ""

    def output(self) -> str:
        """Return what the test found, each piece of text in a line of its own."""
        return "\n".join([" ".join(text.split()) for text in texts(self.element)])


def tests(node: Element) -> list[Test]:
    """Return the tests of a node, wherever they stand in it."""
    found = [Test(_name(element), element) for element in node.iterfind("tests/test")]
    for endpoint in node.iterfind("endpoints/endpoint"):
        port, protocol = endpoint.get("port", ""), endpoint.get("protocol", "")
        found += [Test(_name(element), element, port, protocol) for element in endpoint.iter("test")]
    return [test for test in found if test.name]


@lru_cache(maxsize=1 << 10)
def outcome_of(status: str) -> Outcome:
    """Tell what a status means: `vulnerable-version`, `not-vulnerable`, `skipped-dos`, `error`."""
    word = status.strip().lower()
    if word.startswith("not-vulnerable"):
        return Outcome.PASSED
    if "exception" in word or word.startswith("overridden"):
        return Outcome.EXCEPTED if "vulnerable" in word else Outcome.UNASSESSED
    if word.startswith("vulnerable-potential"):
        return Outcome.POTENTIAL
    if word.startswith("vulnerable"):
        return Outcome.CONFIRMED
    if word.startswith(("skipped", "error", "unknown", "no-", "not-")) or not word:
        return Outcome.UNASSESSED
    return Outcome.UNKNOWN


def locator(test: Test) -> str:
    """Return the place on the node: `443/tcp` and the key; without any for the node as a whole."""
    return _place(test.port, test.protocol, test.element.get("key", ""))


def _name(element: Element) -> str:
    return element.get("id", "").strip().lower()


@lru_cache(maxsize=1 << 12)
def _place(port: str, protocol: str, key: str) -> str:
    where = f"{port.strip()}/{protocol.strip().lower()}" if port.strip() else ""
    return f"{where} {' '.join(_VERSION.sub(_unless_address, key).split())}".strip()


def _unless_address(match: "re.Match[str]") -> str:
    """Keep an address, which looks like a version; a version would make a new finding of every update."""
    try:
        return str(ip_address(match[0]))
    except ValueError:
        return ""
