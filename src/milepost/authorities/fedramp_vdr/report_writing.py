"""Writing a plan as one of FedRAMP's 2026 vulnerability reports, new or into an earlier one."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, time

from milepost.authorities.documents.contract import Writing
from milepost.authorities.fedramp_vdr import values
from milepost.authorities.fedramp_vdr.members import put
from milepost.authorities.fedramp_vdr.report_kinds import GENERATED, PACKAGE, PERIOD, Kind
from milepost.authorities.fedramp_vdr.report_reading import (
    PACKAGE_FACT,
    accepted_entry,
    detail_of,
    entries,
)
from milepost.authorities.fedramp_vdr.values import Node
from milepost.authorities.fedramp_vdr.vulnerability import Vulnerability, as_vulnerability
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES, PlanItem, State
from milepost.domain.problem import Problem

_ELSEWHERE = frozenset({State.CANCELLED, State.TRANSFERRED, State.MERGED_DUPLICATE, State.DRAFT})
"""What is entered in error, goes on elsewhere, or is not on the plan yet is no vulnerability of a report."""
_OVERDUE = "overdueStatus"
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(//[A-Za-z0-9._~%!$&'()*+,;=:@-]+)?[A-Za-z0-9._~%!$&'()*+,;=:@/?#-]+"
)


def report_tree(
    plan: PlanDocument, kind: Kind, writing: Writing, earlier: Node | None
) -> tuple[Node, list[Problem]]:
    """Return a report with the items of a plan, and what of the plan is not in it.

    Raises:
        NotAllowed: something that FedRAMP's schema demands is not said by plan, choices or earlier report.
    """
    tree: Node = deepcopy(earlier) if earlier is not None else {}
    problems: list[Problem] = []
    told = {**plan.facts, **{name.replace("-", "_"): value for name, value in writing.choices.items()}}
    _put_package(tree, kind, told)
    _put_time(tree, kind, told, writing)
    listed = [as_vulnerability(item) for item in plan.items if item.status not in _ELSEWHERE]
    left = [item for item in plan.items if item.status in _ELSEWHERE]
    active = [item for item in listed if item.status not in SETTLED_STATES]
    accepted = [item for item in listed if item.status in SETTLED_STATES]
    if kind.active:
        tree[kind.active] = _active(active, entries(tree, kind.active), kind, problems)
    else:
        left += active
    if kind.accepted:
        tree[kind.accepted] = _accepted(accepted, entries(tree, kind.accepted), kind, problems)
    else:
        left += accepted
    return tree, [*problems, *_left_out(left, kind)]


def _put_package(tree: Node, kind: Kind, told: Mapping[str, str]) -> None:
    given = told.get("uri") or told.get(PACKAGE_FACT) or tree.get(PACKAGE)
    if not isinstance(given, str) or not _URI.fullmatch(given):
        what = f"{given or 'nothing'} is no address of the Certification Package Overview [{kind.citation}]"
        raise NotAllowed(what, where=PACKAGE, fix="give its full https address")
    tree[PACKAGE] = given


def _put_time(tree: Node, kind: Kind, told: Mapping[str, str], writing: Writing) -> None:
    if not kind.has_period:
        start = values.instant_text(datetime.combine(writing.as_of, time(), tzinfo=UTC))
        given = told.get("generated_at") or told.get("to") or tree.get(GENERATED) or start
        _put_instant(tree, GENERATED, given)
        return
    held = tree.get(PERIOD)
    period: Node = held if isinstance(held, dict) else {}
    for name in ("from", "to"):
        _put_instant(period, name, told.get(name) or period.get(name))
    if values.instant(period["from"], values.silent) > values.instant(period["to"], values.silent):
        raise NotAllowed("the period ends before it begins", where=PERIOD, fix="give from and to in order")
    tree[PERIOD] = period


def _put_instant(node: Node, name: str, given: object) -> None:
    """Set an instant unless the same one stands there."""
    try:
        found = values.instant(given, values.silent)
    except ValueError as error:
        fix = f"set {name} to an instant such as 2026-08-01T00:00:00Z"
        what = f"{error}" if given is not None else f"the report does not say {name}"
        raise NotAllowed(what, where=PERIOD, fix=fix) from error
    try:
        if values.instant(node.get(name), values.silent) == found:
            return
    except ValueError:
        pass
    node[name] = values.instant_text(found)


def _active(
    items: Sequence[Vulnerability], held: list[object], kind: Kind, problems: list[Problem]
) -> list[object]:
    known = {_tracked(each): each for each in held if isinstance(each, dict)}
    return [_written(item, known.pop(item.id, None), kind, problems) for item in items]


def _accepted(
    items: Sequence[Vulnerability], held: list[object], kind: Kind, problems: list[Problem]
) -> list[object]:
    known = {_tracked(detail_of(each) or {}): each for each in held if isinstance(each, dict)}
    found: list[object] = []
    for item in items:
        if not item.deviation_rationale:
            raise _unsaid(item, "why it is accepted", kind)
        entry: Node = known.pop(item.id, {})
        detail = _written(item, detail_of(entry), kind, problems)
        entry.update(accepted_entry(item.deviation_rationale, detail))
        found.append(entry)
    return found


def _tracked(node: Node) -> object:
    found = node.get("providerTrackingId")
    return found if isinstance(found, str) else None


def _written(item: Vulnerability, held: Node | None, kind: Kind, problems: list[Problem]) -> Node:
    for value, what in (
        (item.id, "its identifier"),
        (item.detected_at or item.identified_date, "when it was detected"),
        (item.source_text, "what detected it"),
        (item.description or item.title, "what it is"),
    ):
        if not value:
            raise _unsaid(item, what, kind)
    node: Node = held if held is not None else {}
    put(node, item)
    if not item.description:
        node["vulnerabilityDescription"] = item.title
    _settle_overdue(node, item, kind, problems)
    if item.severity and item.rating is None:
        what = f"its rating {item.severity} is no N-rating, and is not in the report"
        problems.append(Problem(item.id, what, "evaluate its Potential Agency Impact"))
    return node


def _settle_overdue(node: Node, item: Vulnerability, kind: Kind, problems: list[Problem]) -> None:
    if item.overdue and not item.delay_reason:
        raise _unsaid(item, "why it is overdue", kind)
    if item.delay_reason and item.overdue is None:
        node.pop(_OVERDUE, None)
        what = "a reason for delay without whether it is overdue is not in the report"
        problems.append(Problem(item.id, what, "say whether it is overdue"))


def _unsaid(item: PlanItem, what: str, kind: Kind) -> NotAllowed:
    return NotAllowed(f"it does not say {what} [{kind.citation}]", where=item.id, fix="add it to the item")


def _left_out(left: Sequence[PlanItem], kind: Kind) -> list[Problem]:
    return [
        Problem(
            item.id,
            f"{item.status.value.replace('_', ' ') or 'open'}: it is not in this report",
            _OTHER[kind.active],
        )
        for item in left
    ]


_OTHER = {
    "vulnerabilities": "accepted vulnerabilities stand in the report avi",
    "": "active vulnerabilities stand in the report vdt",
    "activeVulnerabilities": "it is no vulnerability to report",
}
