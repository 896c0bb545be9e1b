"""What the monthly executive summary says of a system: late items, the trend, what is wrong with files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from milepost.authorities.fedramp.conmon_matrix import HIGH, MODERATE, TOTAL, Matrix, Standing, is_late, rated
from milepost.authorities.fedramp.executive_summary import ExecutiveSummary, Issue, Submitted
from milepost.domain.item import DeviationKind
from milepost.domain.problem import Problem
from milepost.work.conmon.deviation_requests import Requested
from milepost.work.conmon.raw_scans import RawScan
from milepost.work.conmon.standings import ItemStanding

_DEVIATIONS = {
    DeviationKind.RISK_ADJUSTMENT: "risk_adjustments",
    DeviationKind.OPERATIONAL_REQUIREMENT: "operational_requirements",
    DeviationKind.FALSE_POSITIVE: "false_positives",
}
_SPIKE_SHARE, _SPIKE_COUNT = 0.2, 10
"""A rise by a fifth or by ten, whichever is more (CSP ConMon Performance Management Guide 3.0, table 1)."""
_TOLD = 3
"""Problems of a file that are told in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the summary is made from; `names` are the files of the package by what they are."""

    system: str
    month: str
    as_of: date
    names: Mapping[str, str]
    scans: Sequence[RawScan]
    requests: Sequence[Requested]
    standings: Sequence[ItemStanding]
    matrix: Matrix
    problems: Sequence[Problem]
    annual_assessment: str = ""


def summary_of(content: Content) -> ExecutiveSummary:
    """Return the summary of a month."""
    return ExecutiveSummary(
        system=content.system,
        month=content.month,
        as_of=content.as_of,
        files=dict(_files(content)),
        notes={
            "annual_assessment": content.annual_assessment,
            "vulnerability_spike": _spike(content.matrix),
            "poam_issues": _poam_issues(content.problems),
            "late_high": _late(content, HIGH),
            "late_moderate": _late(content, MODERATE),
        },
        issues=list(_issues(content.scans)),
    )


def _files(content: Content) -> Iterator[tuple[str, Submitted]]:
    for key in ("poam", "inventory"):
        if key in content.names:
            yield key, Submitted(content.names[key], "this package")
    web = [each.file_name for each in content.scans if each.is_web]
    other = [each.file_name for each in content.scans if not each.is_web]
    for key, names in (("os_scans", other), ("web_scans", web)):
        if names:
            yield key, Submitted("\n".join(names), "sent with the raw scans")
    for kind, key in _DEVIATIONS.items():
        numbers = [str(each.row["number"]) for each in content.requests if each.kind == kind]
        if numbers:
            yield key, Submitted("\n".join(numbers), content.names.get("deviation_requests", ""))


def _spike(matrix: Matrix) -> str:
    """Tell a rise against the month before; the baseline of the authorization is not known here."""
    before, now = (month.counts[TOTAL] for month in matrix.months[-2:])
    if now - before > max(_SPIKE_SHARE * before, _SPIKE_COUNT):
        return f"Open items rose from {before} to {now} since {matrix.months[-2].name}"
    return ""


def _poam_issues(problems: Sequence[Problem]) -> str:
    return "\n".join(f"{each.where}: {each.what}" for each in problems)


def _late(content: Content, rating: str) -> str:
    """List the late items of a rating, the one that counts, with what they wait for."""
    return "\n".join(
        f"{item.identifier}, due {standing.due}{_waiting(standing)}"
        for item, standing in content.standings
        if is_late(standing, content.as_of)
        and rated(standing.original, standing.adjusted).rpartition("/")[2] == rating
    )


def _waiting(standing: Standing) -> str:
    asked = {
        ", false positive pending": standing.pending_false_positive,
        ", operational requirement pending": standing.pending_requirement,
    }
    return "".join(words for words, pending in asked.items() if pending)


def _issues(scans: Sequence[RawScan]) -> Iterator[Issue]:
    """Say what was wrong with each file when it was imported, missing credentials included."""
    for each in scans:
        if each.problems:
            more = len(each.problems) - _TOLD
            rest = (f"and {more} more",) if more > 0 else ()
            yield Issue(each.file_name, "; ".join((*each.problems[:_TOLD], *rest)))
