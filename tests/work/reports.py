"""Small self-made reports for tests: Nessus hosts with findings, container images with packages."""

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

DAY = 86_400
START = 1_767_614_400  # 2026-01-05 12:00 UTC


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a Nessus report; `severity` is 0 to 4 as the file has it."""

    plugin: int
    port: int = 443
    severity: int = 2
    title: str = "A weakness"
    description: str = "Something is weak."
    solution: str = "Mend it."
    output: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """One host of a Nessus report."""

    ip: str
    found: tuple[Found, ...]
    fqdn: str = ""
    credentialed: bool | None = True
    scanned: int = START


def nessus(path: Path, *hosts: Host, plugin_set: str = "") -> Path:
    """Write a Nessus v2 report."""
    wanted = f"<preference><name>plugin_set</name><value>{plugin_set}</value></preference>"
    server = f"<ServerPreferences>{wanted if plugin_set else ''}</ServerPreferences>"
    policy = f"<Policy><policyName>p</policyName><Preferences>{server}</Preferences></Policy>"
    body = "".join(_host(host) for host in hosts)
    report = f'{policy}<Report name="r">{body}</Report>'
    path.write_text(f'<?xml version="1.0" ?>\n<NessusClientData_v2>{report}</NessusClientData_v2>')
    return path


def _host(host: Host) -> str:
    tags = {"host-ip": host.ip, "host-fqdn": host.fqdn, "HOST_END_TIMESTAMP": str(host.scanned)}
    if host.credentialed is not None:
        tags["Credentialed_Scan"] = str(host.credentialed).lower()
    named = "".join(f'<tag name="{name}">{escape(value)}</tag>' for name, value in tags.items() if value)
    alive = Found(19506, 0, 0, "Scan information", "About the scan.", "n/a")
    items = "".join(_item(found) for found in (alive, *host.found))
    head = f'<ReportHost name="{escape(host.ip)}"><HostProperties>{named}</HostProperties>'
    return f"{head}{items}</ReportHost>\n"


def _item(found: Found) -> str:
    place = f'port="{found.port}" svc_name="www" protocol="tcp" severity="{found.severity}"'
    plugin = f'pluginID="{found.plugin}" pluginName="{escape(found.title)}" pluginFamily="General"'
    told = f"<description>{escape(found.description)}</description>"
    output = f"<plugin_output>{escape(found.output)}</plugin_output>"
    solution = f"<solution>{escape(found.solution)}</solution>"
    return f"<ReportItem {place} {plugin}>{told}{output}{solution}</ReportItem>\n"


@dataclass(frozen=True, slots=True)
class Package:
    """One vulnerable package of an image."""

    cve: str
    name: str
    version: str = "1.0"
    severity: str = "HIGH"
    title: str = "A weakness"
    fixed: str = "9.9"


@dataclass(frozen=True, slots=True)
class Image:
    """A scan of a container image."""

    repository: str
    tag: str
    packages: tuple[Package, ...]
    scanned: str = "2026-01-05T12:00:00Z"
    extra: dict[str, object] = field(default_factory=dict)


def trivy(path: Path, image: Image) -> Path:
    """Write a Trivy report in schema 2."""
    result: dict[str, object] = {
        "Target": f"{image.repository}:{image.tag} (alpine 3.20)",
        "Class": "os-pkgs",
        "Type": "alpine",
    }
    if image.packages:
        result["Vulnerabilities"] = [_vulnerability(package) for package in image.packages]
    document = {
        "SchemaVersion": 2,
        "CreatedAt": image.scanned,
        "ArtifactName": f"{image.repository}:{image.tag}",
        "ArtifactType": "container_image",
        "Results": [result],
        **image.extra,
    }
    path.write_text(json.dumps(document))
    return path


def _vulnerability(package: Package) -> dict[str, object]:
    return {
        "VulnerabilityID": package.cve,
        "PkgName": package.name,
        "InstalledVersion": package.version,
        "FixedVersion": package.fixed,
        "Status": "fixed",
        "Severity": package.severity,
        "Title": package.title,
        "Description": f"{package.title} in {package.name}.",
    }
