"""Nessus v2 files (`.nessus`), of Nessus itself, Tenable.io, Tenable.sc (ACAS) and its web scanner.

Most files go the fast way (`nessus_fast`), which gives up at the first thing that it does not know for sure;
the general way here then reads on from the same host.
"""

from collections.abc import Iterator
from itertools import islice

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.hosts.nessus_fast import NotPlain, read_fast
from milepost.scanners.hosts.nessus_host import Host, Policy, read_policy, read_properties, undated
from milepost.scanners.hosts.nessus_item import BY_WORD, Shared, locator, output_of, read_item
from milepost.scanners.hosts.nessus_joining import joined, repeated_hosts
from milepost.scanners.scanner import Head, Source
from milepost.scanners.xml import Element, elements

ROOT = "NessusClientData_v2"

Parts = list[AssetReport | Problem]


class Nessus:
    """The reader of Nessus v2 files."""

    name = "nessus"
    title = "Nessus v2 (.nessus)"
    about = About(
        versions="NessusClientData_v2 of Nessus 4 to 10, Tenable.io, Tenable.sc (ACAS) and the web scanner",
        key="host, pluginID, port and protocol; a compliance check by its Vuln-ID, else its"
        " compliance-check-id, else its name",
        coverage="The plugins of the policy's plugin_set on every host with at least one item, all plugins"
        " where there is none. Of compliance checks those that passed or failed; WARNING and ERROR are not"
        " assessed. A host that plugin 10180 calls dead is covered by nothing. Credentials by"
        " Credentialed_Scan or plugin 19506.",
        fields={
            "title": "pluginName / compliance-check-name",
            "severity": "severity; of a compliance check the CAT of its reference, else severity",
            "native_severity": "severity",
            "severity_reason": "CAT of compliance-reference",
            "kind": "configuration for compliance checks",
            "description": "description, else synopsis / compliance-info",
            "solution": "solution / compliance-solution",
            "cves": "cve",
            "cwes": "cwe, xref CWE",
            "ccis": "CCI of compliance-reference",
            "cvss": "cvss3_vector and cvss_vector, else base scores",
            "references": "see_also, xref (IAVM notices among them), iava, iavb, iavt / compliance-see-also",
            "family": "pluginFamily",
            "published": "vuln_publication_date",
            "patched": "patch_publication_date",
            "vendor_status": "unsupported_by_vendor",
            "exploit_known": "exploit_available, exploited_by_malware, xref CISA-KNOWN-EXPLOITED",
            "kev_due": "xref CISA-KNOWN-EXPLOITED",
            "locator": "port and protocol",
            "output": "plugin_output / compliance-actual-value",
            "identifiers": "bios-uuid, agent-uuid, host-fqdn, netbios-name, hostname, host-ip; or name",
        },
        severities=BY_WORD,
        sources=(
            "Tenable: Nessus file (.nessus) format",
            "SAF heimdall tools: Nessus mapper, for compliance",
        ),
        samples=("dod/nessus",),
        memory="streaming; grows with the largest host",
        repeats="a plugin may report several times on one port, each time with another output",
        grade=Grade.GOLD,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the root element."""
        return head.root == ROOT

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Stream the hosts; see `Scanner.read`."""
        return joined(_read(source), repeated_hosts(source), source)


SCANNER = Nessus()


def _read(source: Source) -> Iterator[AssetReport | Problem]:
    shared = Shared()
    hosts = 0
    try:
        for report in read_fast(source, shared):
            yield report
            hosts += 1
    except NotPlain:
        for parts in islice(read_general(source, shared), hosts, None):
            yield from parts


def read_general(source: Source, shared: Shared) -> Iterator[Parts]:
    """Read any Nessus v2 file, host by host: for each the problems met in it, then its report."""
    policy = Policy()
    host: Host | None = None
    parts: Parts = []
    for element in elements(source, "Policy", "HostProperties", "ReportItem", "ReportHost"):
        if element.tag == "Policy":
            policy = read_policy(element)
            continue
        if host is None:
            host = _new_host(policy, element)
        if element.tag == "HostProperties":
            host.properties = read_properties(element)
        elif element.tag == "ReportItem":
            parts += _take(host, element, source, shared)
        else:
            yield [*parts, *_host_problems(host, element, source), host.report()]
            host, parts = None, []


def _new_host(policy: Policy, element: Element) -> Host:
    parent = element if element.tag == "ReportHost" else element.getparent()
    return Host(policy, "" if parent is None else parent.get("name", ""), {})


def _take(host: Host, element: Element, source: Source, shared: Shared) -> Parts:
    where = f"{source.name}, line {element.sourceline}"
    item = read_item(element)
    if item is None:
        host.items += 1
        return [Problem(where, "this item does not name its plugin", "export the report again")]
    place = locator(element.get("port", ""), element.get("protocol", ""))
    host.add(shared.item(item), place, output_of(element))
    if item.trouble:
        return [
            Problem(where, item.trouble, "rate it by hand; it counts as unrated or not assessed until then")
        ]
    return []


def _host_problems(host: Host, element: Element, source: Source) -> list[Problem]:
    where = f"{source.name}, line {element.sourceline}"
    problems = []
    if trouble := undated(host.properties):
        problems.append(Problem(where, trouble, "the scan of this host counts as undated"))
    if not host.items:
        what = f"nothing was reported of the host {host.name}"
        problems.append(Problem(where, what, "it does not count as scanned; scan it again"))
    return problems
