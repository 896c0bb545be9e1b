"""A register with four items whose numbers can be told by hand, made through the verbs."""

from datetime import date
from decimal import Decimal

from milepost.domain.item import ResourceKind
from milepost.domain.rating import Rating
from milepost.records.systems import System
from milepost.work.close_item import close_verified
from milepost.work.lifecycle.fix import Claim, claim_fixed, verify_fix
from milepost.work.open_item import NewItem, open_item
from milepost.work.plan_resources import NewResource, add_resource

TODAY = date(2026, 6, 15)
FIXED = date(2026, 2, 9)


def move(system: System) -> None:
    """Fill a system: V-1 fixed in 30 days, V-2 overdue since May, V-3 due in July, V-4 with a cost.

    Under FedRAMP Rev. 5, High is due after 30 days, Moderate after 90, Low after 180.
    """
    _opened(system, "One", date(2026, 1, 10), Rating.HIGH, controls="AC-2")
    _opened(system, "Two", date(2026, 3, 1), Rating.MODERATE, controls="AC-3")
    more = {"controls": "IA-2", "likelihood": "High", "impact": "Moderate"}
    _opened(system, "Three", date(2026, 6, 1), Rating.HIGH, **more)
    _opened(system, "Four", date(2026, 2, 20), Rating.LOW, controls="AC-2, IA-5")
    claim = Claim("V-1", "Sam", "change-4711.pdf", done="patched")
    claim_fixed(claim, as_of=FIXED)
    verify_fix("V-1", method="test", person="Vera", as_of=FIXED, remark="tried again")
    close_verified("V-1", person="Omar", as_of=FIXED)
    funding = NewResource("V-4", ResourceKind.FUNDING, "licences", "Ines", 2026, Decimal("12500.50"))
    add_resource(funding, as_of=date(2026, 3, 1))


def _opened(system: System, name: str, found: date, risk: Rating, **more: str) -> None:
    new = NewItem(system.name, name, found, "Ines", risk=risk, responsible="Sam", **more)  # type: ignore[arg-type] # names of fields
    open_item(new, as_of=found)
