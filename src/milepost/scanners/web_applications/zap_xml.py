"""ZAP's traditional XML report, with or without requests and responses."""

from collections.abc import Iterator

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import Grade
from milepost.scanners.gathering import Gathered
from milepost.scanners.records import Element, records, root_of
from milepost.scanners.scanner import Head, Source
from milepost.scanners.web_applications.sites import fields
from milepost.scanners.web_applications.zap import Alert, Instance, Report, about

_PLACE = ("uri", "method", "param", "attack", "evidence", "otherinfo")


class ZapXml:
    """The reader of ZAP's XML reports."""

    name = "zap-xml"
    title = "ZAP (XML)"
    about = about("XML", Grade.SILVER)

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == "OWASPZAPReport"

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        report: Report | None = None
        instances: list[Instance] = []
        for element in records(source, ("alertitem",), "instance", "alertitem", "site"):
            if element.tag == "instance":
                instances.append(_instance(fields(element)))
                continue
            report = report or _report(source, element)
            if element.tag == "alertitem":
                _take(report, element, instances)
                instances = []
            else:
                _site(report, element)
        if report is not None:
            yield from report.sites.parts()


SCANNER = ZapXml()


def _report(source: Source, element: Element) -> Report:
    root = root_of(element)
    version, created, generated = (root.get(name, "") for name in ("version", "created", "generated"))
    return Report(source, version, created, generated)


def _site(report: Report, element: Element) -> Gathered:
    name, host, port, ssl = (element.get(name, "") for name in ("name", "host", "port", "ssl"))
    return report.site(name, host, port, ssl)


def _take(report: Report, element: Element, instances: list[Instance]) -> None:
    """Read an alert; one of an old report names its only place itself."""
    texts = fields(element)
    site = next(element.iterancestors("site"), None)
    place = f"line {element.sourceline}"
    if site is None:
        report.sites.problem(
            place, "this alert stands in no site and was not read", "export the report again"
        )
        return
    if not instances and texts.get("uri"):
        instances = [_instance(texts)]
    report.take(_site(report, site), _alert(element, texts), instances, place)


def _instance(texts: dict[str, str]) -> Instance:
    return Instance(*[texts.get(name, "") for name in _PLACE])


def _alert(element: Element, texts: dict[str, str]) -> Alert:
    tags = element.find("tags")
    take = texts.get
    return Alert(
        plugin=take("pluginid", ""),
        reference=take("alertRef", ""),
        name=take("name") or take("alert", ""),
        risk=take("riskcode", ""),
        confidence=take("confidence", ""),
        description=take("desc", ""),
        solution=take("solution", ""),
        links=take("reference", ""),
        cwe=take("cweid", ""),
        tags="" if tags is None else " ".join(text.strip() for text in tags.itertext()),
        other=take("otherinfo", ""),
        counted=take("count", ""),
    )
