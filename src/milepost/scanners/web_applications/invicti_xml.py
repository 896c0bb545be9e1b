"""Vulnerability lists in XML of Netsparker, Invicti (Standard and Enterprise) and Acunetix 360.

The products write the same fields with other tags: `http-request` or `rawrequest`, `LookupId` or none, `CWE`
or `cwe`. Tags are therefore compared without dashes and in lower case.
"""

from collections.abc import Iterator
from functools import lru_cache

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.records import Element, records, root_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.web_applications.invicti import Report, Vulnerability, about
from milepost.scanners.web_applications.sites import fields

PRODUCTS = {
    "netsparker": "Netsparker",
    "netsparker-cloud": "Netsparker Cloud",
    "netsparker-enterprise": "Netsparker Enterprise",
    "invicti": "Invicti",
    "invicti-standard": "Invicti Standard",
    "invicti-enterprise": "Invicti Enterprise",
    "acunetix-360": "Acunetix 360",
    "acunetix360": "Acunetix 360",
}


class InvictiXml:
    """The reader of Invicti's and Netsparker's vulnerability lists in XML."""

    name = "invicti-xml"
    title = "Invicti or Netsparker (XML)"
    about = about(
        "XML",
        "vulnerability lists of Netsparker 3 to 6, Netsparker Cloud, Invicti Standard and Enterprise",
        ("scans/netsparker_invicti",),
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root in PRODUCTS

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        report: Report | None = None
        target: dict[str, str] = {}
        generated = ""
        for element in records(source, ("vulnerability",), "target", "vulnerability"):
            if report is None:
                root = root_of(element)
                report = Report(source, PRODUCTS.get(str(root.tag), "Invicti"))
                generated = root.get("generated", "")
            if element.tag == "vulnerability":
                report.take(_vulnerability(element))
            else:
                target = {tag: (part.text or "").strip() for tag, part in _parts(element).items()}
        if report is not None:
            times = (target.get("initiated", ""), target.get("scantime", ""), generated)
            yield from report.parts(target.get("url", ""), times)


SCANNER = InvictiXml()


def _vulnerability(element: Element) -> Vulnerability:
    parts = _parts(element)
    texts = {_tag(tag): text for tag, text in fields(element).items()}
    take = texts.get
    classified = _parts(parts.get("classification"))
    return Vulnerability(
        where=f"line {element.sourceline}",
        url=take("url", ""),
        kind=take("type", ""),
        name=take("name") or take("title", ""),
        severity=take("severity", ""),
        state=take("state", ""),
        method=_method(parts, texts),
        parameter=_parameter(parts, texts),
        certainty=take("certainty", ""),
        first_seen=take("firstseendate", ""),
        description=(take("description", ""), take("impact", "")),
        solution=(
            take("remedialprocedure") or take("remedy", ""),
            take("remedialactions") or take("actionstotake", ""),
        ),
        links=f"{take('externalreferences', '')} {take('remedyreferences', '')}",
        cwe=_text(classified, "cwe"),
        vectors=tuple(_text(_parts(classified.get(name)), "vector") for name in ("cvss31", "cvss", "cvss40")),
        extra=_information(parts.get("extrainformation")),
        known=_every_text(parts.get("knownvulnerabilities")),
    )


@lru_cache(maxsize=1 << 10)
def _tag(name: str) -> str:
    return name.replace("-", "").lower()


def _parts(element: Element | None) -> dict[str, Element]:
    """Return an element's children by name; of several with one name the last counts."""
    return {} if element is None else {_tag(str(child.tag)): child for child in element}


def _text(parts: dict[str, Element], name: str) -> str:
    part = parts.get(name)
    return "" if part is None else (part.text or "").strip()


def _method(parts: dict[str, Element], texts: dict[str, str]) -> str:
    """Return the method of the request; an old report has it only as its first word."""
    if "httprequest" in parts:
        return _text(_parts(parts["httprequest"]), "method")
    return texts.get("rawrequest", "").partition(" ")[0][:10]


def _parameter(parts: dict[str, Element], texts: dict[str, str]) -> str:
    if texts.get("vulnerableparameter"):
        return texts["vulnerableparameter"]
    parameters = _parts(parts.get("httprequest")).get("parameters")
    named = [] if parameters is None else [each.get("name", "") for each in parameters]
    return ", ".join(sorted(filter(None, named)))


def _information(part: Element | None) -> str:
    if part is None:
        return ""
    return "\n".join(f"{each.get('name', '')}: {each.get('value') or each.text or ''}" for each in part)


def _every_text(part: Element | None) -> str:
    return "" if part is None else " ".join(part.itertext())
