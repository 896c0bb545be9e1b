"""STIG Viewer 3 checklists (`.cklb`) in the dialects of the viewer, Evaluate-STIG, SCC and STIGQter.

The field `size` is never trusted: Evaluate-STIG writes 12 for 126 rules. SCC escapes its texts as if for XML.
"""

from collections.abc import Iterator
from html import unescape

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import About, Grade
from milepost.scanners.checklists.stig import SEVERITIES, Checklist, Rule, Stig, is_open
from milepost.scanners.checklists.targets import Target
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_instant

Word = str | int | float | bool | None
Words = list[Word] | Word


class _Target(msgspec.Struct):
    host_name: Words = None
    fqdn: Words = None
    ip_address: Words = None
    web_db_site: Word = None
    web_db_instance: Word = None


class _Evaluation(msgspec.Struct):
    time: Word = None


class _Override(msgspec.Struct):
    severity: Word = None
    reason: Word = None


class _Overrides(msgspec.Struct):
    severity: _Override | None = None


class _Rule(msgspec.Struct):
    group_id: str | None = None
    group_id_src: str | None = None
    group_title: Word = None
    status: Word = None
    severity: Word = None
    rule_title: Word = None
    discussion: Word = None
    fix_text: Word = None
    rule_fix_txt: Word = None
    finding_details: Word = None
    comments: Word = None
    rule_id: Word = None
    rule_id_src: Word = None
    rule_version: Word = None
    ccis: Words = None
    legacy_ids: Words = None
    overrides: msgspec.Raw = msgspec.Raw(b"null")
    severity_override: Word = None
    severity_justification: Word = None


class _Stig(msgspec.Struct):
    stig_id: Word = None
    stig_name: Word = None
    display_name: Word = None
    version: Word = None
    release_info: Word = None
    rules: list[msgspec.Raw] | None = None
    evaluation: _Evaluation | None = msgspec.field(name="evaluate-stig", default=None)


class _Document(msgspec.Struct):
    target_data: _Target | None = None
    stigs: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_STIG = msgspec.json.Decoder(_Stig)
_RULE = msgspec.json.Decoder(_Rule)
_OVERRIDES = msgspec.json.Decoder(_Overrides)
_NO_OVERRIDE = _Override()
_NOTHING = {b"null", b"[]", b"{}", b'""'}


class Cklb:
    """The reader of STIG Viewer 3 checklists."""

    name = "cklb"
    title = "STIG Viewer checklist (.cklb)"
    about = About(
        versions="cklb_version 1.0: STIG Viewer 3.x, Evaluate-STIG (also combined), SCC 5.11, STIGQter",
        key="group_id (V-…) in stig_id, on host_name, fqdn and ip_address, or web_db_site and"
        " web_db_instance",
        coverage="one look for each STIG: open, not_a_finding and not_applicable are assessed; not_reviewed"
        " and unknown states never are, nor any rule that the checklist does not hold",
        fields={
            "Asset.identifiers": "target_data: fqdn, host_name, ip_address (several, by line or comma)",
            "Facts.source_id": "group_id, else group_id_src or the number in rule_id",
            "Facts.title": "rule_title, else rule_version or group_title",
            "Facts.severity": "overrides.severity.severity or severity_override, else severity",
            "Facts.native_severity": "severity",
            "Facts.severity_reason": "overrides.severity.reason or severity_justification",
            "Facts.description": "discussion",
            "Facts.solution": "fix_text or rule_fix_txt",
            "Facts.ccis": "ccis",
            "Facts.references": "rule_id, rule_version, legacy_ids",
            "Facts.family": "stig_name",
            "Finding.output": "finding_details, comments",
        },
        severities=SEVERITIES,
        sources=("DISA, STIG Viewer 3.x User Guide", "Evaluate-STIG, FormatOutput.psm1 (Format-CKLB)"),
        samples=("dod/cklb",),
        memory="grows with the file: the document is mapped, one rule at a time is held as values",
        grade=Grade.SILVER,
    )

    def recognises(self, head: Head) -> bool:
        """Tell by the list `stigs` and what stands beside or in it; some dialects write the rest after it."""
        if "stigs" not in head.keys:
            return False
        return bool(head.keys & {"target_data", "cklb_version"}) or '"stig_' in head.text

    def read(self, source: Source) -> Iterator[AssetReport | Problem]:
        """Yield the problems of the checklist and its one asset; see `Scanner.read`."""
        document = load(source, _DOCUMENT)
        checklist = Checklist(source, _target(document.target_data or _Target()))
        for number, raw in enumerate(document.stigs or []):
            place = f"stigs[{number}]"
            stig = record(raw, _STIG, source, place)
            if isinstance(stig, Problem):
                checklist.problems.append(stig)
            else:
                _read_stig(checklist, stig, source, place)
        report = checklist.report()
        yield from checklist.problems
        yield report


SCANNER = Cklb()


def _target(target: _Target) -> Target:
    return Target(
        host_name="\n".join(_list(target.host_name)),
        fqdn="\n".join(_list(target.fqdn)),
        addresses="\n".join(_list(target.ip_address)),
        site=_text(target.web_db_site),
        instance=_text(target.web_db_instance),
    )


def _read_stig(checklist: Checklist, found: _Stig, source: Source, place: str) -> None:
    time = _text(found.evaluation.time) if found.evaluation else ""
    title = _text(found.stig_name) or _text(found.display_name)
    stig = Stig(
        stig_id=_text(found.stig_id) or title or "unnamed",
        title=title or _text(found.stig_id),
        version=_text(found.version),
        release=_text(found.release_info),
        scanned_at=iso_instant(time) if time else None,
    )
    checklist.begin(stig)
    for number, raw in enumerate(found.rules or []):
        rule_place = f"{place}.rules[{number}]"
        rule = record(raw, _RULE, source, rule_place)
        if isinstance(rule, Problem):
            checklist.problems.append(rule)
            continue
        override = _override(rule, source, rule_place)
        if isinstance(override, Problem):
            checklist.problems.append(override)
            override = _NO_OVERRIDE
        checklist.answer(stig, _rule(rule, override, rule_place))


def _rule(found: _Rule, override: _Override, place: str) -> Rule:
    status = _text(found.status)
    group_id = _text(found.group_id) or _text(found.group_id_src)
    rule_id = _text(found.rule_id) or _text(found.rule_id_src)
    details = _given(found.finding_details)
    if not is_open(status):
        return Rule(place, group_id, status, details=details, rule_id=rule_id)
    return Rule(
        place=place,
        group_id=group_id,
        status=status,
        details=details,
        rule_id=rule_id,
        severity=_text(found.severity),
        override=_text(override.severity) or _text(found.severity_override),
        justification=_text(override.reason) or _text(found.severity_justification),
        title=_text(found.rule_title),
        discussion=_text(found.discussion),
        fix_text=_text(found.fix_text) or _text(found.rule_fix_txt),
        comments=_given(found.comments),
        rule_version=_text(found.rule_version),
        group_title=_text(found.group_title),
        ccis=tuple(dict.fromkeys(_list(found.ccis))) if found.ccis else (),
        legacy=tuple(_list(found.legacy_ids)) if found.legacy_ids else (),
    )


def _override(found: _Rule, source: Source, place: str) -> _Override | Problem:
    """Take the override of STIG Viewer 3, if there is one."""
    if bytes(found.overrides).strip() in _NOTHING:
        return _NO_OVERRIDE
    overrides = record(found.overrides, _OVERRIDES, source, f"{place}.overrides")
    if isinstance(overrides, Problem):
        return Problem(
            overrides.where, "the severity override cannot be read and was left out", overrides.fix
        )
    return overrides.severity or _NO_OVERRIDE


def _list(value: Words) -> list[str]:
    """Take one value or several as texts, without the empty ones."""
    several = value if isinstance(value, list) else [value]
    return [text for text in map(_text, several) if text]


def _text(value: Word) -> str:
    if not value:
        return _given(value)
    text = _given(value).strip()
    return unescape(text) if "&" in text else text


def _given(value: Word) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
