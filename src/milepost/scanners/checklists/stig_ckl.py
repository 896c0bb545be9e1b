"""STIG Viewer 2 checklists (`.ckl`), of the viewer itself, Evaluate-STIG, SCC, Heimdall and others."""

import re
from collections.abc import Iterator
from datetime import datetime

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import UNKNOWN
from milepost.scanners.checklists.stig import Checklist, Rule, Stig, Target
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_instant
from milepost.scanners.xml import Element, elements

_TIME = re.compile(r"<time>([^<]+)</time>")

Attributes = dict[str, list[str]]


class Ckl:
    """The reader of STIG Viewer 2 checklists."""

    name = "ckl"
    title = "STIG Viewer checklist (.ckl)"
    about = UNKNOWN

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == "CHECKLIST"

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the checklist and its one asset; see `Scanner.read`."""
        checklist: Checklist | None = None
        for element in elements(source, "ASSET", "iSTIG"):
            if element.tag == "ASSET":
                checklist = Checklist(source, _target(element))
                continue
            checklist = checklist or Checklist(source, Target())
            _read_stig(checklist, element)
        if checklist is not None:
            yield from checklist.problems
            yield checklist.report()


SCANNER = Ckl()


def _target(asset: Element) -> Target:
    return Target(
        host_name=_text(asset, "HOST_NAME"),
        fqdn=_text(asset, "HOST_FQDN"),
        addresses=_text(asset, "HOST_IP"),
        site=_text(asset, "WEB_DB_SITE"),
        instance=_text(asset, "WEB_DB_INSTANCE"),
    )


def _read_stig(checklist: Checklist, element: Element) -> None:
    information = {
        _text(data, "SID_NAME").lower(): _text(data, "SID_DATA") for data in element.iter("SI_DATA")
    }
    title = information.get("title", "")
    stig = Stig(
        stig_id=information.get("stigid") or title or "unnamed",
        title=title or information.get("stigid", ""),
        version=information.get("version", ""),
        release=information.get("releaseinfo", ""),
        scanned_at=_commented_time(element),
    )
    checklist.begin(stig)
    for vulnerability in element.iter("VULN"):
        checklist.answer(stig, _rule(vulnerability))


def _commented_time(element: Element) -> datetime | None:
    """Find the time that Evaluate-STIG leaves in a comment."""
    for child in element:
        match = None if isinstance(child.tag, str) else _TIME.search(child.text or "")
        if match:
            return iso_instant(match[1])
    return None


def _rule(vulnerability: Element) -> Rule:
    attributes: Attributes = {}
    for data in vulnerability.iter("STIG_DATA"):
        attributes.setdefault(_text(data, "VULN_ATTRIBUTE"), []).append(_text(data, "ATTRIBUTE_DATA"))
    return Rule(
        place=f"line {vulnerability.sourceline}",
        group_id=_first(attributes, "Vuln_Num"),
        status=_text(vulnerability, "STATUS"),
        severity=_first(attributes, "Severity"),
        override=_text(vulnerability, "SEVERITY_OVERRIDE"),
        justification=_text(vulnerability, "SEVERITY_JUSTIFICATION"),
        title=_first(attributes, "Rule_Title"),
        discussion=_first(attributes, "Vuln_Discuss"),
        fix_text=_first(attributes, "Fix_Text"),
        details=vulnerability.findtext("FINDING_DETAILS") or "",
        rule_id=_first(attributes, "Rule_ID"),
        rule_version=_first(attributes, "Rule_Ver"),
        ccis=tuple(dict.fromkeys(filter(None, attributes.get("CCI_REF", [])))),
    )


def _first(attributes: Attributes, name: str) -> str:
    return attributes.get(name, [""])[0]


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
