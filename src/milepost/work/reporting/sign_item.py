"""Signing an item off as it stands: an event of the ledger holds its version; a later change voids it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from milepost.domain.errors import WrongUse
from milepost.ledger.events import chain_of
from milepost.records.items import Item
from milepost.records.ledger import LedgerEvent
from milepost.reports.sign_off import Attestor
from milepost.work import finding_items
from milepost.work.lifecycle.versions import item_version
from milepost.work.recording import recorded
from milepost.work.reporting.confirm_role import confirm_role

_VERB = "sign_item"


@dataclass(frozen=True, slots=True)
class ItemSignOff:
    """A sign-off of an item: who, in which role, when, what was attested of which version; does it hold?"""

    event: int
    attestor: Attestor
    statement: str
    at: str
    version: str
    holds: bool


class _Facts(msgspec.Struct):
    attestor: Attestor
    statement: str
    version: str


class _Body(msgspec.Struct):
    facts: _Facts


def sign_item(
    identifier: str, attestor: Attestor, statement: str, *, as_of: date, system: str = ""
) -> ItemSignOff:
    """Sign an item off as it stands; the register confirms the role.

    Raises:
        RecordMissing: there is no such item.
        WrongUse: nothing is attested, something of the attestor is missing, or there is no such role.
        NotAllowed: the person does not hold the role on that day.
    """
    named = (attestor.name, attestor.title, attestor.organisation, statement)
    if not all(each.strip() for each in named):
        raise WrongUse("a sign-off says who attests what", fix="give person, title, organisation, statement")
    with recorded("sign_item", person=attestor.name, as_of=as_of) as told:
        item = finding_items.by_identifier(identifier, system, lock=True)
        confirmed = confirm_role(attestor, item.system.name, as_of=as_of)
        told.about_item(item)
        told.tell(attestor=confirmed, statement=statement, version=item_version(item))
    return sign_offs_of(item)[-1]


def sign_offs_of(item: Item) -> Sequence[ItemSignOff]:
    """Return the sign-offs of an item, the oldest first; one of another version is void."""
    present = item_version(item)
    rows = LedgerEvent.objects.filter(chain=chain_of(item.system_id), verb=_VERB, subject=item.identifier)
    return [_signed(row, present) for row in rows.order_by("seq")]


def _signed(row: LedgerEvent, present: str) -> ItemSignOff:
    facts = msgspec.json.decode(bytes(row.body), type=_Body).facts
    holds = facts.version == present
    return ItemSignOff(row.seq, facts.attestor, facts.statement, row.at, facts.version, holds)
