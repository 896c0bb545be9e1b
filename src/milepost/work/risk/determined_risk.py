"""The risk of an item as a table gives it from likelihood and impact, beside the rating that counts."""

from dataclasses import dataclass
from typing import Final

from milepost.domain.errors import InputRefused
from milepost.domain.rating import Rating
from milepost.domain.scale import Level, level_of
from milepost.domain.severity import Severity
from milepost.records.items import Item
from milepost.work.obligations.system_terms import SystemTerms
from milepost.work.risk.choosing_tables import ChosenTable, level_in, table_of
from milepost.work.terms import authority_for

_SEVERITIES: Final = {level_of(severity): severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class DeterminedRisk:
    """The level that was looked up, None where likelihood or impact are no levels; why, and the source."""

    level: Level | None
    reason: str
    source: str


def determined_risk(item: Item) -> DeterminedRisk | None:
    """Look an item's risk up in the table of its profiles; None unless likelihood and impact are both given.

    The reason says where the rating that counts is another one (rule S06L), and what is unconfirmed.
    """
    if not (item.likelihood.strip() and item.impact.strip()):
        return None
    terms = SystemTerms([item.system]).of(item.system_id, item.opened_under, item.opened_on)
    table = table_of(each.profile for each in terms)
    source = str(table.matrix.citation)
    try:
        row, column = level_in(item.likelihood, "likelihood"), level_in(item.impact, "impact")
        found = table.matrix.look_up(row, column)
    except InputRefused as refused:
        return DeterminedRisk(None, str(refused).rstrip("."), source)
    reason = f"{found.reason} ({table.reason}){_standing(table)}{_differs(item, found.level)}"
    return DeterminedRisk(found.level, reason, source)


def _standing(table: ChosenTable) -> str:
    return "" if table.confirmed else " (unconfirmed)"


def _differs(item: Item, level: Level) -> str:
    """Say that the rating that counts is another one; an authority without Very High rates it High."""
    rating = Rating(item.adjusted_risk or item.original_risk)
    expected = authority_for(item.system, item.opened_under).rate(_SEVERITIES[level]).rating
    if rating is Rating.NONE or rating in {expected, level.value}:
        return ""
    return (
        f"; the rating that counts is {rating}: look it up again, or name the table that was used (rule S06L)"
    )
