"""STIG Viewer 2 checklists (`.ckl`), of the viewer itself, Evaluate-STIG, SCC, Heimdall and others.

Evaluate-STIG leaves the time of its run in a comment, and combines several STIGs of a host in one file.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.checklists.stig import SEVERITIES, Checklist, Rule, Stig, is_open
from milepost.scanners.checklists.targets import Target
from milepost.scanners.records import Element, Record, records
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_instant

_TIME = re.compile(r"<time>([^<]+)</time>")
_UNNAMED = Stig("unnamed", "")

Attributes = dict[str, list[str]]


class Ckl:
    """The reader of STIG Viewer 2 checklists."""

    name = "ckl"
    title = "STIG Viewer checklist (.ckl)"
    about = About(
        versions="STIG Viewer 2.x, Evaluate-STIG (also combined), SCC, STIG Manager, STIGQter, Heimdall",
        key="Vuln_Num (V-…) in stigid, on HOST_NAME, HOST_FQDN and HOST_IP, or WEB_DB_SITE and"
        " WEB_DB_INSTANCE",
        coverage="one look for each STIG: Open, NotAFinding and Not_Applicable are assessed; Not_Reviewed and"
        " unknown states never are, nor any rule that the checklist does not hold",
        fields={
            "Asset.identifiers": "HOST_FQDN, HOST_NAME, HOST_IP (several, by line or comma)",
            "Facts.source_id": "Vuln_Num",
            "Facts.title": "Rule_Title, else Rule_Ver or Group_Title",
            "Facts.severity": "SEVERITY_OVERRIDE, else Severity",
            "Facts.native_severity": "Severity",
            "Facts.severity_reason": "SEVERITY_JUSTIFICATION",
            "Facts.description": "Vuln_Discuss",
            "Facts.solution": "Fix_Text",
            "Facts.ccis": "CCI_REF",
            "Facts.references": "Rule_ID, Rule_Ver, LEGACY_ID",
            "Facts.family": "SI_DATA title",
            "Finding.output": "FINDING_DETAILS, COMMENTS",
        },
        severities=SEVERITIES,
        sources=("DISA, STIG Viewer 2.x User Guide", "Evaluate-STIG, FormatOutput.psm1 (Format-CKL)"),
        samples=("dod/ckl",),
        memory="grows with the open rules; the document is streamed",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == "CHECKLIST"

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the checklist and its one asset; see `Scanner.read`."""
        checklist, stig, empty = Checklist(source), _UNNAMED, True
        for element in records(source, ("VULN",), "ASSET", "STIG_INFO", "VULN", "iSTIG"):
            empty = False
            if element.tag == "VULN":
                checklist.answer(stig, _rule(element))
            elif element.tag == "STIG_INFO":
                stig = _stig(element)
                checklist.begin(stig)
            elif element.tag == "ASSET":
                checklist.target = _target(element)
            else:
                stig = _UNNAMED
        if not empty:
            report = checklist.report()
            yield from checklist.problems
            yield report


SCANNER = Ckl()


def _target(asset: Element) -> Target:
    return Target(
        host_name=_text(asset, "HOST_NAME"),
        fqdn=_text(asset, "HOST_FQDN"),
        addresses=_text(asset, "HOST_IP"),
        site=_text(asset, "WEB_DB_SITE"),
        instance=_text(asset, "WEB_DB_INSTANCE"),
    )


def _stig(element: Element) -> Stig:
    information = {
        _text(data, "SID_NAME").lower(): _text(data, "SID_DATA") for data in element.iter("SI_DATA")
    }
    title = information.get("title", "")
    return Stig(
        stig_id=information.get("stigid") or title or "unnamed",
        title=title or information.get("stigid", ""),
        version=information.get("version", ""),
        release=information.get("releaseinfo", ""),
        scanned_at=_commented_time(element),
    )


def _commented_time(element: Element) -> datetime | None:
    """Find the time that Evaluate-STIG leaves in a comment before the head of a STIG."""
    if isinstance(element, Record):
        return None
    for sibling in element.itersiblings(preceding=True):
        match = None if isinstance(sibling.tag, str) else _TIME.search(sibling.text or "")
        if match:
            return iso_instant(match[1])
    return None


def _rule(vulnerability: Element) -> Rule:
    status = _text(vulnerability, "STATUS")
    rule = Rule(
        place=f"line {vulnerability.sourceline}",
        group_id=_group(vulnerability),
        status=status,
        details=vulnerability.findtext("FINDING_DETAILS") or "",
    )
    return _told(vulnerability, rule) if is_open(status) or not rule.group_id else rule


def _group(vulnerability: Element) -> str:
    """Return the number of the group, which stands first in all dialects."""
    return next((value for name, value in _data(vulnerability) if name == "Vuln_Num"), "")


def _told(vulnerability: Element, rule: Rule) -> Rule:
    attributes: Attributes = {}
    for name, value in _data(vulnerability):
        attributes.setdefault(name, []).append(value)
    return rule._replace(
        severity=_first(attributes, "Severity"),
        override=_text(vulnerability, "SEVERITY_OVERRIDE"),
        justification=_text(vulnerability, "SEVERITY_JUSTIFICATION"),
        title=_first(attributes, "Rule_Title"),
        discussion=_first(attributes, "Vuln_Discuss"),
        fix_text=_first(attributes, "Fix_Text"),
        comments=vulnerability.findtext("COMMENTS") or "",
        rule_id=_first(attributes, "Rule_ID"),
        rule_version=_first(attributes, "Rule_Ver"),
        group_title=_first(attributes, "Group_Title"),
        ccis=tuple(dict.fromkeys(filter(None, attributes.get("CCI_REF", [])))),
        legacy=tuple(filter(None, attributes.get("LEGACY_ID", []))),
    )


def _data(vulnerability: Element) -> Iterator[tuple[str, str]]:
    """Yield names and values of a rule; nearly all files write just the two, in this order."""
    for data in vulnerability.iterchildren("STIG_DATA"):
        if isinstance(data, Record):
            yield _text(data, "VULN_ATTRIBUTE"), _text(data, "ATTRIBUTE_DATA")
            continue
        try:
            name, value = data
        except ValueError:
            yield _text(data, "VULN_ATTRIBUTE"), _text(data, "ATTRIBUTE_DATA")
            continue
        if name.tag == "VULN_ATTRIBUTE":
            yield (name.text or "").strip(), (value.text or "").strip()
        else:
            yield _text(data, "VULN_ATTRIBUTE"), _text(data, "ATTRIBUTE_DATA")


def _first(attributes: Attributes, name: str) -> str:
    return attributes.get(name, [""])[0]


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
