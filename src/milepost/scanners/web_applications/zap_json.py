"""ZAP's traditional JSON report, with or without requests and responses."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import Grade
from milepost.scanners.documents import load, record
from milepost.scanners.gathering import Gathered
from milepost.scanners.scanner import Head, Source
from milepost.scanners.web_applications.zap import Alert, Instance, Report, about

_OWN_KEYS = {"@programName", "@version", "@generated"}

Word = str | int | float | bool | None


class _Instance(msgspec.Struct):
    uri: Word = None
    method: Word = None
    param: Word = None
    attack: Word = None
    evidence: Word = None
    otherinfo: Word = None


class _Alert(msgspec.Struct):
    pluginid: Word = None
    reference_of_alert: Word = msgspec.field(default=None, name="alertRef")
    alert: Word = None
    name: Word = None
    riskcode: Word = None
    confidence: Word = None
    desc: Word = None
    instances: list[msgspec.Raw] | None = None
    count: Word = None
    solution: Word = None
    otherinfo: Word = None
    reference: Word = None
    cweid: Word = None
    tags: msgspec.Raw = msgspec.Raw(b"")


class _Site(msgspec.Struct):
    name: Word = msgspec.field(default=None, name="@name")
    host: Word = msgspec.field(default=None, name="@host")
    port: Word = msgspec.field(default=None, name="@port")
    ssl: Word = msgspec.field(default=None, name="@ssl")
    alerts: list[msgspec.Raw] | None = None


class _Document(msgspec.Struct):
    version: Word = msgspec.field(default=None, name="@version")
    generated: Word = msgspec.field(default=None, name="@generated")
    created: Word = None
    site: list[msgspec.Raw] | dict[str, msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_SITE = msgspec.json.Decoder(_Site)
_ALERT = msgspec.json.Decoder(_Alert)
_INSTANCE = msgspec.json.Decoder(_Instance)


class ZapJson:
    """The reader of ZAP's JSON reports."""

    name = "zap-json"
    title = "ZAP (JSON)"
    about = about("JSON", Grade.BRONZE)

    def recognises(self, head: Head) -> bool:
        """Tell by the keys that begin with @, and the list of sites beside them."""
        if not head.keys & _OWN_KEYS:
            return False
        return "site" in head.keys or {"@version", "@generated"} <= head.keys

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the report and its sites; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        report = Report(source, _text(document.version), _text(document.created), _text(document.generated))
        for number, raw in enumerate(_sites(document)):
            where = f"site[{number}]"
            site = record(raw, _SITE, source, where)
            if isinstance(site, Problem):
                report.sites.problems.append(site)
                continue
            _take_site(report, source, site, where)
        yield from report.sites.parts()


SCANNER = ZapJson()


def _sites(document: _Document) -> list[msgspec.Raw]:
    if isinstance(document.site, dict):
        return [msgspec.Raw(msgspec.json.encode(document.site))]
    return document.site or []


def _take_site(report: Report, source: Source, site: _Site, where: str) -> None:
    held = report.site(_text(site.name), _text(site.host), _text(site.port), _text(site.ssl))
    for number, raw in enumerate(site.alerts or []):
        place = f"{where}.alerts[{number}]"
        alert = record(raw, _ALERT, source, place)
        if isinstance(alert, Problem):
            report.sites.problems.append(alert)
            continue
        _take_alert(report, source, held, alert, place)


def _take_alert(report: Report, source: Source, site: Gathered, alert: _Alert, where: str) -> None:
    """Add an alert; one of which every instance is broken stands at the site without a place."""
    instances = []
    for number, raw in enumerate(alert.instances or []):
        instance = record(raw, _INSTANCE, source, f"{where}.instances[{number}]")
        if isinstance(instance, Problem):
            report.sites.problems.append(instance)
            continue
        instances.append(_instance(instance))
    report.take(site, _alert(alert), instances, where)


def _instance(instance: _Instance) -> Instance:
    return Instance(
        _text(instance.uri),
        _text(instance.method),
        _text(instance.param),
        _text(instance.attack),
        _text(instance.evidence),
        _text(instance.otherinfo),
    )


def _alert(alert: _Alert) -> Alert:
    return Alert(
        plugin=_text(alert.pluginid),
        reference=_text(alert.reference_of_alert),
        name=_text(alert.name) or _text(alert.alert),
        risk=_text(alert.riskcode),
        confidence=_text(alert.confidence),
        description=_text(alert.desc),
        solution=_text(alert.solution),
        links=_text(alert.reference),
        cwe=_text(alert.cweid),
        tags=bytes(alert.tags).decode(errors="replace"),
        other=_text(alert.otherinfo),
        counted=_text(alert.count),
    )


def _text(value: Word) -> str:
    """Return a value as the text that the other shape of the report has for it."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else str(value)
