"""What JFrog Xray says of an issue, whichever of its reports says it: ids, scores, components."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from milepost.domain.finding import Asset, Facts
from milepost.domain.severity import Severity
from milepost.scanners.assets import code_asset, image_asset, image_of
from milepost.scanners.packages import SEVERITIES as PACKAGE_SEVERITIES
from milepost.scanners.packages import Weakness
from milepost.scanners.software.occurrences import Text, named, said, stand_in, upgrade

TOOL = "xray"
SEVERITIES = PACKAGE_SEVERITIES | {"information": Severity.INFO, "informational": Severity.INFO}

LONGEST_TITLE = 120

_SYSTEMS = {"alpine", "deb", "debian", "rpm"}
_FILE = re.compile(r"([A-Za-z][\w.+-]*?)-(\d[\w.+-]*)(\.[a-z]+)")
_IMAGES = {"docker", "oci"}


class Cve(msgspec.Struct):
    """A CVE of an issue, in the field names of all reports."""

    cve: Text = None
    id: Text = None
    cwe: list[str] | str | None = None
    cvss_v2: Text = None
    cvss_v3: Text = None
    cvss_v2_vector: Text = None
    cvss_v3_vector: Text = None
    cvss_v2_score: Text = None
    cvss_v3_score: Text = None
    second: Text = msgspec.field(default=None, name="cvssV2")
    third: Text = msgspec.field(default=None, name="cvssV3")

    def flaws(self) -> list[str]:
        """Return the CWE ids, of which some reports write one as a text."""
        return [self.cwe] if isinstance(self.cwe, str) else [each for each in self.cwe or [] if each]


class Component(NamedTuple):
    """A component: its kind (`npm`), its name without release or version, its version, what fixes it."""

    kind: str
    name: str
    version: str = ""
    fixed: str = ""


class Issue(NamedTuple):
    """An issue in the tool's words; `native` is empty where the report withholds it."""

    native: str
    word: str
    title: str
    description: str = ""
    solution: str = ""
    cves: tuple[Cve, ...] = ()
    references: tuple[str, ...] = ()


def facts_of(issue: Issue, component: Component, severity: Severity) -> Facts:
    """Return what the tool says of an issue in a component."""
    cves = [said(each.cve) or said(each.id) for each in issue.cves]
    weakness = named(TOOL, _native(issue, cves), tuple(filter(None, cves)))
    return Facts(
        source=weakness.source,
        source_id=weakness.source_id,
        title=_title(issue, weakness, component),
        severity=severity,
        native_severity=issue.word,
        description=issue.description,
        solution=issue.solution or upgrade(component.name, component.fixed),
        cves=weakness.cves,
        cwes=tuple(dict.fromkeys([cwe for each in issue.cves for cwe in each.flaws()])),
        aliases=weakness.aliases,
        cvss=_scores(issue.cves),
        references=issue.references,
        family=component.kind,
        package=component.name,
        version=component.version,
        fixed_version=component.fixed,
    )


@lru_cache(maxsize=1 << 14)
def component_of(identifier: str) -> Component:
    """Take `alpine://3.21:openssh-server:9.9_p1-r2` apart; packages of a system go without its release."""
    kind, found, rest = identifier.partition("://")
    if not found:
        kind, rest = "", identifier
    name, _, version = rest.rpartition(":")
    if not name:
        return Component(kind, version)
    if kind not in _SYSTEMS:
        return Component(kind, name, version)
    before, _, last = name.rpartition(":")
    if before and last.isdigit():
        name, version = before, f"{last}:{version}"
    return Component(kind, name.rpartition(":")[2], version)


def component_at(path: str) -> Component:
    """Return the component at the end of a path: `…/3.12:xz:5.2.5-r0`, `…/log4j-core-2.1.jar`."""
    end = path.rpartition("/")[2]
    if ":" not in end:
        found = _FILE.fullmatch(end)
        return Component("", f"{found[1]}{found[3]}", found[2]) if found else Component("", end)
    return component_of(f"alpine://{end}")._replace(kind="") if end[:1].isdigit() else component_of(end)


def versions_of(ranges: Iterable[str] | None) -> str:
    """Return fixed versions as one text, without the brackets of ranges with a single version."""
    return ", ".join(dict.fromkeys([each.strip().strip("[]()") for each in ranges or () if each]))


def asset_of(identifier: str) -> Asset | None:
    """Return the image, artifact or module that was scanned; None if the identifier says nothing."""
    kind, found, rest = identifier.strip().partition("://")
    if not found:
        kind, rest = "", identifier.strip()
    if not rest:
        return None
    if kind in _IMAGES:
        return image_asset(image_of(rest))
    if kind == "generic":
        return code_asset(rest.rpartition("/")[2])
    return code_asset(component_of(identifier.strip()).name if kind else rest)


def _native(issue: Issue, cves: list[str]) -> str:
    """Return the id of an issue: its own, else its only CVE, else its title, for want of anything else."""
    if issue.native:
        return issue.native
    return next(iter(filter(None, cves)), "") or stand_in(issue.title)


def _title(issue: Issue, weakness: Weakness, component: Component) -> str:
    """Return the summary, or name and component where the summary is a whole description."""
    name = next(iter(weakness.cves), issue.native)
    if issue.title and (not name or len(issue.title) <= LONGEST_TITLE):
        return issue.title
    return f"{name} in {component.name}"


def _scores(cves: tuple[Cve, ...]) -> tuple[str, ...]:
    third = [_vector(each.cvss_v3_vector, each.cvss_v3, each.third, each.cvss_v3_score) for each in cves]
    second = [_vector(each.cvss_v2_vector, each.cvss_v2, each.second, each.cvss_v2_score) for each in cves]
    return tuple(dict.fromkeys(filter(None, third + second)))


@lru_cache(maxsize=1 << 12, typed=True)
def _vector(*texts: Text) -> str:
    """Return the first text that is there, a vector without the score before it (`7.5/CVSS:3.0/…`)."""
    text = next(filter(None, map(said, texts)), "")
    score, _, vector = text.partition("/")
    return vector if vector and score[:1].isdigit() else text
