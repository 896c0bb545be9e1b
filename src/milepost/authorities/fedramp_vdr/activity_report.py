"""The monthly report of vulnerability activity for people (VER-TFR-MHR), from the reports for machines.

It is made of what the machine-readable reports of the same audience say, so that it never says more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from milepost.authorities.fedramp_vdr import values
from milepost.authorities.fedramp_vdr.disclosure import WITHHELD
from milepost.authorities.fedramp_vdr.members import held
from milepost.authorities.fedramp_vdr.report_kinds import PERIOD
from milepost.authorities.fedramp_vdr.report_reading import RATIONALE, detail_of
from milepost.authorities.fedramp_vdr.values import Node

_RATINGS: Final = (5, 4, 3, 2, 1, None)
_INCIDENT: Final = 4
"""From N4 on, what the internet reaches and is likely exploited is a reportable incident (VER-TFR-IRI)."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with a caption; the first cell of each row names the row."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences, and a table where there is anything to list."""

    heading: str
    sentences: Sequence[str]
    table: ReportTable | None = None


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """The report: its title, what stands above, and its sections."""

    title: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the report is about: system, provider and class, and how many without activity are left out."""

    system: str
    provider: str
    system_class: str
    audience: str
    unchanged: int = 0


def activity_report(subject: Subject, details: Node, accepted: Node) -> ActivityReport:
    """Return the report of a period from the trees of its reports vdt and avi, for one audience."""
    active = _nodes(details.get("vulnerabilities"))
    listed = _nodes(accepted.get("acceptedVulnerabilities"))
    carried = [(detail, _text(entry, RATIONALE)) for entry in listed if (detail := detail_of(entry))]
    ended = [each for each in active if "finalDisposition" in each]
    going = [each for each in active if "finalDisposition" not in each]
    sections = [
        _overview(subject, going, ended, [detail for detail, _ in carried]),
        _sources([*active, *(detail for detail, _ in carried)]),
        _incidents(going),
        _late(going),
        _details(going),
        _reduced(active),
        _over(ended),
        _accepted(carried),
        _withheld([*active, *(detail for detail, _ in carried)]),
    ]
    facts = [
        ("System", subject.system),
        ("Provider", subject.provider),
        ("Class", subject.system_class),
        ("Period", _period(details)),
        ("Audience", subject.audience),
    ]
    title = f"Vulnerability activity of {subject.system}"
    return ActivityReport(title, [each for each in facts if each[1]], [each for each in sections if each])


def _period(tree: Node) -> str:
    ends = (_when(held(tree, (PERIOD, name))) for name in ("from", "to"))
    return " to ".join(ends)


def _overview(subject: Subject, going: list[Node], ended: list[Node], accepted: list[Node]) -> Section:
    rows = []
    for rating in _RATINGS:
        counts = [_counted(nodes, rating) for nodes in (going, ended, accepted)]
        late = _counted([each for each in going if _is_late(each)], rating)
        rows.append([_rated(rating), str(counts[0]), str(late), str(counts[1]), str(counts[2])])
    sentences = [f"Worked on: {len(going)}. Ended: {len(ended)}. Accepted: {len(accepted)}."]
    if subject.unchanged:
        sentences.append(f"Without activity in the period, and so in the history alone: {subject.unchanged}.")
    columns = ["Potential agency impact", "Active", "Of these overdue", "Ended", "Accepted"]
    return Section("Overview", sentences, ReportTable("Vulnerabilities by rating", columns, rows))


def _counted(nodes: Iterable[Node], rating: int | None) -> int:
    return sum(each.get("currentRating") == rating for each in nodes)


def _sources(nodes: Sequence[Node]) -> Section:
    counts = Counter(_text(each, "detection", "detectionSource") or "not said" for each in nodes)
    rows = [[name, str(count)] for name, count in sorted(counts.items())]
    return _section(
        "What detected them",
        "No activity in this period.",
        "Vulnerabilities by source",
        ["Source", "Count"],
        rows,
    )


def _incidents(nodes: Sequence[Node]) -> Section | None:
    found = [
        [_id(each), _rated(each.get("currentRating"))]
        for each in nodes
        if each.get("isInternetReachable") is True
        and each.get("isLikelyExploitable") is True
        and _number(each) >= _INCIDENT
    ]
    if not found:
        return None
    words = (
        "Reachable from the internet, likely exploitable, N4 or N5: see the incident reports (VER-TFR-IRI)."
    )
    table = ReportTable("Vulnerabilities to treat as incidents", ["Identifier", "Rating"], found)
    return Section("Treated as incidents", [words], table)


def _late(nodes: Sequence[Node]) -> Section:
    rows = [
        [
            _id(each),
            _rated(each.get("currentRating")),
            "yes" if _is_late(each) else "likely to become",
            _text(each, "overdueStatus", "explanation"),
        ]
        for each in nodes
        if _is_late(each) or _text(each, "overdueStatus", "explanation")
    ]
    columns = ["Identifier", "Rating", "Overdue", "Why"]
    return _section("Overdue or likely to become so", "None.", "Overdue vulnerabilities", columns, rows)


def _details(nodes: Sequence[Node]) -> Section:
    rows = [
        [
            _id(each),
            _wording(each),
            _when(held(each, ("detection", "detectedAt"))),
            _when(each.get("evaluationCompletedAt")),
            _rated(each.get("currentRating")),
            _yes_or_no(each.get("isInternetReachable")),
            _yes_or_no(each.get("isLikelyExploitable")),
            _next(each),
        ]
        for each in nodes
    ]
    columns = [
        *("Identifier", "What it is", "Detected", "Evaluated", "Rating"),
        *("Internet-reachable", "Likely exploitable", "Next reduction"),
    ]
    return _section("Active vulnerabilities", "None with activity.", "Active vulnerabilities", columns, rows)


def _reduced(nodes: Sequence[Node]) -> Section:
    rows = [
        [_id(each), _when(event.get("reducedAt")), _rated(event.get("rating"))]
        for each in nodes
        for event in _nodes(each.get("painReductions"))
    ]
    columns = ["Identifier", "When", "To"]
    return _section("Reductions", "None so far.", "Completed and evaluated reductions", columns, rows)


def _over(nodes: Sequence[Node]) -> Section:
    rows = [[_id(each), _wording(each), _disposition(each)] for each in nodes]
    columns = ["Identifier", "What it was", "Final disposition"]
    return _section("Ended", "None in this period.", "Final dispositions", columns, rows)


def _disposition(node: Node) -> str:
    return "Remediated" if node.get("isRemediated") is True else _text(node, "finalDisposition")


def _accepted(entries: Sequence[tuple[Node, str]]) -> Section:
    rows = [
        [
            _id(each),
            _wording(each),
            _when(each.get("evaluationCompletedAt")),
            _rated(each.get("currentRating")),
            _yes_or_no(each.get("isInternetReachable")),
            _yes_or_no(each.get("isLikelyExploitable")),
            why,
        ]
        for each, why in entries
    ]
    columns = [
        *("Identifier", "What it is", "Evaluated", "Rating"),
        *("Internet-reachable", "Likely exploitable", "Why it is accepted"),
    ]
    heading = "Accepted vulnerabilities"
    return _section(heading, "None with activity in this period.", heading, columns, rows)


def _withheld(nodes: Iterable[Node]) -> Section | None:
    counts: Counter[str] = Counter()
    for each in nodes:
        names = each.get(WITHHELD)
        counts.update(name for name in (names if isinstance(names, list) else ()) if isinstance(name, str))
    if not counts:
        return None
    rows = [[name, str(count)] for name, count in sorted(counts.items())]
    words = "Details that would help to exploit a vulnerability are not in this report (VER-RPT-NID)."
    return Section("Withheld", [words], ReportTable("What was withheld", ["Member", "Vulnerabilities"], rows))


def _section(
    heading: str, none: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> Section:
    return Section(heading, [], ReportTable(caption, columns, rows)) if rows else Section(heading, [none])


def _nodes(found: object) -> list[Node]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(node: Node, *path: str) -> str:
    found = held(node, path)
    return found if isinstance(found, str) else ""


def _id(node: Node) -> str:
    return _text(node, "providerTrackingId")


def _wording(node: Node) -> str:
    return _text(node, "title") or _text(node, "vulnerabilityDescription")


def _is_late(node: Node) -> bool:
    return held(node, ("overdueStatus", "isOverdue")) is True


def _number(node: Node) -> int:
    found = node.get("currentRating")
    return found if isinstance(found, int) else 0


def _rated(rating: object) -> str:
    return f"N{rating}" if isinstance(rating, int) else "not evaluated"


def _yes_or_no(value: object) -> str:
    if not isinstance(value, bool):
        return "not evaluated"
    return "yes" if value else "no"


def _next(node: Node) -> str:
    at = _when(held(node, ("projectedNextReduction", "estimatedAt")))
    to = held(node, ("projectedNextReduction", "targetRating"))
    return f"{_rated(to)} by {at}" if at else "none planned"


def _when(value: object) -> str:
    try:
        found = values.instant(value, values.silent)
    except ValueError:
        return ""
    return f"{found:%Y-%m-%d %H:%M} UTC"
