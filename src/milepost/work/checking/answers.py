"""What a check found, as JSON and as text for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from milepost.checks.explaining import why
from milepost.checks.rule import Finding, Level
from milepost.work.checking.check_document import Checked

_SHOWN = 8


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are by level; waived ones apart."""
    open_ones = Counter(finding.level.value for finding in findings if not finding.waiver)
    waived = sum(bool(finding.waiver) for finding in findings)
    return {level.value: open_ones[level.value] for level in Level} | {"waived": waived}


def as_json(checked: Checked) -> dict[str, object]:
    """Return everything that was found."""
    report = checked.report
    return {
        "file": checked.document.name,
        "layout": checked.document.layout,
        "profiles": list(checked.profiles),
        "items": report.items,
        "counts": counts(report.findings),
        "rules_judged": len(report.judged),
        "findings": [_finding(each) for each in report.findings],
        "not_judged": [{"rule": each.rule.id, "why": each.why} for each in report.not_judged],
        "problems": [problem._asdict() for problem in checked.document.problems],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.id,
        "level": finding.level.value,
        "item": finding.item,
        "place": str(finding.place),
        "field": finding.field,
        "what": finding.what,
        "fix": finding.rule.fix,
        "why": list(finding.rule.sources),
        "standing": finding.rule.standing,
        "waiver": finding.waiver,
    }


def as_text(checked: Checked, by: str = "rule", *, all_places: bool = False) -> str:
    """Return what was found, grouped by rule or by item; at most eight places a group, or all."""
    report, document = checked.report, checked.document
    standing = [finding for finding in report.findings if not finding.waiver]
    lines = [f"{document.name}: {document.title or document.layout}, {_counted(report.items, 'item')}"]
    if checked.profiles:
        lines.append(f"judged by {', '.join(checked.profiles)}")
    shown = len(standing) if all_places else _SHOWN
    grouped = _by_rule(standing, shown) if by == "rule" else _by_item(standing)
    lines += ["", *grouped]
    lines += [
        f"waived: {each.rule.id} {each.item} {each.place}: {each.waiver}"
        for each in report.findings
        if each.waiver
    ]
    lines += [f"not read: {where}: {what}; {fix}." for where, what, fix in document.problems]
    return "\n".join(map(_printable, [*lines, *_summary(checked)]))


def _printable(line: str) -> str:
    """Return a line without what a terminal would obey: a document may hold anything."""
    return "".join(each if each.isprintable() else " " for each in line)


def _summary(checked: Checked) -> Iterator[str]:
    found = counts(checked.report.findings)
    yield (
        f"{_counted(found['error'], 'error')}, {_counted(found['warning'], 'warning')},"
        f" {_counted(found['info'], 'remark')}, {found['waived']} waived;"
        f" {_counted(len(checked.report.judged), 'rule')} judged,"
        f" {len(checked.report.not_judged)} not applicable"
    )
    reasons = Counter(each.why for each in checked.report.not_judged)
    for reason, count in reasons.most_common(3):
        yield f"  not applicable: {count} rules, {reason}"


def _by_rule(findings: Sequence[Finding], shown: int) -> Iterator[str]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule.id, []).append(finding)
    ordered = sorted(groups.values(), key=lambda group: (-group[0].level.rank, -len(group), group[0].rule.id))
    for group in ordered:
        rule = group[0].rule
        mark = "" if rule.verified else f" ({rule.standing})"
        yield f"{group[0].level.value.upper()} {rule.id} {rule.title}{mark}: {len(group)}"
        yield from (f"    {_about(each)}  {each.what}" for each in group[:shown])
        if len(group) > shown:
            yield f"    … and {len(group) - shown} more"
        yield f"    fix: {rule.fix}  why: {why(rule)}"


def _about(finding: Finding) -> str:
    place = str(finding.place)
    return place if finding.item in {"", place} else f"{place}  {finding.item}"


def _row(finding: Finding) -> str:
    """Name an item without an identifier by its row; empty for the document."""
    return str(finding.place._replace(column="")) if finding.place.row else ""


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _by_item(findings: Sequence[Finding]) -> Iterator[str]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.item or _row(finding), []).append(finding)
    for item, group in groups.items():
        yield f"{item or 'the document'}: {len(group)}"
        for each in group:
            yield f"    {each.level.value:<7} {each.rule.id:<7} {each.place}  {each.what}. {each.rule.fix}"
