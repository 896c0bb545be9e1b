"""A Nessus v2 file of one month, as Nessus would have written it for the demonstration system."""

from datetime import date, datetime, timedelta

from milepost.demo.estate import NOT_SCANNED, SERVERS, WITHOUT_LOGIN, Server, scan_time
from milepost.demo.markup import branch, document, leaf
from milepost.demo.weaknesses import HostWeakness, host_weaknesses

_SEVERITIES = ("None", "Low", "Medium", "High", "Critical")
_SCAN_INFORMATION = HostWeakness(
    plugin="19506",
    severity="None",
    family="Settings",
    title="About this scan",
    description="The scanner's version, its plugins and whether it could log in.",
    solution="Nothing to do.",
    seen={},
)


def nessus_report(month: int, as_of: date) -> bytes:
    """Return the file of one month's scan of all hosts that were up."""
    policy = branch("Policy", [leaf("policyName", "Monthly authenticated scan")])
    hosts = [
        _host(server, month, scan_time(month, as_of) + timedelta(minutes=place))
        for place, server in enumerate(SERVERS)
        if (server.name, month) not in NOT_SCANNED
    ]
    report = branch("Report", hosts, name=f"Harbor Payments, month {month}")
    return document(branch("NessusClientData_v2", [policy, report]))


def _host(server: Server, month: int, ended: datetime) -> str:
    tags = [leaf("tag", value, name=name) for name, value in _properties(server, month, ended).items()]
    found = [weakness for weakness in host_weaknesses() if weakness.shows(server.name, month)]
    items = [
        _item(_SCAN_INFORMATION, _about(server, month, ended)),
        *(_item(weakness, weakness.output) for weakness in found),
    ]
    return branch("ReportHost", [branch("HostProperties", tags), *items], name=server.fqdn)


def _properties(server: Server, month: int, ended: datetime) -> dict[str, str]:
    windows = server.system.startswith("Microsoft")
    found = {
        "host-ip": server.address_in(month),
        "host-fqdn": server.fqdn,
        "netbios-name": f"HARBOR\\{server.name.upper()}" if windows else "",
        "bios-uuid": server.uuid,
        "operating-system": server.system,
        "Credentialed_Scan": "false" if (server.name, month) in WITHOUT_LOGIN else "true",
        "HOST_START": (ended - timedelta(minutes=20)).ctime(),
        "HOST_END": ended.ctime(),
        "HOST_END_TIMESTAMP": f"{ended.timestamp():.0f}",
    }
    return {name: value for name, value in found.items() if value}


def _about(server: Server, month: int, ended: datetime) -> str:
    login = "no" if (server.name, month) in WITHOUT_LOGIN else "yes"
    lines = (
        "Nessus version : 10.8.3",
        f"Plugin feed version : {ended:%Y%m%d}0600",
        f"Credentialed checks : {login}",
    )
    return "\n".join(lines)


def _item(weakness: HostWeakness, output: str) -> str:
    port, protocol = weakness.port.split("/")
    return branch(
        "ReportItem",
        [leaf(name, text) for name, text in _details(weakness, output)],
        port=port,
        svc_name="general" if port == "0" else "unknown",
        protocol=protocol,
        severity=str(_SEVERITIES.index(weakness.severity)),
        pluginID=weakness.plugin,
        pluginName=weakness.title,
        pluginFamily=weakness.family,
    )


def _details(weakness: HostWeakness, output: str) -> list[tuple[str, str]]:
    found = [
        ("description", weakness.description),
        ("solution", weakness.solution),
        ("plugin_type", "local" if weakness.local else "remote"),
        ("risk_factor", weakness.severity),
        ("cvss3_base_score", f"{weakness.score:.1f}" if weakness.cvss else ""),
        ("cvss3_vector", weakness.cvss),
        ("cvss_base_score", f"{weakness.score:.1f}" if weakness.score and not weakness.cvss else ""),
        ("vuln_publication_date", weakness.published),
        *(("cve", cve) for cve in weakness.cves),
        *(("cwe", cwe.removeprefix("CWE-")) for cwe in weakness.cwes),
        ("plugin_output", output),
    ]
    return [(name, text) for name, text in found if text]
