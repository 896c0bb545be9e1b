"""Closing an item: with evidence, verified by someone who did not work on it, with a record that stays."""

from dataclasses import dataclass
from datetime import date

from milepost.domain.case import Proposal
from milepost.domain.errors import NotAllowed, StateConflict
from milepost.domain.item import ENDED_STATUSES, ItemStatus, VerificationMethod
from milepost.domain.separation import may_verify
from milepost.records.items import Item
from milepost.records.queries.clean_scans import clean_since
from milepost.work import finding_items
from milepost.work.lifecycle.cases import present_fix, workers_on
from milepost.work.lifecycle.closing_records import freeze, record_completed
from milepost.work.lifecycle.false_positive import approved_false_positive, close_approved
from milepost.work.lifecycle.fix import Claim, claim_fixed, verify_fix
from milepost.work.lifecycle.taking import begin_on, finish, sign
from milepost.work.opening import local_date
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class Closing:
    """What a closing rests on: who fixed it, who verified it how, and the evidence by name.

    Without `fixed_on` the fix counts as made when covering scans stopped showing it, else on the day of the
    closing. Without `method` it is a re-scan for what scanners found, else the evidence was examined; what a
    penetration test found needs its method said. `closed_by` is who verified it, if not given.
    """

    identifier: str
    fixed_by: str
    verified_by: str
    evidence: str
    remark: str
    system: str = ""
    method: str = ""
    fixed_on: date | None = None
    closed_by: str = ""


def close_item(closing: Closing, *, as_of: date) -> Item:
    """Report, verify and close a fix in one go, each by its rule; an approved false positive closes as one.

    Raises:
        NotAllowed: there is no evidence, or the verifier worked on the fix.
        StateConflict: it is closed already, or a scanner still sees it.
    """
    with recorded("close_item", person=closing.closed_by or closing.verified_by, as_of=as_of):
        item = finding_items.by_identifier(closing.identifier, closing.system, lock=True)
        _check(item, closing)
        approved = approved_false_positive(item)
        if approved is not None and item.open_count:
            proposal = Proposal(
                person=closing.verified_by, as_of=as_of, reason=closing.remark, evidence=closing.evidence
            )
            close_approved(item, approved, proposal)
            return item
        _fix_and_verify(item, closing, as_of)
        person = closing.closed_by or closing.verified_by
        return close_verified(
            item.identifier, person=person, as_of=as_of, system=item.system.name, remark=closing.remark
        )


def close_verified(identifier: str, *, person: str, as_of: date, system: str = "", remark: str = "") -> Item:
    """Close an item whose fix is verified; where two must sign, the first leaves it verified.

    Raises:
        StateConflict: its fix is not verified, or scanners see it again.
        NotAllowed: the person fixed it, or holds no fitting role.
    """
    proposal = Proposal(person=person, as_of=as_of, reason=remark)
    with recorded("close_verified", person=person, as_of=as_of):
        item = finding_items.by_identifier(identifier, system, lock=True)
        taken = begin_on("close_item", item, proposal)
        fix = present_fix(item)
        if fix is None:
            raise StateConflict("no fix is verified", where=identifier, fix="verify it first")
        sign(taken, fix.pk)
        if taken.complete:
            freeze(item)
            item.completed_on = as_of
            reason = f"fixed by {fix.fixed_by}, verified by {fix.judged_by}: {remark or fix.remark}"
            finish(taken, reason, completed_on=("", f"{as_of:%Y-%m-%d}"))
            record_completed(item, fix, person=person, as_of=as_of)
    return item


def _check(item: Item, closing: Closing) -> None:
    """Refuse what no further step could mend, in the words of the closing as a whole."""
    if item.status in ENDED_STATUSES:
        raise StateConflict(f"{item.identifier} is {item.status} already")
    if not closing.evidence.strip():
        raise NotAllowed("an item closes only with evidence", where=item.identifier, fix="name the evidence")
    if item.open_count and approved_false_positive(item) is None:
        raise StateConflict(
            f"scanners still see {item.open_count} occurrences of it",
            where=item.identifier,
            fix="import a covering scan that does not show them, or have a false positive approved",
        )
    ruling = may_verify(closing.verified_by, workers_on(item) | {closing.fixed_by})
    if not ruling.allowed:
        raise NotAllowed(f"{ruling.reason} ({ruling.citation})", where=item.identifier, fix=ruling.way_out)


def _fix_and_verify(item: Item, closing: Closing, as_of: date) -> None:
    system = item.system.name
    if item.status not in {ItemStatus.REMEDIATED, ItemStatus.VERIFIED}:
        claim = Claim(
            identifier=item.identifier,
            person=closing.fixed_by,
            evidence=closing.evidence,
            fixed_on=closing.fixed_on or _fixed_on(item, as_of),
            evidence_on=as_of,
            done=closing.remark,
            explanation=closing.remark,
            system=system,
        )
        claim_fixed(claim, as_of=as_of)
    if item.status != ItemStatus.VERIFIED:
        verify_fix(
            item.identifier,
            method=closing.method or _method(item),
            person=closing.verified_by,
            as_of=as_of,
            remark=closing.remark,
            system=system,
        )


def _fixed_on(item: Item, as_of: date) -> date:
    """Return the day from which covering scans show nothing of the item; else the day of the closing."""
    clean = clean_since(item.pk) if item.known_count else None
    return as_of if clean is None else min(local_date(clean, item.system.time_zone), as_of)


def _method(item: Item) -> str:
    return VerificationMethod.RESCAN if item.known_count else VerificationMethod.EXAMINE
