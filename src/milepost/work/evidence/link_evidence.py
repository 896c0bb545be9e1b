"""Saying what else a piece of evidence is about: an item, a milestone, a deviation, a fix, an objective."""

from dataclasses import dataclass
from datetime import date

from milepost.authorities.cmmc.identifiers import identify
from milepost.domain.errors import RecordMissing, StateConflict, WrongUse
from milepost.records.closing import Fix
from milepost.records.evidence import Evidence, EvidenceLink
from milepost.records.items import Item
from milepost.records.planning import Deviation, Milestone
from milepost.work import finding_items, item_history
from milepost.work.evidence import finding_evidence
from milepost.work.lifecycle.cases import present_fix
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class About:
    """What evidence is about: an item, or of it a milestone by number, the last deviation of a kind, its fix.

    `objective` is a requirement or objective of CMMC, such as `3.1.1[a]`, instead of an item.
    """

    item: str = ""
    milestone: int | None = None
    deviation: str = ""
    fix: bool = False
    objective: str = ""


def link_evidence(
    identifier: str, about: About, *, person: str, as_of: date, system: str = ""
) -> tuple[EvidenceLink, ...]:
    """Link a piece of evidence; a link that is there already stays as it is.

    Raises:
        RecordMissing: there is no such evidence, item, milestone, deviation or fix.
        InputRefused: CMMC has no such objective.
        StateConflict: the evidence was removed.
        WrongUse: it is not said what it is about.
    """
    if bool(about.item) == bool(about.objective):
        raise WrongUse(
            "it is not said what the evidence is about", fix="name an item, or an objective of CMMC"
        )
    with recorded("link_evidence", person=person, as_of=as_of) as told:
        evidence = finding_evidence.by_identifier(identifier, system, lock=True)
        told.about(evidence.system, str(evidence))
        told.tell(to=about)
        if evidence.removed_on is not None:
            what = f"{evidence} was removed on {evidence.removed_on}"
            raise StateConflict(what, fix="add the file again")
        if about.objective:
            named = identify(about.objective, where="objective")
            return tuple(link(evidence, person, as_of, objective=str(each)) for each in named)
        item = finding_items.by_identifier(about.item, evidence.system.name, lock=True)
        made = link(
            evidence,
            person,
            as_of,
            item=item,
            milestone=_milestone(item, about.milestone),
            deviation=_deviation(item, about.deviation),
            fix=_fix(item, wanted=about.fix),
        )
        change = {"evidence": ("", f"{evidence}: {evidence.title}")}
        item_history.record(item, change, person=person, reason="", as_of=as_of)
        return (made,)


def link_named(text: str, item: Item, person: str, as_of: date, **part: Deviation | Fix) -> None:
    """Link the evidence that a free text names, such as `E-7, ticket 12`; other words stay words."""
    numbers = {int(found[1]) for found in finding_evidence.CALLED.finditer(text)}
    for evidence in Evidence.objects.filter(system=item.system_id, number__in=numbers, removed_on=None):
        link(evidence, person, as_of, item=item, **part)


def link(
    evidence: Evidence,
    person: str,
    as_of: date,
    **target: Item | Milestone | Deviation | Fix | str | None,
) -> EvidenceLink:
    """Return the link of evidence to a target, made where there is none yet."""
    whole = {"item": None, "milestone": None, "deviation": None, "fix": None, "objective": ""} | target
    made, _ = EvidenceLink.objects.get_or_create(
        evidence=evidence, **whole, defaults={"linked_on": as_of, "linked_by": person}
    )
    return made


def _milestone(item: Item, number: int | None) -> Milestone | None:
    if number is None:
        return None
    found = item.milestones.filter(number=number).first()
    if found is None:
        raise RecordMissing(f"{item.identifier} has no milestone {number}", fix="see milepost explain")
    return found


def _deviation(item: Item, kind: str) -> Deviation | None:
    found = item.deviations.filter(kind=kind).last() if kind else None
    if kind and found is None:
        raise RecordMissing(f"{item.identifier} has no deviation of the kind {kind}", fix="request it first")
    return found


def _fix(item: Item, *, wanted: bool) -> Fix | None:
    found = present_fix(item) if wanted else None
    if wanted and found is None:
        raise RecordMissing(
            f"{item.identifier} has no reported fix", fix="report it with milepost item claim"
        )
    return found
