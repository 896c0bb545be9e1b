"""What the people of the demonstration system plan, ask for, report and close: the table behind the story."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from milepost.domain.item import DeviationKind, ResourceKind, SourceKind
from milepost.domain.rating import Rating

INES = "Ines Moreau"
"""The ISSO: keeps the plan, asks for deviations."""
SAM = "Sam Okafor"
"""The engineer: plans and fixes."""
DANA = "Dana Ruiz"
"""Leads the teams that build the images."""
VERA = "Vera Lindqvist"
"""The verifier: re-tests and closes; never works on a fix."""
OMAR = "Omar Haddad"
"""The authorizing official: decides requests."""


class Step(msgspec.Struct, frozen=True):
    """A milestone and the day on which it is due; `after` is the number of the one it depends on."""

    text: str
    due: int
    after: int | None = None


class Need(msgspec.Struct, frozen=True):
    """What a remediation takes: an amount in US dollars, hours of people, or words."""

    kind: ResourceKind
    text: str
    amount: Decimal | None = None
    hours: Decimal | None = None


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one weakness, or several that go together, will be dealt with; `fields` are further decisions."""

    month: int
    day: int
    weaknesses: tuple[str, ...]
    responsible: str
    remediation: str
    steps: tuple[Step, ...] = ()
    needs: tuple[Need, ...] = ()
    fields: dict[str, str] = {}


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fix that Vera verified, with its evidence."""

    month: int
    day: int
    weakness: str
    evidence: str
    remark: str


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deviation that Ines asks for; Omar approves it on the day `decided`, if there is one."""

    month: int
    asked: int
    weakness: str
    kind: DeviationKind
    why: str
    decided: int | None = None
    risk: Rating = Rating.NONE


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weakness that people found, on the day `found`; Ines records it."""

    month: int
    found: int
    recorded: int
    kind: SourceKind
    source: str
    id: str
    risk: Rating
    likelihood: str
    impact: str
    controls: str
    name: str
    description: str
    assets: str
    remediation: str
    responsible: str


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody says of an item."""

    month: int
    day: int
    weakness: str
    person: str
    text: str


class Deeds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that people do, each list in the order of time within a month."""

    plan: tuple[Plan, ...]
    closing: tuple[Closing, ...]
    request: tuple[Request, ...]
    report: tuple[Report, ...]
    remark: tuple[Remark, ...]


Deed = TypeVar("Deed", Plan, Closing, Request, Report, Remark)


@cache
def deeds() -> Deeds:
    """Return the table."""
    return msgspec.toml.decode(files(__package__).joinpath("plans.toml").read_bytes(), type=Deeds)


def of_month(month: int, every: Sequence[Deed]) -> list[Deed]:
    """Return what is done after the scans of a month."""
    return [deed for deed in every if deed.month == month]
