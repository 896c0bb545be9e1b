"""Findings that somebody accepts: which rule on which item, why, who said so, and until when."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import msgspec

from milepost.checks.registry import rule_of
from milepost.checks.rule import Finding
from milepost.domain.errors import InputRefused
from milepost.domain.plan_document import Place

EXPIRED, UNUSED = "WV01", "WV02"
_EVERY = "*"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding; `item` is an identifier or `*` for every item, `until` the last day."""

    rule: str
    reason: str
    item: str = _EVERY
    by: str = ""
    until: date | None = None

    def covers(self, finding: Finding) -> bool:
        """Tell whether it is about a finding."""
        return self.rule == finding.rule.id and self.item in {_EVERY, finding.item}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    waiver: list[Waiver] = []


def read_waivers(path: Path) -> list[Waiver]:
    """Read waivers from TOML (`[[waiver]]` tables) or CSV (columns rule, item, reason, by, until).

    Raises:
        InputRefused: the file cannot be read, or a reason is missing.
        WrongUse: a rule does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = (
            _from_csv(text) if path.suffix.lower() == ".csv" else msgspec.toml.decode(text, type=_File).waiver
        )
    except OSError as error:
        what = f"the waivers cannot be read ({error.strerror})"
        raise InputRefused(what, where=path.name, fix="check the name of the file") from error
    except (msgspec.DecodeError, UnicodeDecodeError, csv.Error) as error:
        fix = "write [[waiver]] tables with rule, item, reason, by and until"
        raise InputRefused(f"these are no waivers ({error})", where=path.name, fix=fix) from error
    for each in found:
        if not each.reason.strip():
            what = f"the waiver of {each.rule} on {each.item} has no reason"
            raise InputRefused(what, where=path.name, fix="say why the finding is accepted")
    return [replace(each, rule=rule_of(each.rule).id) for each in found]


def _from_csv(text: str) -> list[Waiver]:
    rows = [
        {name: value for name, value in row.items() if name and value}
        for row in csv.DictReader(text.splitlines())
    ]
    return msgspec.convert(rows, list[Waiver], strict=False)


def waived(findings: Sequence[Finding], waivers: Sequence[Waiver], as_of: date) -> list[Finding]:
    """Mark the findings that are accepted; report waivers that have ended, and those without effect."""
    if not waivers:
        return list(findings)
    standing = [waiver for waiver in waivers if waiver.until is None or waiver.until >= as_of]
    marked = [_marked(finding, standing) for finding in findings]
    for waiver in waivers:
        about = f"{waiver.rule} on {waiver.item}"
        if waiver not in standing:
            marked.append(_of_waiver(EXPIRED, waiver, f"the waiver of {about} ended on {waiver.until}"))
        elif not any(waiver.covers(finding) for finding in findings):
            marked.append(_of_waiver(UNUSED, waiver, f"the waiver of {about} matches no finding"))
    return marked


def _marked(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    for waiver in waivers:
        if waiver.covers(finding):
            by = f" ({waiver.by})" if waiver.by else ""
            return finding._replace(waiver=f"{waiver.reason}{by}")
    return finding


def _of_waiver(name: str, waiver: Waiver, what: str) -> Finding:
    rule = rule_of(name)
    return Finding(rule, rule.severity, waiver.item.replace(_EVERY, ""), "", Place("waivers", 0, ""), what)
