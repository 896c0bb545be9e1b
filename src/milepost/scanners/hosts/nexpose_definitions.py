"""What a Nexpose report knows of a vulnerability: one `vulnerability` of its `VulnerabilityDefinitions`.

Nexpose rates from 1 to 10, on the scale of CVSS base scores: up to 3 is low, up to 6 moderate, up to 8 high,
above critical; 0 is informational.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from milepost.domain.finding import Facts
from milepost.domain.severity import Severity
from milepost.scanners.scanner import Source
from milepost.scanners.times import compact_instant
from milepost.scanners.xml import Element, IllFormed, mended, part

SOURCE = "nexpose"
SEVERITIES = {
    "0": Severity.INFO,
    "1": Severity.LOW,
    "2": Severity.LOW,
    "3": Severity.LOW,
    "4": Severity.MODERATE,
    "5": Severity.MODERATE,
    "6": Severity.MODERATE,
    "7": Severity.HIGH,
    "8": Severity.HIGH,
    "9": Severity.CRITICAL,
    "10": Severity.CRITICAL,
    "": Severity.UNRATED,
}

_CVE = re.compile(r"CVE-\d{4}-\d{4,}", re.ASCII)
_IAVM = re.compile(r"\d{4}-([ABT])-\d{4}", re.ASCII)
_BLOCKS = {
    "Paragraph",
    "ListItem",
    "UnorderedList",
    "OrderedList",
    "ContainerBlockElement",
    "Table",
    "TableRow",
}
_BREAK = "\0"
_VULNERABILITY = "vulnerability"
_LONG_AGO = "1990-01-01"


class Definition(NamedTuple):
    """A vulnerability as Nexpose defines it; only the name where the report does not explain it."""

    name: str
    title: str = ""
    severity: str = ""
    description: str = ""
    solution: str = ""
    cves: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    cvss: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    family: str = ""
    published: str = ""
    exploited: bool = False

    def facts(self) -> Facts:
        """Put together what is known, for a confirmed finding."""
        return Facts(
            source=SOURCE,
            source_id=self.name,
            title=self.title or self.name,
            severity=SEVERITIES.get(self.severity, Severity.UNRATED),
            native_severity=self.severity,
            description=self.description,
            solution=self.solution,
            cves=self.cves,
            cwes=self.cwes,
            cvss=self.cvss,
            references=self.references,
            family=self.family,
            published=self.published,
            exploit_known=self.exploited,
        )


def definitions(source: Source) -> dict[str, Definition]:
    """Read what the end of a report explains, by the vulnerability's id in lower case.

    Raises:
        InputRefused: as `mended`.
    """
    try:
        return _by_name(part(source, "VulnerabilityDefinitions", _VULNERABILITY))
    except IllFormed:
        every = mended(source, [], "node", _VULNERABILITY)
        return _by_name(each for each in every if each.tag == _VULNERABILITY)


def _by_name(elements: Iterable[Element]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for each in map(_definition, elements):
        found.setdefault(each.name, each)
    return found


def _definition(element: Element) -> Definition:
    references = [
        (each.get("source", "").strip(), " ".join("".join(each.itertext("*", "reference")).split()))
        for each in element.iterfind("references/reference")
    ]
    return Definition(
        name=element.get("id", "").strip().lower(),
        title=element.get("title", "").strip(),
        severity=element.get("severity", "").strip(),
        description=text_of(element.find("description")),
        solution=text_of(element.find("solution")),
        cves=_distinct([text.upper() for source, text in references if source == "CVE" and _CVE.match(text)]),
        cwes=_distinct([_cwe(text) for source, text in references if source == "CWE"]),
        cvss=_scores(element),
        references=_distinct([_reference(*each) for each in references if each[0] not in {"CVE", "CWE"}]),
        family=next((tag.text or "" for tag in element.iterfind("tags/tag")), "").strip(),
        published=_day(element.get("published", "")),
        exploited=element.find("exploits/exploit") is not None or element.find("malware/name") is not None,
    )


def unknown(known: Definition) -> str:
    """Return the severity if it is none that is known."""
    return "" if known.severity in SEVERITIES else known.severity


def text_of(element: Element | None) -> str:
    """Return what Nexpose's own markup of paragraphs and lists shows, one block a line."""
    if element is None:
        return ""
    lines = (" ".join(line.split()) for line in "".join(_texts(element)).split(_BREAK))
    return "\n".join(line for line in lines if line)


def _texts(element: Element) -> list[str]:
    """Return the texts within in their order, with a break before and after every block."""
    found: list[str] = []
    waiting: list[tuple[Element, bool]] = [(element, False)]
    while waiting:
        each, left = waiting.pop()
        edge = _BREAK if each.tag in _BLOCKS else ""
        if left:
            found += (edge, each.tail or "")
            continue
        address = each.get("LinkURL", "")
        written = each.text if isinstance(each.tag, str) else ""
        found += (edge, written or "", f" ({address})" if address else "")
        waiting.append((each, True))
        waiting += [(child, False) for child in reversed(each)]
    return found


def _scores(element: Element) -> tuple[str, ...]:
    """Return vectors, newest first; without any, the bare score."""
    third = (element.get("cvssV3Vector") or element.get("cvssv3Vector") or "").strip().strip("()")
    second = element.get("cvssVector", "").strip().strip("()")
    prefixed = f"CVSS:3.0/{third}" if third and not third.startswith("CVSS") else third
    return _distinct([prefixed, second]) or _distinct([element.get("cvssScore", "").strip()])


def _reference(source: str, text: str) -> str:
    """Return an address as it is, and anything else with its source; an IAVM notice by its kind."""
    if (notice := _IAVM.search(text)) is not None and source.upper().startswith(("IAV", "DISA_VMSKEY")):
        return f"IAV{notice[1]}:{notice[0]}"
    return text if source.upper() == "URL" or "://" in text else f"{source}:{text}".strip(":")


def _cwe(text: str) -> str:
    return f"CWE-{text.upper().removeprefix('CWE-')}" if text else ""


def _day(text: str) -> str:
    """Return the day; Nexpose writes the first of 1990 where it knows none."""
    instant = compact_instant(text)
    day = instant.date().isoformat() if instant else ""
    return "" if day == _LONG_AGO else day


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
