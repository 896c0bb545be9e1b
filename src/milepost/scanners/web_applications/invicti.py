"""What the shapes of Invicti's reports have in common: Netsparker, Invicti and Acunetix 360 are one engine.

All of them name a vulnerability by the same `type` (`CookieNotMarkedAsHttpOnly`), so one source stands for
them: a site scanned by Netsparker last year and by Invicti now has the same occurrences. `LookupId` names a
record and is not read. What the tool calls fixed was looked for and is gone; what people set aside in it (a
false positive, an accepted risk, ignored) stays a finding that opens no item.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.domain.severity import Severity
from milepost.scanners.about import About, Grade
from milepost.scanners.scanner import Source
from milepost.scanners.text import plain
from milepost.scanners.web_applications.sites import CVE, Instants, Sites, addresses, place, shown, weaknesses

SOURCE = "invicti"
SEVERITIES = {
    "critical": Severity.CRITICAL,
    "important": Severity.HIGH,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "best practice": Severity.INFO,
    "bestpractice": Severity.INFO,
    "information": Severity.INFO,
    "informational": Severity.INFO,
    "info": Severity.INFO,
}

_FIXED = {"fixed", "fixedconfirmed"}
_SUPPRESSED = {"falsepositive", "acceptedrisk", "riskaccepted", "ignored"}
_PRESENT = {"", "present", "revived", "active", "fixedunconfirmed", "fixedcantretest", "scanning", "new"}
_LETTERS = re.compile(r"[^a-z]")


def about(shape: str, versions: str, samples: tuple[str, ...]) -> About:
    """Say what is known of a shape of the report."""
    return About(
        versions=versions,
        key="origin of url, type, method, path of url, vulnerable parameter",
        coverage=f"every site with a vulnerability in the {shape}; what is fixed counts as assessed",
        fields={
            "asset": "url, or url of target",
            "source_id": "type",
            "title": "name",
            "native_severity": "severity",
            "description": "description, impact",
            "solution": "remedial procedure, remedial actions, remedy",
            "cves": "known vulnerabilities",
            "cwes": "cwe of classification",
            "cvss": "vector of cvss31, cvss, cvss40 of classification",
            "references": "external references, remedy references",
            "vendor_status": "state",
            "locator": "method of the request, url, vulnerable parameter or parameters",
            "output": "certainty, extra information",
            "first_seen": "first seen date",
            "scanned_at": "initiated of target, or generated",
        },
        severities=SEVERITIES,
        sources=(
            "Invicti, Vulnerabilities list report",
            "Invicti, issue states as mapped in its integrations",
            "the fields of the reports themselves",
        ),
        samples=samples,
        memory="grows with the findings, not with requests and responses",
        grade=Grade.BRONZE,
    )


class Vulnerability(NamedTuple):
    """A vulnerability in the report's own words; `extra` and `known` are texts to look into."""

    where: str
    url: str
    method: str
    parameter: str
    certainty: str
    first_seen: str
    extra: str
    kind: str
    name: str
    severity: str
    state: str
    description: tuple[str, ...]
    solution: tuple[str, ...]
    links: str
    cwe: str
    vectors: tuple[str, ...]
    known: str


_WORDS = slice(Vulnerability._fields.index("kind"), None)
"""What a vulnerability says of the weakness itself, whatever its place."""


class Report:
    """A report as it is read, whatever its shape."""

    def __init__(self, source: Source, product: str = "Invicti") -> None:
        """Start without any vulnerability; `product` is the name under which the engine was sold."""
        self.sites = Sites(source, SEVERITIES, SOURCE, product)
        self._found: list[Vulnerability] = []
        self._facts: dict[object, Facts] = {}

    def take(self, found: Vulnerability) -> None:
        """Add a vulnerability; one without a type and a name is a problem."""
        if not found.kind and not found.name:
            what = "this vulnerability has neither a type nor a name and was not read"
            self.sites.problem(found.where, what, "export the report again")
            return
        self._found.append(found)

    def parts(self, target: str, times: Iterable[str]) -> Iterator[AssetReport | Problem]:
        """Yield what was read; `target` is the site of the scan, `times` its times, the best first."""
        written = [time for time in times if time]
        instants = Instants(self.sites, [*written, *(found.first_seen for found in self._found)])
        scanned_at = instants.read(written[0]) if written else None
        if target:
            self.sites.site(target).dated(scanned_at)
        for found in self._found:
            self.sites.site(found.url or target).dated(scanned_at)
            self._add(found, target, instants)
        yield from self.sites.parts()

    def _add(self, found: Vulnerability, target: str, instants: Instants) -> None:
        site = self.sites.site(found.url or target)
        states = _states(found.state)
        if states & _FIXED:
            site.passed(_identity(found))
            return
        if not states <= _PRESENT | _SUPPRESSED:
            what = f"the state “{found.state[:60]}” is unknown; the finding counts as present"
            self.sites.problem(found.where, what, "look it up in the tool")
        severity = self.sites.rate(found.severity, found.where)
        words = found[_WORDS]
        facts = self._facts.get(words)
        if facts is None:
            facts = self.sites.shared(_facts(found, severity, suppressed=bool(states & _SUPPRESSED)))
            self._facts[words] = facts
        locator = place(found.method, found.url or target, found.parameter)
        self.sites.found(site, facts, locator, _output(found), instants.read(found.first_seen))


@lru_cache(maxsize=1 << 10)
def _states(text: str) -> frozenset[str]:
    return frozenset(_LETTERS.sub("", state.lower()) for state in re.split(r"[,|;]", text))


def _identity(found: Vulnerability) -> str:
    return found.kind or " ".join(plain(found.name).split())


def _facts(found: Vulnerability, severity: Severity, *, suppressed: bool) -> Facts:
    return Facts(
        source=SOURCE,
        source_id=_identity(found),
        title=plain(found.name) or found.kind,
        severity=severity,
        native_severity=found.severity,
        description=_paragraphs(found.description),
        solution=_paragraphs(found.solution),
        cves=tuple(dict.fromkeys(CVE.findall(found.known))),
        cwes=weaknesses(found.cwe),
        cvss=tuple(dict.fromkeys(filter(None, found.vectors))),
        references=addresses(found.links),
        vendor_status=f"suppressed: {found.state}" if suppressed else "",
        actionable=not suppressed,
    )


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, map(plain, texts))))


def _output(found: Vulnerability) -> str:
    certainty = f"Certainty: {found.certainty} %" if found.certainty else ""
    return "\n".join(filter(None, (certainty, shown(found.extra))))
