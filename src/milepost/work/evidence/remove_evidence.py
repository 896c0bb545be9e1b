"""Removing a piece of evidence: not within its retention and not on hold; its row and hashes stay."""

from datetime import date

from milepost.domain.errors import NotAllowed, StateConflict, WrongUse
from milepost.records.evidence import Content, Evidence
from milepost.records.items import Item
from milepost.vault.retention import may_go
from milepost.vault.vault import Vault
from milepost.work import item_history
from milepost.work.evidence import finding_evidence
from milepost.work.evidence.retention import held_by
from milepost.work.evidence.sweep_vault import remove_stray
from milepost.work.recording import recorded


def remove_evidence(
    identifier: str, vault: Vault, *, person: str, reason: str, as_of: date, system: str = ""
) -> Evidence:
    """Remove the bytes of a piece of evidence, all versions, unless other evidence has the same.

    Raises:
        RecordMissing: there is no such evidence.
        NotAllowed: it is within its retention, or on legal hold.
        StateConflict: it was removed already.
        WrongUse: no reason or no person is given.
    """
    if not person.strip() or not reason.strip():
        raise WrongUse("removing needs a person and a reason", fix="give both")
    with recorded("remove_evidence", person=person, as_of=as_of) as told:
        evidence = finding_evidence.by_identifier(identifier, system, lock=True)
        told.about(evidence.system, str(evidence))
        told.tell(reason=reason, sha256=sorted(evidence.versions.values_list("sha256", flat=True)))
        _check(evidence, as_of)
        contents = list(Content.objects.filter(versions__evidence=evidence).distinct())
        evidence.versions.update(content=None)
        Content.objects.filter(pk__in=[each.pk for each in contents], versions=None).delete()
        evidence.removed_on, evidence.removed_by, evidence.removal_reason = as_of, person, reason
        evidence.save()
        for item in Item.objects.filter(evidence_links__evidence=evidence).distinct():
            change = {"evidence": (f"{evidence}: {evidence.title}", "")}
            item_history.record(item, change, person=person, reason=reason, as_of=as_of)
    for content in contents:
        remove_stray(content.sha256, vault)
    return evidence


def _check(evidence: Evidence, as_of: date) -> None:
    if evidence.removed_on is not None:
        what = f"{evidence} was removed on {evidence.removed_on} already"
        raise StateConflict(what, fix="nothing has to be done")
    hold = evidence.holds.filter(released_on=None).last()
    ruling = may_go(held_by(evidence), hold=hold.reason if hold else "", as_of=as_of)
    if not ruling.allowed:
        raise NotAllowed(f"{ruling.reason} ({ruling.citation})", where=str(evidence), fix=ruling.way_out)
