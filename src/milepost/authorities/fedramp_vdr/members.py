"""The members of a vulnerability in FedRAMP's 2026 reports, each with how it is read, and written again.

FedRAMP's schemas (2026-06-24) have no place for the history of ratings that VER-RPT-VDT wants, for
"remediated", resources, CVEs, dates of CISA, or why something is a false positive; nothing in them forbids
further members, so these stand under names of our own. A member whose value did not change keeps its bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from milepost.authorities.fedramp_vdr import values
from milepost.authorities.fedramp_vdr.values import Node, Tell
from milepost.authorities.fedramp_vdr.vulnerability import Disposition, Vulnerability, detection_of
from milepost.domain.plan_item import State

_REDUCED = ("reducedAt", "rating")
_EVALUATED = ("evaluatedAt", "rating")
_NEXT = ("estimatedAt", "targetRating")
_WHY_FALSE = ("falsePositiveRationale",)
_FINAL = frozenset({*Disposition} - {Disposition.REMEDIATED})


@dataclass(frozen=True, slots=True)
class Member:
    """A member by its path below the vulnerability; `get` gives its value of an item, None or empty for none.

    `own` marks a member that FedRAMP's schema does not name.
    """

    path: tuple[str, ...]
    read: Callable[[object, Tell], object]
    get: Callable[[Vulnerability], object]
    write: Callable[[object, object], object] = values.plain
    own: bool = False

    @property
    def name(self) -> str:
        """The path in one word: `detection.detectedAt`."""
        return ".".join(self.path)


def _final(value: object, tell: Tell) -> str:
    found = values.text(value, tell)
    if found not in _FINAL:
        raise values.Unreadable(f"“{found}” is none of {', '.join(sorted(_FINAL))}")
    return found


def disposition_of(item: Vulnerability) -> Disposition | None:
    """Return how an item ended: as it says, else as its state has it; a verified closing is remediation."""
    if item.disposition is not None:
        return item.disposition
    if item.status is State.CLOSED_FALSE_POSITIVE:
        return Disposition.FALSE_POSITIVE
    return Disposition.REMEDIATED if item.status is State.CLOSED_COMPLETED else None


def _final_of(item: Vulnerability) -> str:
    found = disposition_of(item)
    return Disposition.FULLY_MITIGATED if found is Disposition.REMEDIATED else found or ""


def _remediated_of(item: Vulnerability) -> bool | None:
    return True if disposition_of(item) is Disposition.REMEDIATED else None


MEMBERS: Final = (
    Member(("providerTrackingId",), values.text, lambda item: item.id),
    Member(("title",), values.text, lambda item: item.title, own=True),
    Member(("detection", "detectedAt"), values.instant, detection_of, values.instant_text),
    Member(("detection", "detectionSource"), values.text, lambda item: item.source_text),
    Member(("vulnerabilityDescription",), values.text, lambda item: item.description),
    Member(("potentialAgencyImpact",), values.text, lambda item: item.impact_description),
    Member(("evaluationCompletedAt",), values.instant, lambda item: item.evaluated_at, values.instant_text),
    Member(("isInternetReachable",), values.flag, lambda item: item.internet_reachable),
    Member(("isLikelyExploitable",), values.flag, lambda item: item.likely_exploitable),
    Member(("currentRating",), values.rating, lambda item: item.rating),
    Member(
        ("painHistory",),
        values.events(*_EVALUATED),
        lambda item: item.ratings,
        values.event_nodes(*_EVALUATED),
        own=True,
    ),
    Member(
        ("painReductions",),
        values.events(*_REDUCED),
        lambda item: item.reductions,
        values.event_nodes(*_REDUCED),
        own=True,
    ),
    Member(
        ("projectedNextReduction",),
        values.event(*_NEXT),
        lambda item: item.next_reduction,
        values.event_node(*_NEXT),
    ),
    Member(("overdueStatus", "isOverdue"), values.flag, lambda item: item.overdue),
    Member(("overdueStatus", "explanation"), values.text, lambda item: item.delay_reason),
    Member(("supplementaryRiskInformation",), values.text, lambda item: item.supplementary),
    Member(("affectedResources",), values.texts, lambda item: tuple(item.assets), own=True),
    Member(("cves",), values.texts, lambda item: tuple(item.cves), own=True),
    Member(("kevDueDate",), values.day, lambda item: item.kev_due, values.instant_text, own=True),
    Member(_WHY_FALSE, values.text, lambda item: item.deviation_rationale, own=True),
    Member(("finalDisposition",), _final, _final_of),
    Member(("isRemediated",), values.flag, _remediated_of, own=True),
)
_NESTED: Final = frozenset(each.path[0] for each in MEMBERS if len(each.path) > 1)
BY_PATH: Final = {each.path: each for each in MEMBERS}
CARRIED: Final = frozenset(
    {
        *("id", "title", "description", "source_text", "identified_date", "impact_description"),
        *("raw_severity", "delay_reason", "assets", "cves", "kev_due", "deviation_rationale", "status"),
    }
)
"""The fields of `PlanItem` that a vulnerability can say."""


def held(node: Node, path: tuple[str, ...]) -> object:
    """Return what stands at a path; None for nothing."""
    found: object = node
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def said(node: Node, tell: Callable[[Member, str], None]) -> dict[str, object]:
    """Return the values of a vulnerability by the names of their members; what cannot be read is told."""
    found: dict[str, object] = {}
    for member in MEMBERS:
        value = held(node, member.path)
        if value is None:
            continue
        try:
            found[member.name] = member.read(value, partial(tell, member))
        except ValueError as error:
            tell(member, str(error))
    return found


def item_of(found: dict[str, object], *, accepted: bool) -> Vulnerability:
    """Return the item that values by name say."""
    told = {field: found[name] for name, field in _FIELDS.items() if name in found}
    item = Vulnerability(**told)  # type: ignore[arg-type] # each reader gives the type of its field
    if item.detected_at is not None:
        item.identified_date = item.detected_at.date()
    rating = found.get("currentRating")
    item.raw_severity = f"N{rating}" if rating else ""
    final = found.get("finalDisposition")
    if isinstance(final, str):
        item.disposition = Disposition.REMEDIATED if found.get("isRemediated") else Disposition(final)
    item.status = State.RISK_ACCEPTED if accepted else _STATES.get(item.disposition, State.IN_PROGRESS)
    return item


_FIELDS: Final = {
    "providerTrackingId": "id",
    "title": "title",
    "detection.detectedAt": "detected_at",
    "detection.detectionSource": "source_text",
    "vulnerabilityDescription": "description",
    "potentialAgencyImpact": "impact_description",
    "evaluationCompletedAt": "evaluated_at",
    "isInternetReachable": "internet_reachable",
    "isLikelyExploitable": "likely_exploitable",
    "painHistory": "ratings",
    "painReductions": "reductions",
    "projectedNextReduction": "next_reduction",
    "overdueStatus.isOverdue": "overdue",
    "overdueStatus.explanation": "delay_reason",
    "supplementaryRiskInformation": "supplementary",
    "affectedResources": "assets",
    "cves": "cves",
    "kevDueDate": "kev_due",
    "falsePositiveRationale": "deviation_rationale",
}
_STATES: Final[Mapping[Disposition | None, State]] = {
    Disposition.REMEDIATED: State.CLOSED_COMPLETED,
    Disposition.FULLY_MITIGATED: State.CLOSED_COMPLETED,
    Disposition.FALSE_POSITIVE: State.CLOSED_FALSE_POSITIVE,
}
"""What is partially mitigated is still exploitable, and so is open whatever its report calls it."""


def put(node: Node, item: Vulnerability) -> None:
    """Let a vulnerability say what an item says; what says it already, or was never understood, stays."""
    for member in MEMBERS:
        if member.path == _WHY_FALSE and item.status is State.RISK_ACCEPTED:
            continue
        value = member.get(item)
        before = held(node, member.path)
        if _read(member, before) != (None if value in ("", ()) else value):
            _set(node, member.path, None if value in ("", (), None) else member.write(value, before))


def _read(member: Member, value: object) -> object:
    try:
        found = None if value is None else member.read(value, values.silent)
    except ValueError:
        return None
    return None if found in ("", ()) else found


def _set(node: Node, path: tuple[str, ...], value: object) -> None:
    *above, name = path
    inner: Node = node
    for each in above:
        below = inner.get(each)
        if not isinstance(below, dict):
            if value is None:
                return
            below = {}
            inner[each] = below
        inner = below
    if value is None:
        inner.pop(name, None)
    else:
        inner[name] = value
    if above and not inner:
        node.pop(above[0], None)


def paths_of(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the path of everything that a vulnerability says, known or not."""
    for name, value in node.items():
        if name in _NESTED and isinstance(value, dict):
            yield from ((name, inner) for inner in value)
        else:
            yield (name,)


def only_known(member: Member, value: object) -> object:
    """Return what a member says, without anything in it that nobody knows; None where it cannot be read."""
    try:
        return member.write(member.read(value, values.silent), None)
    except ValueError:
        return None
