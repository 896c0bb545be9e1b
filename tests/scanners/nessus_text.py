"""Pieces of Nessus files."""

PROPERTIES = '<tag name="host-ip">10.0.0.1</tag><tag name="HOST_END">Mon Jan  5 10:00:00 2026</tag>'
PLACE = 'port="443" svc_name="www" protocol="tcp"'


def nessus(hosts: str, preferences: str = "") -> str:
    """Return a whole file."""
    return (
        '<?xml version="1.0" ?>\n<NessusClientData_v2><Policy><Preferences><ServerPreferences>'
        f"{preferences}</ServerPreferences></Preferences></Policy>\n"
        f'<Report name="r" xmlns:cm="http://www.nessus.org/cm">\n{hosts}\n</Report></NessusClientData_v2>\n'
    )


def host(*items: str, name: str = "10.0.0.1", properties: str = PROPERTIES) -> str:
    """Return a host with these items."""
    inside = "\n".join(items)
    return (
        f'<ReportHost name="{name}"><HostProperties>{properties}</HostProperties>\n{inside}\n</ReportHost>\n'
    )


def item(
    plugin: str = "1000", severity: str = "2", inside: str = "", output: str = "seen", place: str = PLACE
) -> str:
    """Return an item."""
    return (
        f'<ReportItem {place} severity="{severity}" pluginID="{plugin}" pluginName="Plugin {plugin}" '
        f'pluginFamily="General">\n{inside}<plugin_output>{output}</plugin_output>\n</ReportItem>'
    )


def check(result: str, number: str = "1", reference: str = "", actual: str = "no") -> str:
    """Return the result of a compliance check."""
    inside = (
        f"<cm:compliance-check-name>Check {number}</cm:compliance-check-name>"
        f"<cm:compliance-check-id>id-{number}</cm:compliance-check-id>"
        f"<cm:compliance-result>{result}</cm:compliance-result>"
        f"<cm:compliance-actual-value>{actual}</cm:compliance-actual-value>"
        f"<cm:compliance-reference>{reference}</cm:compliance-reference>"
    )
    return item("21157", "3", inside)


def preference(name: str, value: str) -> str:
    """Return a preference of the policy."""
    return f"<preference><name>{name}</name><value>{value}</value></preference>"
