"""A STIG Viewer 2 checklist (CKL) of the demonstration system's web server, filled by a hardening script."""

from datetime import date, timedelta

from milepost.demo.estate import CHECKLIST_HOST, scan_time, server_named
from milepost.demo.markup import branch, document, leaf
from milepost.demo.weaknesses import Rule, rules

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
    information = [_pair("SI_DATA", "SID_NAME", "SID_DATA", name, value) for name, value in _STIG.items()]
    at = f"{scan_time(month, as_of) - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
    answers = [_rule(rule, rule.answer_in(month), at) for rule in rules()]
    stig = branch("iSTIG", [branch("STIG_INFO", information), *answers])
    return document(branch("CHECKLIST", [_asset(month), branch("STIGS", [stig])]))


def _asset(month: int) -> str:
    server = server_named(CHECKLIST_HOST)
    known = {
        "ROLE": "Member Server",
        "ASSET_TYPE": "Computing",
        "HOST_NAME": server.name,
        "HOST_IP": server.address_in(month),
        "HOST_FQDN": server.fqdn,
        "TECH_AREA": "Web Review",
        "WEB_OR_DATABASE": "false",
    }
    return branch("ASSET", [leaf(name, value) for name, value in known.items()])


def _rule(rule: Rule, answer: str, at: str) -> str:
    known = {
        "Vuln_Num": rule.group,
        "Severity": rule.severity,
        "Rule_ID": rule.revision,
        "Rule_Ver": rule.version,
        "Rule_Title": rule.title,
        "Vuln_Discuss": rule.discussion,
        "Fix_Text": rule.fix,
        "CCI_REF": rule.cci,
    }
    data = [
        _pair("STIG_DATA", "VULN_ATTRIBUTE", "ATTRIBUTE_DATA", name, value) for name, value in known.items()
    ]
    said = [leaf("STATUS", answer), leaf("FINDING_DETAILS", _details(rule, answer, at))]
    empty = [leaf(name) for name in ("COMMENTS", "SEVERITY_OVERRIDE", "SEVERITY_JUSTIFICATION")]
    return branch("VULN", [*data, *said, *empty])


def _pair(tag: str, name_tag: str, value_tag: str, name: str, value: str) -> str:
    """Return what a checklist says of one thing: its name and its value, an element each."""
    return branch(tag, [leaf(name_tag, name), leaf(value_tag, value)])


def _details(rule: Rule, answer: str, at: str) -> str:
    """Say when the script looked and what it saw; nothing where nobody has looked."""
    if answer not in _SAID:
        return ""
    seen = rule.details if answer == "Open" else ""
    return f"Time : {at}\n{_SAID[answer]} {seen}".rstrip()
