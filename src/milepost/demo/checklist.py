"""A STIG Viewer 2 checklist (CKL) of the demonstration system's web server, filled by a hardening script."""

from datetime import date, timedelta

from lxml import etree

from milepost.demo.estate import CHECKLIST_HOST, scan_time, server_named
from milepost.demo.markup import child, document
from milepost.demo.weaknesses import Rule, rules
from milepost.scanners.xml import Element

_STIG = {
    "version": "4",
    "stigid": "Web_Server_SRG",
    "releaseinfo": "Release: 4 Benchmark Date: 28 Oct 2025",
    "title": "Web Server Security Requirements Guide",
}
_SAID = {
    "Open": "The script found that the rule is not met.",
    "NotAFinding": "The script found that the rule is met.",
    "Not_Applicable": "The server has no such function.",
}


def checklist(month: int, as_of: date) -> bytes:
    """Return the checklist as it stood after the check of a month."""
    root = etree.Element("CHECKLIST")
    _asset(child(root, "ASSET"), month)
    stig = child(child(root, "STIGS"), "iSTIG")
    information = child(stig, "STIG_INFO")
    for name, value in _STIG.items():
        data = child(information, "SI_DATA")
        child(data, "SID_NAME", name)
        child(data, "SID_DATA", value)
    at = f"{scan_time(month, as_of) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
    for rule in rules():
        _rule(child(stig, "VULN"), rule, rule.answer_in(month), at)
    return document(root)


def _asset(asset: Element, month: int) -> None:
    server = server_named(CHECKLIST_HOST)
    for name, value in {
        "ROLE": "Member Server",
        "ASSET_TYPE": "Computing",
        "HOST_NAME": server.name,
        "HOST_IP": server.address_in(month),
        "HOST_FQDN": server.fqdn,
        "TECH_AREA": "Web Review",
        "WEB_OR_DATABASE": "false",
    }.items():
        child(asset, name, value)


def _rule(vulnerability: Element, rule: Rule, answer: str, at: str) -> None:
    for name, value in {
        "Vuln_Num": rule.group,
        "Severity": rule.severity,
        "Rule_ID": rule.revision,
        "Rule_Ver": rule.version,
        "Rule_Title": rule.title,
        "Vuln_Discuss": rule.discussion,
        "Fix_Text": rule.fix,
        "CCI_REF": rule.cci,
    }.items():
        data = child(vulnerability, "STIG_DATA")
        child(data, "VULN_ATTRIBUTE", name)
        child(data, "ATTRIBUTE_DATA", value)
    child(vulnerability, "STATUS", answer)
    child(vulnerability, "FINDING_DETAILS", _details(rule, answer, at))
    child(vulnerability, "COMMENTS")
    child(vulnerability, "SEVERITY_OVERRIDE")
    child(vulnerability, "SEVERITY_JUSTIFICATION")


def _details(rule: Rule, answer: str, at: str) -> str:
    """Say when the script looked and what it saw; nothing where nobody has looked."""
    if answer not in _SAID:
        return ""
    seen = rule.details if answer == "Open" else ""
    return f"Time : {at}\n{_SAID[answer]} {seen}".rstrip()
