"""Asking for another rating, by hand and by CVSS, and the risk that likelihood and impact give."""

from datetime import date, timedelta

import pytest

from milepost.domain.errors import InputRefused, NotAllowed, StateConflict
from milepost.domain.item import DeviationKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.planning import Deviation
from milepost.records.systems import System
from milepost.work.add_system import NewSystem, add_system
from milepost.work.deviate import decide_deviation, request_deviation
from milepost.work.edit_item import Edit, edit_item
from milepost.work.explaining.explain_item import Explained, explain_item
from milepost.work.obligations.oblige_system import NewObligation, oblige_system
from milepost.work.open_item import NewItem, open_item
from milepost.work.risk.adjusting import adjusted_by_cvss, ruling_on_adjustment

TODAY = date(2026, 3, 1)
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def opened(system: System, risk: Rating = Rating.HIGH, *, likelihood: str = "", impact: str = "") -> Item:
    """Open an item by hand three days ago."""
    found = TODAY - timedelta(days=3)
    new = NewItem(system.name, "Gate", found, "Ines", risk=risk, likelihood=likelihood, impact=impact)
    return open_item(new, as_of=TODAY)


def asked(item: Item, rating: Rating, kind: DeviationKind = DeviationKind.RISK_ADJUSTMENT) -> Deviation:
    """Ask for another rating."""
    return request_deviation(item, kind, "Behind a gateway", person="Ines", as_of=TODAY, adjusted_risk=rating)


def test_high_to_low_is_asked_for_with_a_warning(system: System) -> None:
    """RFC-0003, 5I: heavily scrutinised; with a reason it may be asked for, without one it may not."""
    item = opened(system)
    ruling = ruling_on_adjustment(item, Rating.LOW, "Behind a gateway")
    assert ruling is not None
    assert (ruling.allowed, ruling.way_out) == (True, "expect questions, or request Moderate")
    refused = ruling_on_adjustment(item, Rating.LOW, " ")
    assert refused is not None
    assert not refused.allowed
    assert asked(item, Rating.LOW).state == "pending"


def test_one_step_is_asked_for_without_a_warning(system: System) -> None:
    """High to Moderate is nothing unusual."""
    ruling = ruling_on_adjustment(opened(system), Rating.MODERATE, "Behind a gateway")
    assert ruling is not None
    assert (ruling.allowed, ruling.way_out) == (True, "")


def test_a_raised_rating_counts_as_the_original(system: System) -> None:
    """What was raised to High needs a reason for Low, as if it had been High from the beginning."""
    item = opened(system, Rating.MODERATE)
    edit_item(Edit(item.identifier, {"adjusted_risk": "High"}, "Ines", "Seen", system.name), as_of=TODAY)
    item.refresh_from_db()
    ruling = ruling_on_adjustment(item, Rating.LOW, "Behind a gateway")
    assert ruling is not None
    assert ruling.way_out == "expect questions, or request Moderate"


@pytest.mark.parametrize(
    ("original", "adjusted"),
    [(Rating.NONE, Rating.LOW), (Rating.HIGH, Rating.NONE), (Rating.HIGH, Rating.VERY_LOW)],
)
def test_fedramp_knows_three_ratings(system: System, original: Rating, adjusted: Rating) -> None:
    """Nothing is adjusted from or to what is no rating of FedRAMP; nothing is kept of the attempt."""
    item = opened(system, original)
    with pytest.raises(InputRefused, match="is not a rating of FedRAMP"):
        asked(item, adjusted)
    assert not item.deviations.exists()


def test_elsewhere_the_rules_of_fedramp_do_not_hold(db: None) -> None:
    """A system under eMASS may ask for Very Low; one that answers to FedRAMP beside it may not."""
    del db
    navy = add_system(NewSystem("Navy", "emass", "moderate"), as_of=TODAY)
    assert ruling_on_adjustment(opened(navy), Rating.VERY_LOW, "") is None
    assert asked(opened(navy), Rating.VERY_LOW).adjusted_risk == "Very Low"
    oblige_system(navy, NewObligation("fedramp-rev5", TODAY, "moderate"), as_of=TODAY)
    with pytest.raises(InputRefused, match="is not a rating of FedRAMP"):
        asked(opened(navy), Rating.VERY_LOW)


def test_high_is_never_an_operational_requirement(system: System) -> None:
    """High is refused; once its adjustment to Moderate is approved, it may be asked for."""
    item = opened(system)
    with pytest.raises(StateConflict, match="rating of High"):
        asked(item, Rating.NONE, DeviationKind.OPERATIONAL_REQUIREMENT)
    decide_deviation(asked(item, Rating.MODERATE), approve=True, person="Olga", as_of=TODAY, reason="Seen")
    item.refresh_from_db()
    assert asked(item, Rating.NONE, DeviationKind.OPERATIONAL_REQUIREMENT).state == "pending"


@pytest.mark.parametrize("lower", ["Moderate", ""])
def test_a_lower_rating_is_never_just_set(system: System, lower: str) -> None:
    """A person may raise a rating, and neither lower it nor take the raise back without a decision."""
    item = opened(system, Rating.MODERATE)
    edit_item(Edit(item.identifier, {"adjusted_risk": "High"}, "Ines", "Seen", system.name), as_of=TODAY)
    with pytest.raises(NotAllowed, match="a lower rating is asked for"):
        edit_item(Edit(item.identifier, {"adjusted_risk": lower}, "Ines", "Less", system.name), as_of=TODAY)
    item.refresh_from_db()
    assert item.rating == "High"


def test_a_vector_gives_the_rating_and_the_words(system: System) -> None:
    """FIRST's formula gives 4.3 Medium: that is the rating, and the words name all that was used."""
    found = adjusted_by_cvss(opened(system), VECTOR, ["MAV:P", "MC:L/MI:L/MA:L"])
    assert found.rating == Rating.MODERATE
    assert found.words.startswith("CVSS 3.1 4.3 (Medium), from 9.8 (Critical): CVSS:3.1/AV:N")
    assert "with MAV:P, MC:L, MI:L, MA:L (FedRAMP Automated Vulnerability Risk Adjustment" in found.words


def test_other_authorities_rate_in_their_own_words(db: None) -> None:
    """Under eMASS a score of 9.8 in its environment is Very High."""
    del db
    navy = add_system(NewSystem("Navy", "emass", "moderate"), as_of=TODAY)
    found = adjusted_by_cvss(opened(navy), VECTOR, ["CR:H"])
    assert (found.rating, "FedRAMP" in found.words) == (Rating.VERY_HIGH, False)


@pytest.mark.parametrize(
    ("metrics", "error", "words"),
    [
        (["E:P"], NotAllowed, "E is a temporal metric"),
        ([], InputRefused, "no metric says how the environment differs"),
        (["MAV"], InputRefused, "no metric with its value"),
        (["MC:N/MI:N/MA:N"], InputRefused, "has no rating"),
    ],
)
def test_what_a_request_may_not_rest_on(
    system: System, metrics: list[str], error: type[Exception], words: str
) -> None:
    """Temporal metrics, none at all, and a score of zero are refused, each with its reason."""
    with pytest.raises(error, match=words):
        adjusted_by_cvss(opened(system), VECTOR, metrics)


def explained(item: Item) -> list[Explained]:
    """Return what the explanation of an item says of its determined risk."""
    parts = explain_item(item.identifier, item.system.name, as_of=TODAY).parts
    return [part for part in parts if part.name == "determined risk"]


def test_the_explanation_has_the_risk_of_the_table(system: System) -> None:
    """SP 800-30, Table I-2: High likelihood and Moderate impact are Moderate; unconfirmed, and as rated."""
    (found,) = explained(opened(system, Rating.MODERATE, likelihood="high", impact="Moderate"))
    assert (found.value, found.source) == ("Moderate", "NIST SP 800-30 rev. 1, Table I-2")
    assert "(unconfirmed)" in found.reason
    assert "S06L" not in found.reason


def test_another_rating_than_the_table_is_said(system: System) -> None:
    """A typed rating that differs from the table is named with the rule that finds it."""
    (found,) = explained(opened(system, Rating.LOW, likelihood="high", impact="high"))
    assert found.value == "High"
    assert "the rating that counts is Low" in found.reason
    assert "(rule S06L)" in found.reason


def test_very_high_is_high_where_nothing_is_higher(system: System) -> None:
    """FedRAMP has no Very High: an item rated High agrees with it."""
    (found,) = explained(opened(system, Rating.HIGH, likelihood="very high", impact="very high"))
    assert found.value == "Very High"
    assert "S06L" not in found.reason


def test_the_table_of_the_profile_is_used(db: None) -> None:
    """Under eMASS the risk follows from DoD's table, which is confirmed."""
    del db
    navy = add_system(NewSystem("Navy", "emass", "moderate"), as_of=TODAY)
    (found,) = explained(opened(navy, Rating.HIGH, likelihood="High", impact="High"))
    assert (found.value, "eMASS" in found.source, "unconfirmed" in found.reason) == ("High", True, False)


def test_words_that_are_no_level_are_said(system: System) -> None:
    """Without two levels there is no risk to look up: a word in vain is said, a missing one is not."""
    (found,) = explained(opened(system, likelihood="often", impact="high"))
    assert (found.value, "likelihood: 'often' is no level" in found.reason) == ("none", True)
    assert explained(opened(system, likelihood="high")) == []
