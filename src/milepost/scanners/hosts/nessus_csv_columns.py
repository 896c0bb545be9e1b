"""How the tables of Tenable's products name their columns: Nessus, Tenable.io (old and new), Tenable.sc."""

import codecs
from typing import NamedTuple

from milepost.scanners.scanner import Head, Source
from milepost.scanners.tables import Table, first_rows, open_table

_BEGINNING = 64 << 10

Names = str | tuple[str, ...]

# Each of these, whole, tells one of the dialects by its heading.
DIALECTS = (
    ("Plugin ID", "Risk", "Host", "Name"),
    ("Plugin", "Plugin Name", "Severity", "IP Address"),
    ("Plugin", "Plugin Name", "Severity", "DNS Name"),
    ("Plugin ID", "Plugin Name", "Severity", "Asset Name"),
    ("Plugin ID", "Plugin Name", "Severity", "Host"),
    ("Plugin ID", "Plugin Name", "Severity", "IP Address"),
    ("definition.id", "asset.name", "severity"),
)
SECURITY_CENTER = ("Plugin", "Repository")

_NAME = ("Host", "asset.name", "Asset Name")
_ADDRESS = ("IP Address", "asset.display_ipv4_address", "asset.ipv4_addresses", "IPv4 Address")
_FULL_NAME = ("FQDN", "DNS Name", "asset.display_fqdn", "asset.fqdns", "asset.host_name")
_NETBIOS = ("NetBios", "NetBIOS Name", "asset.netbios_name")
_AGENT = ("Agent ID", "Agent UUID")
_ASSET = ("Asset UUID", "Asset ID", "asset.id", "Host ID")

PLUGIN = ("Plugin ID", "Plugin", "definition.id")
RATING = ("Risk", "Severity")
HOST: tuple[Names, ...] = (_NAME, _ADDRESS, _FULL_NAME, _NETBIOS, _AGENT, _ASSET)
VARIANT: tuple[Names, ...] = (
    PLUGIN,
    RATING,
    "Severity",
    "Original Severity",
    ("Modification", "severity_modification", "recast_type"),
    ("Recast Risk Comment", "recast_reason", "Recast Reason"),
    ("Accept Risk Comment", "Accept Reason"),
)
DETAIL: tuple[Names, ...] = (
    ("Name", "Plugin Name", "definition.name"),
    ("Description", "definition.description"),
    ("Synopsis", "definition.synopsis"),
    ("Solution", "definition.solution"),
    ("See Also", "definition.see_also"),
    ("XREF", "Cross References", "definition.references"),
    ("Plugin Family", "Family", "definition.family"),
    ("CVSS v4.0 Vector", "CVSS V4 Vector", "CVSS4 Vector", "definition.cvss4.base_vector"),
    ("CVSS v3.0 Vector", "CVSS V3 Vector", "CVSS3 Vector", "definition.cvss3.base_vector"),
    ("CVSS v3.0 Base Score", "CVSS V3 Base Score", "CVSS3 Base Score", "definition.cvss3.base_score"),
    ("CVSS v2.0 Vector", "CVSS V2 Vector", "CVSS Vector", "definition.cvss2.base_vector"),
    ("CVSS v2.0 Base Score", "CVSS V2 Base Score", "CVSS Base Score", "CVSS", "definition.cvss2.base_score"),
    ("Exploit Available", "Exploit?", "definition.exploit_available"),
    ("Exploited by Malware", "definition.exploited_by_malware"),
    ("Vuln Publication Date", "Vulnerability Publication Date", "definition.vulnerability_published"),
    ("Patch Publication Date", "definition.patch_published"),
    ("Unsupported By Vendor", "definition.unsupported_by_vendor"),
    ("IAVM ID", "IAVA", "IAVM"),
)
SIGHT: tuple[Names, ...] = (
    ("Port", "port"),
    ("Protocol", "protocol"),
    ("CVE", "definition.cve"),
    ("Vulnerability State", "State", "state"),
    ("Plugin Output", "Plugin Text", "output"),
    ("First Found", "First Discovered", "first_observed", "First Seen"),
)
LOOK: tuple[Names, ...] = (
    ("Host End", "Last Found", "Last Observed", "last_seen", "Last Seen"),
    "Host Start",
    ("Last Authenticated Results Date", "asset.last_licensed_authenticated_scan_time"),
    "Last Unauthenticated Results Date",
)


class Detail(NamedTuple):
    """What the columns of `DETAIL` say of a plugin."""

    title: str
    description: str
    synopsis: str
    solution: str
    addresses: str
    references: str
    family: str
    cvss4_vector: str
    cvss3_vector: str
    cvss3_score: str
    cvss2_vector: str
    cvss2_score: str
    exploit: str
    malware: str
    published: str
    patched: str
    unsupported: str
    notices: str


def recognised(head: Head) -> bool:
    """Tell whether the beginning shows the heading of one of the dialects."""
    return any(head.has_columns(*dialect) for dialect in DIALECTS)


def opened(source: Source) -> Table:
    """Find the heading, whichever dialect it is.

    Raises:
        UnknownFormat: no row is the heading of one of the dialects.
        DamagedInput: as `open_table`.
    """
    with source.path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    wide = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = beginning.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    head = Head(text, rows=first_rows(text))
    shown = (dialect for dialect in DIALECTS if head.has_columns(*dialect))
    return open_table(source, *next(shown, DIALECTS[0]))
