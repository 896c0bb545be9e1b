"""Reading one of FedRAMP's 2026 vulnerability reports as a plan, the way an agency receives it."""

from collections.abc import Iterator, Mapping
from functools import partial

from milepost.authorities.fedramp_vdr import values
from milepost.authorities.fedramp_vdr.members import CARRIED, Member, item_of, said
from milepost.authorities.fedramp_vdr.report_kinds import GENERATED, PACKAGE, PERIOD, Kind
from milepost.authorities.fedramp_vdr.values import Node
from milepost.authorities.fedramp_vdr.vulnerability import Vulnerability
from milepost.domain.errors import DamagedInput
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem

PACKAGE_FACT = "certification_package_overview_uri"
_FIX = "ask the provider for a corrected report"
_DETAIL = "vulnerabilityDetail"
RATIONALE = "acceptanceRationale"


def read_report(tree: Node, kind: Kind, name: str, layout: str) -> PlanDocument:
    """Return the plan that a report says.

    Raises:
        DamagedInput: a list of the report is no list.
    """
    problems: list[Problem] = []
    items = [*_active(tree, kind, name, problems), *_accepted(tree, kind, name, problems)]
    facts = _facts(tree, name, problems)
    stated = facts.get("to") or facts.get("generated_at")
    return PlanDocument(
        name=name,
        layout=layout,
        title=kind.title,
        profile="fedramp-vdr",
        facts=facts,
        dated=values.instant(stated, values.silent).date() if stated else None,
        items=items,
        fields=CARRIED,
        problems=problems,
    )


def entries(tree: Node, member: str, name: str = "") -> list[object]:
    """Return a list of a report; none where the report has no such list.

    Raises:
        DamagedInput: it is no list.
    """
    found = tree.get(member, []) if member else []
    if not isinstance(found, list):
        raise DamagedInput(f"{member} is no list", where=name, fix=_FIX)
    return found


def detail_of(entry: object) -> Node | None:
    """Return the vulnerability within an accepted one; None where there is none."""
    found = entry.get(_DETAIL) if isinstance(entry, dict) else None
    return found if isinstance(found, dict) else None


def accepted_entry(rationale: str, detail: Node) -> Node:
    """Return an accepted vulnerability."""
    return {_DETAIL: detail, RATIONALE: rationale}


def _active(tree: Node, kind: Kind, name: str, problems: list[Problem]) -> Iterator[Vulnerability]:
    for number, entry in enumerate(entries(tree, kind.active, name)):
        place = f"{name}: {kind.active}[{number}]"
        if isinstance(entry, dict):
            yield _item(entry, place, problems, accepted=False)
        else:
            problems.append(Problem(place, "it is no vulnerability, and was left out", _FIX))


def _accepted(tree: Node, kind: Kind, name: str, problems: list[Problem]) -> Iterator[Vulnerability]:
    for number, entry in enumerate(entries(tree, kind.accepted, name)):
        place = f"{name}: {kind.accepted}[{number}]"
        detail = detail_of(entry)
        if detail is None:
            problems.append(Problem(place, f"it has no {_DETAIL}, and was left out", _FIX))
            continue
        item = _item(detail, f"{place}.{_DETAIL}", problems, accepted=True)
        rationale = entry.get(RATIONALE) if isinstance(entry, dict) else None
        item.deviation_rationale = rationale if isinstance(rationale, str) else ""
        if not item.deviation_rationale:
            problems.append(Problem(place, "it does not say why it is accepted (VER-RPT-AVI)", _FIX))
        yield item


def _item(node: Node, place: str, problems: list[Problem], *, accepted: bool) -> Vulnerability:
    def tell(member: Member, what: str) -> None:
        problems.append(Problem(f"{place}.{member.name}", what, _FIX))

    item = item_of(said(node, tell), accepted=accepted)
    if not item.id:
        problems.append(Problem(f"{place}.providerTrackingId", "it has no identifier", _FIX))
    return item


def _facts(tree: Node, name: str, problems: list[Problem]) -> Mapping[str, str]:
    """Return what stands above the vulnerabilities: instants in UTC, whatever their zone was."""
    period = tree.get(PERIOD)
    stated = period if isinstance(period, dict) else {}
    places = {"from": (PERIOD, stated.get("from")), "to": (PERIOD, stated.get("to"))}
    places["generated_at"] = (GENERATED, tree.get(GENERATED))
    facts: dict[str, str] = {}
    for fact, (member, value) in places.items():
        if value is None:
            continue
        place = f"{name}: {member}"
        try:
            found = values.instant(value, partial(_told, problems, place))
        except ValueError as error:
            problems.append(Problem(place, str(error), _FIX))
        else:
            facts[fact] = values.instant_text(found)
    package = tree.get(PACKAGE)
    return facts | ({PACKAGE_FACT: package} if isinstance(package, str) else {})


def _told(problems: list[Problem], place: str, what: str) -> None:
    problems.append(Problem(place, what, _FIX))
