"""STIG Viewer 3 checklists (`.cklb`) in the dialects of the viewer, Evaluate-STIG, SCC and STIGQter."""

from collections.abc import Iterator

import msgspec

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.scanners.about import UNKNOWN
from milepost.scanners.checklists.stig import Checklist, Rule, Stig, Target
from milepost.scanners.documents import load, record
from milepost.scanners.scanner import Head, Source
from milepost.scanners.times import iso_instant


class _Target(msgspec.Struct):
    host_name: str | None = None
    fqdn: str | None = None
    ip_address: str | None = None
    web_db_site: str | None = None
    web_db_instance: str | None = None


class _Evaluation(msgspec.Struct):
    time: str | None = None


class _Override(msgspec.Struct):
    severity: str | None = None
    reason: str | None = None


class _Overrides(msgspec.Struct):
    severity: _Override | None = None


class _Rule(msgspec.Struct):
    group_id: str | None = None
    group_id_src: str | None = None
    status: str | None = None
    severity: str | None = None
    rule_title: str | None = None
    discussion: str | None = None
    fix_text: str | None = None
    rule_fix_txt: str | None = None
    finding_details: str | None = None
    rule_id: str | None = None
    rule_version: str | None = None
    ccis: list[str] | None = None
    overrides: _Overrides | None = None
    severity_override: str | None = None
    severity_justification: str | None = None


class _Stig(msgspec.Struct):
    stig_id: str | None = None
    stig_name: str | None = None
    display_name: str | None = None
    version: str | int | None = None
    release_info: str | None = None
    rules: list[msgspec.Raw] | None = None
    evaluation: _Evaluation | None = msgspec.field(name="evaluate-stig", default=None)


class _Document(msgspec.Struct):
    target_data: _Target | None = None
    stigs: list[msgspec.Raw] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_STIG = msgspec.json.Decoder(_Stig)
_RULE = msgspec.json.Decoder(_Rule)


class Cklb:
    """The reader of STIG Viewer 3 checklists."""

    name = "cklb"
    title = "STIG Viewer checklist (.cklb)"
    about = UNKNOWN

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
        yield from checklist.problems
        yield checklist.report()


SCANNER = Cklb()


def _target(target: _Target) -> Target:
    return Target(
        host_name=target.host_name or "",
        fqdn=target.fqdn or "",
        addresses=target.ip_address or "",
        site=target.web_db_site or "",
        instance=target.web_db_instance or "",
    )


def _read_stig(checklist: Checklist, found: _Stig, source: Source, place: str) -> None:
    time = found.evaluation.time if found.evaluation else None
    title = found.stig_name or found.display_name or ""
    stig = Stig(
        stig_id=found.stig_id or title or "unnamed",
        title=title or found.stig_id or "",
        version=str(found.version or ""),
        release=found.release_info or "",
        scanned_at=iso_instant(time) if time else None,
    )
    checklist.begin(stig)
    for number, raw in enumerate(found.rules or []):
        rule_place = f"{place}.rules[{number}]"
        rule = record(raw, _RULE, source, rule_place)
        if isinstance(rule, Problem):
            checklist.problems.append(rule)
        else:
            checklist.answer(stig, _rule(rule, rule_place))


def _rule(found: _Rule, place: str) -> Rule:
    override, justification = _override(found)
    return Rule(
        place=place,
        group_id=(found.group_id or found.group_id_src or "").strip(),
        status=found.status or "",
        severity=found.severity or "",
        override=override,
        justification=justification,
        title=(found.rule_title or "").strip(),
        discussion=(found.discussion or "").strip(),
        fix_text=(found.fix_text or found.rule_fix_txt or "").strip(),
        details=found.finding_details or "",
        rule_id=found.rule_id or "",
        rule_version=found.rule_version or "",
        ccis=tuple(dict.fromkeys(filter(None, found.ccis or []))),
    )


def _override(found: _Rule) -> tuple[str, str]:
    """Take the override of STIG Viewer 3, else that of STIGQter."""
    override = found.overrides.severity if found.overrides else None
    if override is not None and override.severity:
        return override.severity, override.reason or ""
    return found.severity_override or "", found.severity_justification or ""
