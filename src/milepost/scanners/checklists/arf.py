"""ARF 1.1: reports of SCAP scans with the assets that they are about, as OpenSCAP and SCC write them.

What DISA's older “ARF 0.41” and “ASR” of ACAS hold is another format under other roots, and is not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import Grade
from milepost.scanners.checklists.xccdf_head import Head as ResultHead
from milepost.scanners.checklists.xccdf_reading import ABOUT, MANY, TAGS, ResultsReader
from milepost.scanners.checklists.xccdf_rules import text_of
from milepost.scanners.records import Element, records
from milepost.scanners.scanner import Head, Source

_ROOT = "asset-report-collection"
# What OVAL repeats most; to name it lets the reader forget each before the next.
_OVAL = ("definition", "test", "object", "oval_definitions", "system_data", "oval_results")
_ITEMS = (
    *("file", "textfilecontent", "textfilecontent54", "filehash", "filehash58", "xmlfilecontent", "rpminfo"),
    *(
        "rpmverify",
        "rpmverifyfile",
        "rpmverifypackage",
        "dpkginfo",
        "registry",
        "sysctl",
        "partition",
        "process",
    ),
    *(
        "process58",
        "systemdunitproperty",
        "systemdunitdependency",
        "selinuxboolean",
        "selinuxsecuritycontext",
    ),
    *("variable", "family", "uname", "environmentvariable", "environmentvariable58", "password", "shadow"),
    *("interface", "inetlisteningserver", "inetlisteningservers", "runlevel", "xinetd", "inetd", "symlink"),
    *("user", "user_sid55", "group", "group_sid", "sid", "sid_sid", "service", "serviceeffectiverights"),
    *("fileeffectiverights53", "regkeyeffectiverights53", "auditeventpolicysubcategories", "accesstoken"),
    *(
        "fileauditedpermissions53",
        "lockoutpolicy",
        "passwordpolicy",
        "auditeventpolicy",
        "wmi",
        "wmi57",
        "cmdlet",
    ),
)
_FORGOTTEN = (*(f"{{*}}{name}" for name in _OVAL), *(f"{{*}}{name}_item" for name in _ITEMS))


@dataclass
class _Device:
    """An asset as the file describes it apart from the results."""

    names: list[str] = field(default_factory=list)
    fqdns: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


class Arf:
    """The reader of ARF report collections."""

    name = "arf"
    title = "ARF report collection (SCAP)"
    about = replace(
        ABOUT,
        versions="ARF 1.1 (asset-report-collection) with one or several XCCDF 1.2 reports; OpenSCAP, SCC",
        fields={
            **ABOUT.fields,
            "Asset.identifiers": "TestResult as in XCCDF, and the ai:computing-device that it is about:"
            " fqdn, hostname, ip-v4, ip-v6",
        },
        sources=(
            "NIST IR 7694, Asset Reporting Format 1.1",
            "NIST IR 7693, Asset Identification 1.1",
            *ABOUT.sources,
        ),
        samples=("dod/arf",),
        memory="streaming; grows with the rules of the benchmark, what failed, and the largest part of the"
        " OVAL content that is of no kind known here",
        grade=Grade.BRONZE,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == _ROOT

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems and every asset once; see `Scanner.read`."""
        reader = ResultsReader(source)
        devices: dict[str, _Device] = {}
        about: dict[str, str] = {}
        for element in records(
            source, MANY, *TAGS, "{*}asset", "{*}relationship", "{*}remote-resource", *_FORGOTTEN
        ):
            name = str(element.tag).rpartition("}")[2]
            if name == "relationship":
                _relate(element, about)
            elif name == "asset":
                devices[element.get("id", "")] = _device(element)
            elif name == "remote-resource":
                _note_remote(element, reader)
            elif f"{{*}}{name}" in TAGS:
                report = _report_id(element) if name == "TestResult" else ""
                result = reader.take(element)
                if result is not None:
                    _complete(result.head, devices, about.get(report, ""))
                    reader.add(result)
        yield from reader.parts()


SCANNER = Arf()


def _note_remote(element: Element, reader: ResultsReader) -> None:
    """Say that a report stands elsewhere; nothing outside the file is ever opened."""
    report = _report_id(element)
    if report:
        what = f"the report {report} is not in the file, which only refers to it (remote-resource)"
        reader.gathering.problem(f"line {element.sourceline}", what, "give that report, too")


def _relate(element: Element, about: dict[str, str]) -> None:
    """Note which asset a report is about."""
    if element.get("type", "").rpartition(":")[2].rpartition("#")[2] == "isAbout":
        for reference in element.iterchildren("{*}ref"):
            about.setdefault(element.get("subject", ""), text_of(reference))


def _report_id(element: Element) -> str:
    return next((around.get("id", "") for around in element.iterancestors("{*}report")), "")


def _device(element: Element) -> _Device:
    def texts(*names: str) -> list[str]:
        return [text for text in map(text_of, element.iter(*names)) if text]

    return _Device(texts("{*}hostname"), texts("{*}fqdn"), texts("{*}ip-v4", "{*}ip-v6"))


def _complete(head: ResultHead, devices: dict[str, _Device], about: str) -> None:
    """Add what the file says of the asset apart from the result, if it is known which one it is."""
    for asset_id in dict.fromkeys((*head.asset_ids, about)):
        device = devices.get(asset_id)
        if device is not None:
            head.names += device.names
            head.fqdns += device.fqdns
            head.addresses += device.addresses
