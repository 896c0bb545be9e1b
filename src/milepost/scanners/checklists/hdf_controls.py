"""What an HDF control means: its status over all its tests and layers, its severity, what is told of it.

A control's status is: not applicable if its impact is 0; else an error if it has no tests or one of them
broke; else failed if one failed; else passed if one passed; else not reviewed. The severity follows from the
impact. An overlay repeats the controls of the profile that it wraps: tests stand in the innermost, what the
outermost says of impact and texts counts. A waiver that kept a control from being tested leaves it open
whether it is met; one beside a failed test makes it a finding that needs no action, unless it had run out
when the test was made.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.severity import Severity
from milepost.scanners.checklists.control_names import controls_in
from milepost.scanners.checklists.hdf_document import (
    NONE,
    Attestation,
    Control,
    Outcome,
    Tags,
    Waiver,
    Word,
    text,
    texts,
)
from milepost.scanners.checklists.stig import quoted
from milepost.scanners.checklists.stig_names import group_number, group_of_rule
from milepost.scanners.packages import name_weakness
from milepost.scanners.times import ctime_instant, iso_instant

SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MODERATE,
    "low": Severity.LOW,
    "none": Severity.INFO,
}
"""The severities that an impact stands for, which is also how InSpec names impacts."""

_FROM = ((0.9, "critical"), (0.7, "high"), (0.4, "medium"), (0.1, "low"), (0.0, "none"))
_TRUE = {"true", "yes", "1"}
# What Heimdall writes as the description of a plugin.
_PLUGIN = re.compile(r"Plugin Family: ([^;]*); Port: ")
_DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,17})?", re.ASCII)
_NO_TRACE = {b"null", b"[]", b'""'}


class Status(StrEnum):
    """What is established of a control."""

    FAILED = "Failed"
    PASSED = "Passed"
    NOT_APPLICABLE = "Not Applicable"
    NOT_REVIEWED = "Not Reviewed"
    ERROR = "Profile Error"


@dataclass(frozen=True)
class Layered:
    """A control as every profile has it that wraps it: the outermost first."""

    layers: Sequence[Control]

    @cached_property
    def results(self) -> list[Outcome]:
        """Return the tests: those of the innermost layer that has any."""
        return next((each.results for each in reversed(self.layers) if each.results), [])

    @cached_property
    def tags(self) -> Tags:
        """Return the tags of the outermost layer that has any."""
        return next((each.tags for each in self.layers if isinstance(each.tags, Tags)), Tags())

    @cached_property
    def waiver(self) -> Waiver:
        """Return the waiver of the outermost layer that has one."""
        given = (each.waiver_data for each in self.layers)
        return next((each for each in given if isinstance(each, Waiver) and each != Waiver()), Waiver())

    @cached_property
    def attestation(self) -> Attestation:
        """Return the attestation of the outermost layer that has one."""
        given = (each.attestation_data for each in self.layers)
        return next((each for each in given if isinstance(each, Attestation)), Attestation())

    @cached_property
    def impact(self) -> float | None:
        """Return the impact that the outermost layer states; None if none does."""
        return next(
            (each for each in (_number(layer.impact) for layer in self.layers) if each is not None), None
        )


def status_of(control: Layered) -> Status:
    """Roll the tests of a control up to its status."""
    found = {_outcome(each) for each in control.results}
    if control.impact == 0:
        return Status.NOT_APPLICABLE
    if not found or "error" in found:
        return _vouched(control, Status.ERROR) if not found else Status.ERROR
    if "failed" in found:
        return Status.FAILED
    return Status.PASSED if "passed" in found else _vouched(control, Status.NOT_REVIEWED)


def taken_at(control: Layered) -> datetime | None:
    """Return when the last test of a control was made."""
    times = (text(each.start_time) for each in control.results)
    return max(filter(None, map(_instant, filter(None, times))), default=None)


def waived(control: Layered) -> str:
    """Return why somebody accepted a control that was tested all the same; empty if the waiver ran out."""
    waiver, tested = control.waiver, taken_at(control)
    if waiver == Waiver() or untested(control):
        return ""
    end = iso_instant(text(waiver.expiration_date)[:10])
    if end is not None and tested is not None and end.date() < tested.astimezone(UTC).date():
        return ""
    return text(waiver.justification) or "without a justification"


def untested(control: Layered) -> bool:
    """Tell whether a waiver kept a control from being tested."""
    skipped = control.waiver.skipped_due_to_waiver
    return skipped is True or text(skipped).lower() in _TRUE


def name_control(control: Layered, tool: str, profile: str) -> tuple[str, str]:
    """Name the weakness: the group of a STIG rule, a plugin of Nessus, a CVE, else the control.

    Controls of InSpec are numbered profile by profile (`1.1`), those that a converter made keep the id of the
    `tool` (empty for InSpec).
    """
    tags, own = control.tags, text(control.layers[0].id)
    group = group_number(text(tags.gid)) or group_number(own) or group_of_rule(own)
    if group or group_of_rule(text(tags.rid)):
        return "stig", group or group_of_rule(text(tags.rid))
    if tool == "nessus" and own.isdecimal():
        return "nessus", own
    weakness = name_weakness("hdf", own, [])
    if weakness.source == "hdf" and not tool and profile:
        return "hdf", f"{profile}:{own}"
    return weakness.source, weakness.source_id


def facts_of(control: Layered, identity: tuple[str, str], family: str) -> Facts:
    """Tell what is known of a failed control."""
    tags, outer = control.tags, control.layers[0]
    severity, word, reason = _severity(control)
    excuse = waived(control)
    cves = tuple(each.upper() for each in texts(tags.cve) if each.upper().startswith("CVE-"))
    described = _first(*(each.desc for each in control.layers)) or _labelled(control, "default")
    plugin = _PLUGIN.match(described) if identity[0] == "nessus" else None
    if plugin:
        family, described = plugin[1], _first(*(each.code_desc for each in control.results))
    flawed = bool(cves) or identity[0] in {"cve", "ghsa", "nessus"}
    return Facts(
        source=identity[0],
        source_id=identity[1],
        title=_first(*(each.title for each in control.layers), outer.id),
        severity=severity,
        native_severity=word,
        severity_reason=reason,
        kind=WeaknessKind.VULNERABILITY if flawed else WeaknessKind.CONFIGURATION,
        description=described,
        solution=_labelled(control, "fix") or text(tags.fix),
        cves=cves,
        cwes=tuple(each if each.startswith("CWE-") else f"CWE-{each}" for each in texts(tags.cwe)),
        ccis=texts(tags.cci),
        references=quoted(text(tags.rid), text(tags.stig_id), ()),
        family=family,
        vendor_status=f"suppressed: waived, {excuse}" if excuse else "",
        actionable=not excuse,
        controls=() if texts(tags.cci) else controls_in(texts(tags.nist)),
    )


def output_of(control: Layered, *, plugin: bool = False) -> str:
    """Return what the tests printed that failed; of a plugin of Nessus without its description."""
    failed = [each for each in control.results if _outcome(each) == "failed"]
    if plugin:
        return "\n\n".join(dict.fromkeys(filter(None, (text(each.message) for each in failed))))
    said = ("\n".join(filter(None, (text(each.code_desc), text(each.message)))) for each in failed)
    return "\n\n".join(dict.fromkeys(filter(None, said)))


@lru_cache(maxsize=1 << 12)
def _instant(written: str) -> datetime | None:
    return iso_instant(written) or ctime_instant(written)


def _vouched(control: Layered, otherwise: Status) -> Status:
    """Take an attestation for what no tool could test."""
    word = text(control.attestation.status).lower()
    return {"passed": Status.PASSED, "failed": Status.FAILED}.get(word, otherwise)


def _outcome(result: Outcome) -> str:
    broken = result.backtrace is not NONE and bytes(result.backtrace).strip() not in _NO_TRACE
    return "error" if broken else text(result.status).lower()


def _severity(control: Layered) -> tuple[Severity, str, str]:
    """Return the severity, the tool's word for it, and why it is not the plain one."""
    tags, impact = control.tags, control.impact
    word = text(tags.severity).lower() if impact is None else _word(impact)
    native = SEVERITIES.get(word, Severity.UNRATED)
    override = SEVERITIES.get(text(tags.severityoverride).lower())
    if override is None:
        return native, word, ""
    return override, word, text(tags.severityjustification) or "overridden, without a justification"


def _word(impact: float) -> str:
    return next((word for least, word in _FROM if impact >= least), "none")


def _number(value: Word) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return min(1.0, value) if value >= 0 else None
    word = value.strip().lower()
    named = {name: least for least, name in _FROM}
    if word in named:
        return named[word]
    return min(1.0, float(word)) if _DECIMAL.fullmatch(word) else None


def _first(*values: Word) -> str:
    return next(filter(None, map(text, values)), "")


def _labelled(control: Layered, label: str) -> str:
    for layer in control.layers:
        described = layer.descriptions
        if isinstance(described, dict):
            found = text(described.get(label))
        else:
            found = _first(*(each.data for each in described or [] if text(each.label) == label))
        if found:
            return found
    return ""
