"""Write a large Nessus file that is the same every time, and the same file a month later."""

import sys
from collections.abc import Iterator
from pathlib import Path

HEAD = """<?xml version="1.0" ?>
<NessusClientData_v2>
<Policy><policyName>Bench</policyName><Preferences><ServerPreferences>
<preference><name>plugin_set</name><value>{plugins}</value></preference>
</ServerPreferences></Preferences></Policy>
<Report name="Bench" xmlns:cm="http://www.nessus.org/cm">
"""
HOST = """<ReportHost name="{address}"><HostProperties>
<tag name="host-ip">{address}</tag>
<tag name="host-fqdn">host{number}.example.org</tag>
<tag name="netbios-name">BENCH\\HOST{number}</tag>
<tag name="operating-system">Linux Kernel 5.15 on Ubuntu 22.04</tag>
<tag name="Credentialed_Scan">true</tag>
<tag name="HOST_END">Mon Jan  5 10:00:00 2026</tag>
<tag name="HOST_END_TIMESTAMP">{end}</tag>
</HostProperties>
"""
BODY = """ severity="{severity}" pluginID="{plugin}" pluginName="Example package {number} &lt; 1.{number} \
Multiple Vulnerabilities" pluginFamily="{family}">
<agent>unix</agent>
<cpe>cpe:/a:example:package{number}</cpe>
<cve>CVE-2024-{number:05}</cve>
<cve>CVE-2024-{other:05}</cve>
<cvss3_base_score>7.{digit}</cvss3_base_score>
<cvss3_vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N</cvss3_vector>
<cvss_base_score>5.{digit}</cvss_base_score>
<cvss_vector>CVSS2#AV:N/AC:L/Au:N/C:P/I:N/A:N</cvss_vector>
<cwe>{digit}9</cwe>
<description>{description}</description>
<exploit_available>{exploit}</exploit_available>
<fname>example_{number}.nasl</fname>
<patch_publication_date>2024/03/{day:02}</patch_publication_date>
<plugin_modification_date>2025/11/{day:02}</plugin_modification_date>
<plugin_name>Example package {number} &lt; 1.{number} Multiple Vulnerabilities</plugin_name>
<plugin_publication_date>2024/04/{day:02}</plugin_publication_date>
<plugin_type>local</plugin_type>
<risk_factor>Medium</risk_factor>
<script_version>1.{digit}</script_version>
<see_also>https://example.org/advisories/{number}
https://example.org/cve/{other}</see_also>
<solution>Upgrade to version 1.{number} or later.{revised}</solution>
<synopsis>The remote host is missing a security update.</synopsis>
<vuln_publication_date>2024/02/{day:02}</vuln_publication_date>
<xref>IAVA:2024-A-{number:04}</xref>
<plugin_output>"""
OUTPUT = """
  Path              : /opt/example/package{number}/bin
  Installed version : 1.{host}.{place}
  Fixed version     : 1.{number}
  Evidence          : &quot;package{number}-1.{host}&quot; in the package database of this host
</plugin_output>
</ReportItem>
"""
SENTENCE = (
    "The version of package {number} on the remote host is prior to 1.{number} and affected in part {part}. "
)
FAMILIES = ("Ubuntu Local Security Checks", "General", "Web Servers", "Misc.")
SENTENCES = 2
FIRST_PLUGIN = 100_000
END = 1_767_607_200
MONTH = 30 * 86_400

REMOVED, ADDED, RATED, REVISED = range(4)


def write(
    path: Path, items: int = 200_000, hosts: int = 1300, plugins: int = 4000, changed: float = 0.0
) -> None:
    """Write `items` occurrences of `plugins` plugins on `hosts` hosts.

    With `changed`, that part of the occurrences differs from the file without: in turn one is gone, one has a
    second occurrence on another port, one is rated otherwise, one has a revised solution.
    """
    bodies = {revision: [_body(number, revision) for number in range(plugins)] for revision in (None, 2, 3)}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEAD.format(plugins=";".join(str(FIRST_PLUGIN + number) for number in range(plugins))))
        for host in range(hosts):
            file.write(_host(host, later=changed > 0))
            count = items // hosts + (host < items % hosts)
            for place in range(count):
                number = (place * (plugins // max(count, 1)) + host) % plugins
                file.writelines(_occurrences(bodies, number, host, place, changed))
            file.write("</ReportHost>\n")
        file.write("</Report>\n</NessusClientData_v2>\n")


def _occurrences(
    bodies: dict[int | None, list[str]], number: int, host: int, place: int, changed: float
) -> Iterator[str]:
    draw = (host * 1_000_003 + place) * 2_654_435_761 % (1 << 32)
    change = draw // 7 % 4 if draw < changed * (1 << 32) else None
    if change == REMOVED:
        return
    body = bodies[change if change in bodies else None][number]
    output = OUTPUT.format(number=number, host=host, place=place)
    for port in (place % 9, 9443) if change == ADDED else (place % 9,):
        yield f'<ReportItem port="{port and 8000 + port}" svc_name="www" protocol="tcp"{body}{output}'


def _body(number: int, revision: int | None) -> str:
    description = "".join(SENTENCE.format(number=number, part=part) for part in range(SENTENCES))
    return BODY.format(
        severity=(number + (revision == RATED)) % 5,
        plugin=FIRST_PLUGIN + number,
        number=number,
        other=number + 10_000,
        digit=number % 10,
        day=number % 27 + 1,
        family=FAMILIES[number % len(FAMILIES)],
        exploit="true" if number % 3 == 0 else "false",
        revised=" This advice was revised." if revision == REVISED else "",
        description=description + "An attacker may &quot;read&quot; memory of the process. ",
    )


def _host(number: int, *, later: bool) -> str:
    address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
    return HOST.format(address=address, number=number, end=END + number + MONTH * later)


if __name__ == "__main__":
    write(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:5]))
