"""The parts of an OCSF finding that are read, whatever product writes it (schema.ocsf.io, Findings)."""

from datetime import UTC, datetime

import msgspec

from milepost.domain.severity import Severity
from milepost.scanners.source_code.values import integer, mapping, objects, text
from milepost.scanners.times import iso_instant

SEVERITIES = {
    "fatal": Severity.CRITICAL,
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "moderate": Severity.MODERATE,
    "low": Severity.LOW,
    "informational": Severity.INFO,
    "info": Severity.INFO,
    "unknown": Severity.UNRATED,
    "other": Severity.UNRATED,
    "": Severity.UNRATED,
}
# `severity_id` of the base event; 99 (other) is whatever `severity` says.
_SEVERITY_IDS = {0: "", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal"}
_SECURITY, _VULNERABILITY, _COMPLIANCE, _DETECTION = 2001, 2002, 2003, 2004
CLASSES = {_SECURITY, _VULNERABILITY, _COMPLIANCE, _DETECTION}
_SUPPRESSED, _RESOLVED = 3, 4
_PUT_AWAY = {5, 6}
_CLOSE = 3
_PASS, _FAIL = 1, 3
_CAME_TO = {0: "skipped", _PASS: "passed", 2: "skipped", _FAIL: "found", 99: "skipped"}
"""Compliance status ids of OCSF: unknown, pass, warning, fail, other."""
_MILLISECONDS = 100_000_000_000
_LAST = 253_000_000_000

_PASSED_WORDS = {"PASS", "PASSED", "COMPLIANT"}
_FAILED_WORDS = {"FAIL", "FAILED", "NON_COMPLIANT", "NONCOMPLIANT"}
_SKIPPED_WORDS = {
    "MANUAL",
    "WARNING",
    "INFO",
    "SKIPPED",
    "UNKNOWN",
    "NOT_APPLICABLE",
    "NOT_AVAILABLE",
    "NOT AVAILABLE",
    "NOT APPLICABLE",
    "ERROR",
}


class Event(msgspec.Struct):
    """One finding as an event; every member may be missing or of another type."""

    class_uid: object = None
    class_name: object = None
    activity_id: object = None
    status: object = None
    status_id: object = None
    status_code: object = None
    status_detail: object = None
    severity: object = None
    severity_id: object = None
    message: object = None
    comment: object = None
    metadata: object = None
    finding_info: object = None
    finding: object = None
    vulnerabilities: msgspec.Raw = msgspec.Raw(b"null")
    compliance: object = None
    remediation: msgspec.Raw = msgspec.Raw(b"null")
    resources: object = None
    resource: object = None
    device: object = None
    cloud: object = None
    unmapped: object = None
    risk_details: object = None
    time: object = None
    time_dt: object = None

    @property
    def class_number(self) -> int:
        """The class of the event; by its name where it has no number, 0 for neither."""
        number = integer(self.class_uid)
        if number is not None:
            return number
        named = text(self.class_name).lower()
        words = {"vulnerability": _VULNERABILITY, "compliance": _COMPLIANCE, "detection": _DETECTION}
        return next((found for word, found in words.items() if word in named), 0)

    @property
    def is_compliance(self) -> bool:
        """Whether it is the result of a check."""
        return self.class_number == _COMPLIANCE

    @property
    def is_vulnerability(self) -> bool:
        """Whether it is about vulnerabilities in software."""
        return self.class_number == _VULNERABILITY

    @property
    def word(self) -> str:
        """The product's own word for the severity."""
        return text(self.severity) or _SEVERITY_IDS.get(integer(self.severity_id) or 0, "")

    @property
    def information(self) -> dict[str, object]:
        """What the event says of the finding; `finding` in schema 1.0."""
        return mapping(self.finding_info) or mapping(self.finding)


def outcome(event: Event) -> str:
    """Return `found`, `suppressed`, `passed` or `skipped`, by what was checked, then by how it stands.

    Unknown words count as found: nothing is dropped in silence.
    """
    checked = _checked(event)
    if checked:
        return "suppressed" if checked == "found" and _state(event) == "suppressed" else checked
    return _state(event)


def _checked(event: Event) -> str:
    """Return what a check came to, by `status_code`, then by `compliance`; empty where none was."""
    compliance = mapping(event.compliance)
    for word in (
        text(event.status_code),
        text(compliance.get("status")),
        text(compliance.get("status_code")),
    ):
        known = word.upper()
        if known in _PASSED_WORDS:
            return "passed"
        if known in _FAILED_WORDS:
            return "found"
        if known in _SKIPPED_WORDS:
            return "skipped"
    number = integer(compliance.get("status_id"))
    if number is None or not event.is_compliance:
        return ""
    return _CAME_TO.get(number, "found")


def _state(event: Event) -> str:
    number, word = integer(event.status_id), text(event.status).lower()
    if number == _SUPPRESSED or word == "suppressed":
        return "suppressed"
    if number == _RESOLVED or word == "resolved" or integer(event.activity_id) == _CLOSE:
        return "passed"
    return "skipped" if number in _PUT_AWAY or word in {"archived", "deleted"} else "found"


def instant(*values: object) -> datetime | None:
    """Return the first instant among texts (ISO 8601) and numbers, in milliseconds or seconds."""
    for value in values:
        number = integer(value)
        if number is not None and number > 0:
            seconds = number / 1000 if number > _MILLISECONDS else number
            found = datetime.fromtimestamp(seconds, UTC) if seconds < _LAST else None
        else:
            found = iso_instant(text(value))
        if found is not None:
            return found
    return None


_LOOSE = msgspec.json.Decoder(object)


def decoded(raw: msgspec.Raw) -> object:
    """Return a member of an event that was left undecoded."""
    return _LOOSE.decode(raw)


def scores_of(vulnerability: dict[str, object]) -> tuple[str, ...]:
    """Return the CVSS vectors of a vulnerability, or its scores, the newest version first."""
    given = objects(mapping(vulnerability.get("cve")).get("cvss")) or objects(vulnerability.get("cvss"))
    ranked = sorted(given, key=lambda score: text(score.get("version")), reverse=True)
    named = (text(each.get("vector_string")) or text(each.get("base_score")) for each in ranked)
    return tuple(dict.fromkeys(filter(None, named)))
