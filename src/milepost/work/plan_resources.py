"""Planning what a remediation takes: funding by fiscal year, people's hours, technology, something else."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from milepost.domain.errors import WrongUse
from milepost.domain.item import ResourceKind
from milepost.records.planning import Resource
from milepost.work import finding_items, item_history
from milepost.work.recording import recorded


@dataclass(frozen=True, slots=True)
class NewResource:
    """What is needed: an amount in US dollars of a fiscal year, hours of people, or words alone."""

    identifier: str
    kind: ResourceKind
    text: str
    person: str
    fiscal_year: int | None = None
    amount: Decimal | None = None
    hours: Decimal | None = None
    system: str = ""


def add_resource(new: NewResource, *, as_of: date) -> Resource:
    """Add what the remediation of an item takes.

    Raises:
        WrongUse: funding without an amount, people without hours, or nothing said at all.
        RecordMissing: there is no such item.
    """
    _check(new)
    with recorded("add_resource", person=new.person, as_of=as_of) as told:
        item = finding_items.by_identifier(new.identifier, new.system, lock=True)
        resource = Resource.objects.create(
            item=item,
            kind=new.kind,
            text=new.text,
            fiscal_year=new.fiscal_year,
            amount=new.amount,
            hours=new.hours,
        )
        told.tell(resource=new)
        needed = {f"{new.kind} needed": ("", new.text)}
        item_history.record(item, needed, person=new.person, reason="planned", as_of=as_of)
    return resource


def _check(new: NewResource) -> None:
    if new.kind == ResourceKind.FUNDING and new.amount is None:
        raise WrongUse("funding needs an amount", fix="say how many US dollars, in which fiscal year")
    if new.kind == ResourceKind.PEOPLE and new.hours is None:
        raise WrongUse("people need hours", fix="say how many hours")
    if not new.text.strip():
        raise WrongUse("a resource needs a word on what it is for", fix="say it in a few words")
