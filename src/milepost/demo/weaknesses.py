"""The one table of what is weak in the demonstration system, and in which months a scan can see it."""

from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

import msgspec

from milepost.demo.estate import CHECKLIST_MONTHS, NOT_SCANNED, SERVERS, WITHOUT_LOGIN

Months = str
"""Digits of the months in which a weakness is there: `134`."""


class HostWeakness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weakness of hosts; `score` is the CVSS base score, `published` a day as Nessus writes it."""

    plugin: str
    severity: Literal["None", "Low", "Medium", "High", "Critical"]
    family: str
    title: str
    description: str
    solution: str
    seen: dict[str, Months]
    port: str = "0/tcp"
    local: bool = False
    cves: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    cvss: str = ""
    score: float = 0.0
    published: str = ""
    output: str = ""

    def shows(self, host: str, month: int) -> bool:
        """Tell whether the scan of a month sees the weakness on a host."""
        there = str(month) in self.seen.get(host, self.seen.get("*", ""))
        seeing = not (self.local and (host, month) in WITHOUT_LOGIN)
        return there and seeing and (host, month) not in NOT_SCANNED

    @property
    def hosts(self) -> tuple[str, ...]:
        """The short names of the hosts that ever have it."""
        return tuple(server.name for server in SERVERS) if "*" in self.seen else tuple(self.seen)


class Raise(msgspec.Struct, frozen=True):
    """A severity that was raised, from a month on."""

    month: int
    severity: str


class Exploited(msgspec.Struct, frozen=True):
    """CISA's entry of a vulnerability that is known to be exploited; days as YYYY-MM-DD."""

    vendor: str
    product: str
    added: str
    due: str


class PackageWeakness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vulnerability of a package in images; `type` is the ecosystem in Trivy's words, `path` its place."""

    cve: str
    type: Literal["gobinary", "python-pkg", "jar", "npm", "debian", "apk"]
    package: str
    installed: str
    severity: Literal["low", "medium", "high", "critical"]
    cvss: str
    score: float
    published: str
    title: str
    description: str
    seen: dict[str, Months]
    ghsa: str = ""
    fixed: str = ""
    path: str = ""
    status: str = "fixed"
    cwes: tuple[str, ...] = ()
    raised: Raise | None = None
    exploited: Exploited | None = None

    def shows(self, image: str, month: int) -> bool:
        """Tell whether the scans of a month see it in an image."""
        return str(month) in self.seen.get(image, "")

    def severity_in(self, month: int) -> str:
        """Return the severity that was published by a month."""
        return self.raised.severity if self.raised and month >= self.raised.month else self.severity


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule of the checklist with the answers of its two checks."""

    group: str
    revision: str
    version: str
    severity: Literal["low", "medium", "high"]
    cci: str
    title: str
    discussion: str
    fix: str
    answers: tuple[str, str]
    details: str = ""

    def answer_in(self, month: int) -> str:
        """Return the answer of a month's check."""
        return self.answers[CHECKLIST_MONTHS.index(month)]


class _Hosts(msgspec.Struct):
    weakness: tuple[HostWeakness, ...]


class _Packages(msgspec.Struct):
    weakness: tuple[PackageWeakness, ...]


class _Checklist(msgspec.Struct):
    rule: tuple[Rule, ...]


T = TypeVar("T")


@cache
def host_weaknesses() -> tuple[HostWeakness, ...]:
    """Return what is weak on hosts."""
    return _read("hosts.toml", _Hosts).weakness


@cache
def package_weaknesses() -> tuple[PackageWeakness, ...]:
    """Return what is weak in images."""
    return _read("packages.toml", _Packages).weakness


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of the checklist."""
    return _read("checklist.toml", _Checklist).rule


def _read(name: str, table: type[T]) -> T:
    return msgspec.toml.decode(files(__package__).joinpath(name).read_bytes(), type=table)
