"""Signing a document off under a system of the register: an event of its ledger seals the sign-off."""

from dataclasses import replace
from datetime import datetime

from milepost.work import finding_systems
from milepost.work.history.carrying import checkpoint_for
from milepost.work.recording import recorded
from milepost.work.reporting.confirm_role import confirm_role
from milepost.work.reporting.sign_document import Signed, Signing, sign_document


def seal_sign_off(signing: Signing, system_name: str, *, at: datetime) -> Signed:
    """Write a sign-off whose role the register confirms; its seal goes into the ledger.

    Raises:
        RecordMissing: there is no such system.
        WrongUse: the register knows no such role.
        NotAllowed: the person does not hold it on that day.
        InputRefused: the document cannot be read.
        StateConflict: the same sign-off has been written already.
    """
    attestor = confirm_role(signing.attestor, system_name, as_of=at.date())
    with recorded("seal_sign_off", person=attestor.name, as_of=at.date()) as told:
        system = finding_systems.locked(system_name)
        held = replace(signing, attestor=attestor, checkpoint=checkpoint_for(system))
        signed = sign_document(held, at=at)
        told.about(system, f"document {signed.record.document.name}")
        told.tell(
            document=signed.record.document,
            attestor=attestor,
            statement=signed.record.statement,
            signed_at=signed.record.signed_at,
            seal=signed.record.seal,
        )
    return signed
