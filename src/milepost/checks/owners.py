"""Rules O: does somebody own it?"""

import re
from collections import Counter

from milepost.checks.context import Context
from milepost.checks.registry import item_rule, plan_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem

_ROLES = re.compile(
    r"\b(?:team|department|office|staff|group|admins?|administrators?|engineers?|engineering|isso|issm|security"
    r"|operations|ops|it|hr|vendor|contractor|lead|manager|officer|owner|developers?|support|soc|ciso)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|\d{3}")


@item_rule("O01")
def _nobody(item: PlanItem, context: Context) -> Judged:
    del context
    if item.is_open and not item.owner:
        yield Found("owner", "nobody is named as owner")


@item_rule("O02")
def _role(item: PlanItem, context: Context) -> Judged:
    known = context.around.people or frozenset()
    if item.owner and item.owner not in known and _ROLES.search(item.owner):
        yield Found("owner", f"{item.owner!r} is a team or a role, not a person")


@item_rule("O03")
def _gone(item: PlanItem, context: Context) -> Judged:
    if item.owner in (context.around.inactive_people or ()):
        yield Found("owner", f"{item.owner} is no longer active")


@item_rule("O04")
def _contact(item: PlanItem, context: Context) -> Judged:
    del context
    if item.poc and not _CONTACT.search(f"{item.poc} {item.owner_contact}"):
        yield Found("owner", f"{item.poc} has neither an e-mail address nor a telephone number")


@plan_rule("O05")
def _burden(context: Context) -> Judged:
    counts = Counter(item.owner for item in context.open_items if item.owner)
    most = context.param("O05", "threshold")
    for owner, count in counts.items():
        if count > most:
            yield Found("owner", f"{owner} owns {count} open items, more than {most:g}")
