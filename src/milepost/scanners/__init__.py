"""Which formats Milepost reads: one line for each, and whatever others add as `milepost.scanners`."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from milepost.domain.errors import ExtensionBroken
from milepost.scanners.scanner import Head, Scanner

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from milepost.scanners.sheets.columns import TableWishes

ENTRY_POINTS = "milepost.scanners"
_ONLY_WORD = re.compile(r"\A\s*([A-Za-z_]\w*)\s*=")


class Announced(NamedTuple):
    """A built-in scanner: its module, and marks of which at least one is in every report that it reads.

    A mark is the name of the XML root element, a top-level key of the JSON, a column of the table (lower
    case), or the first word of any other text. A module is loaded only where one of its marks shows.
    """

    module: str
    marks: frozenset[str]


def _announced_as(module: str, *marks: str) -> Announced:
    return Announced(f"milepost.scanners.{module}", frozenset(marks))


_ANY_TABLE = "milepost.scanners.sheets.table"
BUILT_IN = (
    _announced_as("hosts.nessus", "NessusClientData_v2"),
    _announced_as("hosts.nessus_csv", "plugin id", "plugin", "definition.id"),
    _announced_as("hosts.qualys_xml", "ASSET_DATA_REPORT", "HOST_LIST_VM_DETECTION_OUTPUT", "SCAN"),
    _announced_as("hosts.qualys_csv", "qid"),
    _announced_as("hosts.nexpose", "NexposeReport"),
    _announced_as("hosts.openvas_xml", "report", "get_reports_response"),
    _announced_as("hosts.openvas_csv", "nvt oid"),
    _announced_as("checklists.stig_ckl", "CHECKLIST"),
    _announced_as("checklists.stig_cklb", "stigs"),
    _announced_as("checklists.xccdf", "Benchmark", "TestResult"),
    _announced_as("checklists.arf", "asset-report-collection"),
    _announced_as("checklists.hdf", "profiles"),
    _announced_as("checklists.evaluate_stig", "Summary"),
    _announced_as("software.trivy", "ClusterName", "SchemaVersion", "Target"),
    _announced_as("software.grype", "matches"),
    _announced_as("software.grype_csv", "version installed"),
    _announced_as("software.prisma_json", "results", "vulnerabilities", "repository", "entityInfo"),
    _announced_as("software.prisma_csv", "compliance id"),
    _announced_as(
        "software.jfrog_xray", "scan_id", "data", "artifacts", "rows", "violations", "vulnerabilities"
    ),
    _announced_as("software.anchore", "vulnerabilities", "detail"),
    _announced_as("software.snyk", "vulnerabilities", "infrastructureAsCodeIssues", "error"),
    _announced_as("software.dependency_track", "meta", "findings"),
    _announced_as("software.cyclonedx_json", "bomFormat", "specVersion"),
    _announced_as("software.cyclonedx_xml", "bom"),
    _announced_as("software.dependabot", "data", "security_advisory", "security_vulnerability", "repository"),
    _announced_as("cloud.prowler_csv", "check_id"),
    _announced_as("cloud.prowler_json", "CheckID"),
    _announced_as("cloud.ocsf", "class_uid", "finding_info", "severity_id"),
    _announced_as("cloud.scoutsuite", "scoutsuite_results", "provider_code"),
    _announced_as("cloud.kube_bench", "Controls", "node_type", "tests"),
    _announced_as("source_code.sarif", "runs"),
    _announced_as("source_code.semgrep", "results"),
    _announced_as("source_code.gosec", "Issues"),
    _announced_as("source_code.checkov", "check_type", "checkov_version"),
    _announced_as("source_code.github_code_scanning", "most_recent_instance", "instances_url"),
    _announced_as("source_code.veracode", "detailedreport"),
    _announced_as("cloud.inspector", "findings", "findingArn"),
    _announced_as("cloud.ecr", "imageScanFindings"),
    _announced_as("cloud.asff", "Findings", "findings", "ProductArn"),
    _announced_as("cloud.azure_defender", "recommendationid"),
    _announced_as(
        "cloud.gcp_artifacts",
        "package_vulnerability_summary",
        "discovery_summary",
        "occurrences",
        "noteName",
    ),
    _announced_as("cloud.gcp_scc", "listFindingsResults", "finding", "category"),
    _announced_as("cloud.wiz_issues", "issue id"),
    _announced_as("cloud.wiz_vulnerabilities", "wizurl"),
    _announced_as("statements.openvex", "@context"),
    _announced_as("statements.csaf", "document"),
    _announced_as("web_applications.burp", "issues"),
    _announced_as("web_applications.zap_xml", "OWASPZAPReport"),
    _announced_as("web_applications.zap_json", "@programName", "@version", "@generated"),
    _announced_as("web_applications.acunetix", "ScanGroup"),
    _announced_as(
        "web_applications.invicti_xml",
        "netsparker",
        "netsparker-cloud",
        "netsparker-enterprise",
        "invicti",
        "invicti-standard",
        "invicti-enterprise",
        "acunetix-360",
        "acunetix360",
    ),
    _announced_as("web_applications.invicti_json", "Vulnerabilities"),
    _announced_as("web_applications.webinspect", "Sessions"),
    _announced_as("web_applications.qualys_was", "WAS_SCAN_REPORT", "WAS_WEBAPP_REPORT"),
)


@cache
def scanners() -> tuple[Scanner, ...]:
    """Return every scanner: first those of Milepost, then those that installed packages add, by name.

    Raises:
        ExtensionBroken: an added scanner cannot be loaded, or takes the name of another one.
    """
    built_in = tuple(_built_in(each.module) for each in BUILT_IN)
    return distinct((*built_in, any_table(), *loaded()))


def likely(head: Head) -> Iterator[Scanner]:
    """Yield the scanners of which a mark shows in the beginning of a file, and all that others add.

    Raises:
        ExtensionBroken: an added scanner cannot be loaded, or two of the added have the same name.
    """
    shown = {head.root, *head.keys, *_ONLY_WORD.findall(head.text[:200])}.union(*head.rows)
    for each in BUILT_IN:
        if shown & each.marks:
            yield _built_in(each.module)
    yield from distinct(loaded())


def any_table(wishes: "TableWishes | None" = None) -> Scanner:
    """Return the reader for tables that no scanner knows, which does what is asked of their columns."""
    reader: Scanner = import_module(_ANY_TABLE).Table(wishes)
    return reader


def scanner_named(name: str) -> Scanner:
    """Return the scanner with this short name; KeyError if there is none."""
    return {scanner.name: scanner for scanner in scanners()}[name]


def load(point: "EntryPoint") -> Scanner:
    """Load a scanner that an installed package adds; the entry point names an object of type `Scanner`.

    Raises:
        ExtensionBroken: it cannot be imported or is no scanner.
    """
    fix = "repair or remove the package that adds it"
    try:
        loaded: object = point.load()
    except Exception as error:
        what = f"the added scanner {point.name} ({point.value}) cannot be loaded: {error}"
        raise ExtensionBroken(what, fix=fix) from error
    if not isinstance(loaded, Scanner):
        what = f"the added scanner {point.name} ({point.value}) lacks name, title, about, recognises or read"
        raise ExtensionBroken(what, fix=fix)
    return loaded


def distinct(every: tuple[Scanner, ...]) -> tuple[Scanner, ...]:
    """Return the scanners as they are if no two have the same name.

    Raises:
        ExtensionBroken: two scanners have the same name.
    """
    names = [scanner.name for scanner in every]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"two scanners are named {twice[0]}"
        raise ExtensionBroken(what, fix="remove one of the packages that add scanners")
    return every


@cache
def loaded() -> tuple[Scanner, ...]:
    """Return the scanners that installed packages add, by name.

    Raises:
        ExtensionBroken: one cannot be loaded.
    """
    return tuple(load(point) for point in _added())


def _built_in(module: str) -> Scanner:
    scanner: Scanner = import_module(module).SCANNER
    return scanner


def _added() -> "list[EntryPoint]":
    """Return what installed packages add, by name; the library that reads it takes longer than all else."""
    if not any(ENTRY_POINTS.encode() in text for folder in sys.path for text in _announced(Path(folder))):
        return []
    from importlib.metadata import entry_points  # noqa: PLC0415 - see above

    return sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name)


def _announced(folder: Path) -> Iterator[bytes]:
    """Yield what the packages of a folder (or all of an archive) announce of themselves."""
    if folder.is_file():
        yield ENTRY_POINTS.encode()
        return
    with suppress(OSError):
        for each in folder.iterdir():
            if each.suffix in {".dist-info", ".egg-info"}:
                with suppress(OSError):
                    yield (each / "entry_points.txt").read_bytes()
