"""Legal holds: while one stands, a piece of evidence cannot be removed, whatever its retention."""

from datetime import date

from milepost.domain.errors import StateConflict, WrongUse
from milepost.records.evidence import Evidence, EvidenceHold
from milepost.work.evidence import finding_evidence
from milepost.work.recording import recorded


def hold_evidence(
    identifier: str, *, person: str, reason: str, as_of: date, system: str = ""
) -> EvidenceHold:
    """Place a legal hold; several can stand at once.

    Raises:
        RecordMissing: there is no such evidence.
        StateConflict: it was removed already.
        WrongUse: no reason or no person is given.
    """
    _check(person, reason)
    with recorded("hold_evidence", person=person, as_of=as_of) as told:
        evidence = finding_evidence.by_identifier(identifier, system, lock=True)
        told.about(evidence.system, str(evidence))
        if evidence.removed_on is not None:
            what = f"{evidence} was removed on {evidence.removed_on}"
            raise StateConflict(what, fix="nothing is left to hold")
        told.tell(reason=reason)
        evidence.held = True
        evidence.save(update_fields=["held"])
        return EvidenceHold.objects.create(
            evidence=evidence, reason=reason, placed_on=as_of, placed_by=person
        )


def release_evidence(identifier: str, *, person: str, reason: str, as_of: date, system: str = "") -> Evidence:
    """Release every legal hold on a piece of evidence.

    Raises:
        RecordMissing: there is no such evidence.
        StateConflict: it is not on hold.
        WrongUse: no reason or no person is given.
    """
    _check(person, reason)
    with recorded("release_evidence", person=person, as_of=as_of) as told:
        evidence = finding_evidence.by_identifier(identifier, system, lock=True)
        told.about(evidence.system, str(evidence))
        if not evidence.held:
            raise StateConflict(f"{evidence} is not on hold", fix="nothing has to be released")
        evidence.holds.filter(released_on=None).update(
            released_on=as_of, released_by=person, release_reason=reason
        )
        told.tell(reason=reason)
        evidence.held = False
        evidence.save(update_fields=["held"])
        return evidence


def _check(person: str, reason: str) -> None:
    if not person.strip() or not reason.strip():
        raise WrongUse("a hold needs a person and a reason", fix="give both, such as the matter's number")
