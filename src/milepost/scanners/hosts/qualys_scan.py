"""The results of one Qualys scan in XML (`SCAN`): everything that the scan found stands under its address."""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport, Facts
from milepost.domain.problem import Problem
from milepost.scanners.hosts import qualys
from milepost.scanners.hosts.qualys import Detection, Host, Knowledge
from milepost.scanners.hosts.qualys_glossary import explained
from milepost.scanners.scanner import Source
from milepost.scanners.xml import Element, elements

ROOT = "SCAN"

_KINDS = {"INFOS": "Ig", "SERVICES": "Ig", "VULNS": "Vuln", "PRACTICES": "Practice"}
_FINISHED = "FINISHED"


def read_scan(source: Source) -> Iterator[AssetReport | Problem]:
    """Yield every address of a scan, with the problems met in it.

    Raises:
        InputRefused: as `elements`.
    """
    facts: dict[tuple[str, str, str], Facts] = {}
    header: dict[str, str] = {}
    for element in elements(source, "HEADER", "IP"):
        if element.tag == "HEADER":
            header = {key.get("value", ""): (key.text or "").strip() for key in element.iter("KEY")}
        elif element.get("value"):
            yield from _address(element, source, header, facts)
    status = header.get("STATUS", _FINISHED)
    if status.upper() != _FINISHED:
        what = f"the scan is “{status}”: absence in it closes nothing"
        yield Problem(source.name, what, "let the scan finish, and export again")


def _address(
    element: Element, source: Source, header: dict[str, str], facts: dict[tuple[str, str, str], Facts]
) -> Iterator[AssetReport | Problem]:
    names = (element.get("name", ""), (element.findtext("NETBIOS_HOSTNAME") or "").strip())
    asset = qualys.asset_of(names=names, addresses=(element.get("value", ""),))
    where = f"{source.name}, line {element.sourceline}"
    if asset is None:
        yield Problem(where, "this address names no host", "export the scan again")
        return
    host = Host(asset, scanned_at=qualys.instant(header.get("DATE", "")))
    host.only_named = header.get("STATUS", _FINISHED).upper() != _FINISHED
    for detection, record in _detections(element):
        key = (detection.qid, detection.level, detection.kind)
        if key not in facts:
            knowledge = _knowledge(record)
            facts[key] = qualys.facts_of(qualys.rated(detection), knowledge)
            if said := qualys.trouble(detection, knowledge):
                yield Problem(f"{source.name}, line {record.sourceline}", said, "check it in Qualys")
        host.add(detection, facts[key])
    host.scanned = bool(host.findings)
    if not host.scanned:
        yield Problem(where, f"the scan found nothing of {asset.name}", "it does not count as scanned")
    yield host.report()


def _detections(address: Element) -> Iterator[tuple[Detection, Element]]:
    for part in address:
        kind = _KINDS.get(str(part.tag))
        for category in part.iterfind("CAT") if kind else ():
            for record in category:
                if isinstance(record.tag, str) and record.get("number"):
                    yield _detection(record, category, kind or ""), record


def _detection(record: Element, category: Element, kind: str) -> Detection:
    return Detection(
        qid=record.get("number", "").strip(),
        level=record.get("severity", ""),
        kind=kind,
        port=category.get("port", ""),
        protocol=category.get("protocol", ""),
        instance=record.findtext("INSTANCE") or "",
        output=record.findtext("RESULT") or "",
    )


def _knowledge(record: Element) -> Knowledge:
    category = record.getparent()
    return explained(record)._replace(
        category="" if category is None else category.get("value", ""),
        threat=record.findtext("DIAGNOSIS") or "",
        impact=record.findtext("CONSEQUENCE") or "",
        cvss=qualys.scores(record.findtext("CVSS3_BASE") or "", record.findtext("CVSS_BASE") or ""),
    )
