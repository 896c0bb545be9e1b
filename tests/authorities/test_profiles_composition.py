"""A system under several authorities: the strictest demand holds, and says what it stands above."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities.profiles import FOLDERS, profile_of
from milepost.domain.composition import (
    Chosen,
    Demands,
    all_fields,
    demanded,
    largest,
    smallest,
    strictest,
    united,
)
from milepost.domain.profile import Approvers, Fact, Profile, ProfileKind, RemediationDays, RequiredField
from milepost.domain.ruling import Citation

TODAY = date(2026, 11, 21)
AO = Approvers("risk_acceptance", ("ao",))
CISO = Approvers("risk_acceptance", ("ciso",))
OWNER, PLAN = RequiredField("owner"), RequiredField("remediation_plan")
NAMES = some.lists(some.sampled_from(sorted(FOLDERS)), min_size=1, max_size=4, unique=True)


def fact(value: int, profile: str = "hhs", *, verified: bool = True) -> Fact[int]:
    """Make a fact."""
    return Fact(value, verified, Citation(f"policy of {profile}", "1"), "", profile)


def profiles(*names: str) -> list[Profile]:
    """Return profiles as they hold today."""
    return [profile_of(name, on=TODAY) for name in names]


def test_the_shortest_days_win_and_say_so() -> None:
    """Of 15 and 30 days 15 hold; the reason names winner, beaten and both sources."""
    chosen = smallest([fact(30, "fedramp"), fact(15, "hhs")])
    assert chosen
    assert chosen.value == 15
    assert [each.profile for each in chosen.by] == ["hhs"]
    assert [each.profile for each in chosen.beaten] == ["fedramp"]
    assert chosen.reason == (
        "15, the shortest: hhs (policy of hhs, 1), above 30 of fedramp (policy of fedramp, 1)"
    )


def test_an_unconfirmed_default_takes_part_and_is_named() -> None:
    """An unverified fact may win, and is called an unconfirmed default; of equals the confirmed is named."""
    alone = smallest([fact(9, "own", verified=False), fact(10)])
    assert alone
    assert alone.reason.startswith("9, the shortest: own (policy of own, 1, an unconfirmed default), above")
    assert not alone.verified
    tie = smallest([fact(9, "own", verified=False), fact(9)])
    assert tie
    assert tie.reason == "9, the shortest: hhs (policy of hhs, 1)"
    assert tie.verified
    assert len(tie.by) == 2


def test_the_longest_is_strictest_for_what_is_kept() -> None:
    """Records are kept for the longest time that anybody asks for."""
    chosen = largest([fact(3), fact(6, "cmmc-l2")])
    assert chosen
    assert chosen.value == 6
    assert chosen.reason.startswith("6, the longest: cmmc-l2")


def test_a_demand_of_one_is_a_demand() -> None:
    """Where one authority says yes, yes holds; where all say no, no does; nobody says nothing."""
    yes = Fact(value=True, verified=True, citation=Citation("a", "1"), profile="cms-ede-nee")
    no = Fact(value=False, verified=True, citation=Citation("b", "1"), profile="omb-fisma")
    asked = demanded([no, yes])
    assert asked
    assert asked.value is True
    assert asked.reason == "yes, asked for: cms-ede-nee (a, 1), above no of omb-fisma (b, 1)"
    refused = demanded([no])
    assert refused
    assert refused.value is False
    assert refused.reason == "no, asked for: omb-fisma (b, 1)"
    empty: tuple[object, ...] = (demanded([]), smallest([]), largest([]), united([]), all_fields([]))
    assert set(empty) == {None}


def test_required_fields_are_united() -> None:
    """Every field that anybody requires, once; always required goes before required at times."""
    at_closing = RequiredField("evidence", ("closed_completed",))
    one = Fact((RequiredField("owner"), at_closing), True, Citation("a", "1"), profile="a")  # noqa: FBT003 - as verified
    other = Fact((RequiredField("evidence"), RequiredField("owner")), True, Citation("b", "1"), profile="b")  # noqa: FBT003 - as verified
    chosen = all_fields([one, other])
    assert chosen
    assert chosen.value == (RequiredField("owner"), RequiredField("evidence"))
    assert chosen.reason == "everything that a, b list"
    assert (chosen.by, chosen.beaten) == ((one, other), ())
    listed = united([one, other])
    assert listed
    assert (listed.by, listed.beaten) == ((one, other), ())


def test_a_field_that_is_required_at_times_stays_so() -> None:
    """A condition in words and a list of states each keep their own line, and do not replace one another."""
    closing = RequiredField("evidence", ("closed_completed",))
    late = RequiredField("evidence", (), "delayed")
    both = RequiredField("evidence", ("planned",), "delayed")
    stated = Fact((closing, late, both), verified=True, citation=Citation("a", "1"), profile="a")
    chosen = all_fields([stated])
    assert chosen
    assert chosen.value == (closing, late, both)


def test_days_keep_all_that_is_said_of_their_fact() -> None:
    """The number of one severity comes with the source, note and standing of the table that it stands in."""
    table = (RemediationDays("High", 30), RemediationDays("High", 15, "exposed"))
    stated = Fact(table, verified=False, citation=Citation("a", "1"), note="n", profile="a", sources=("s",))
    demands = strictest([replace(stating("a", "review_days", 1), remediation_days=stated)])
    said = [Fact(days, stated.verified, stated.citation, "n", "a", ("s",)) for days in (30, 15)]
    assert {place: chosen.by for place, chosen in demands.remediation_days.items()} == {
        ("High", ""): (said[0],),
        ("High", "exposed"): (said[1],),
    }


def stating(name: str, field: str, stated: object) -> Profile:
    """Return a profile that states one thing."""
    bare = Profile(
        name=name,
        title=name,
        kind=ProfileKind.ORGANISATION,
        applies_to="all",
        version="1",
        effective_from=TODAY,
    )
    fact = Fact(stated, verified=True, citation=Citation(f"policy of {name}", "1"), profile=name)
    return replace(bare, **{field: fact})  # type: ignore[arg-type] # the field is a parameter of the test


@pytest.mark.parametrize(
    ("field", "one", "other", "together"),
    [
        ("review_days", 20, 10, 10),
        ("high_value_review_days", 20, 10, 10),
        ("create_within_days", 20, 10, 10),
        ("acceptance_max_days", 20, 10, 10),
        ("plan_max_days", 20, 10, 10),
        ("vendor_check_in_days", 20, 10, 10),
        ("due_soon_days", 20, 10, 20),
        ("milestone_text_characters", 20, 10, 20),
        ("retention_years", 20, 10, 20),
        ("accepted_on_plan", True, False, True),
        ("accepted_counts_as_open", True, False, True),
        ("false_positives_on_plan", True, False, True),
        ("scheduled_date_frozen", True, False, True),
        ("delay_reason_required", True, False, True),
        ("two_stage_severities", ("High",), ("Critical", "High"), ("High", "Critical")),
        ("notice_days", (30, 7), (7, 1), (30, 7, 1)),
        ("approvers", (AO,), (CISO, AO), (AO, CISO)),
        ("required_fields", (OWNER,), (PLAN, OWNER), (OWNER, PLAN)),
    ],
)
def test_each_demand_has_its_own_strictness(field: str, one: object, other: object, together: object) -> None:
    """Days by the shortest, records, texts and warnings by the longest, wishes by one yes, lists by union."""
    demands = strictest([stating("a", field, one), stating("b", field, other)])
    assert getattr(demands, field).value == together
    others = {name for name in Demands.__annotations__ if name not in {field, "profiles", "remediation_days"}}
    assert {getattr(demands, name) for name in others} == {None}
    assert demands.remediation_days == {}


def test_fedramp_and_hhs_together() -> None:
    """15 days for Critical come from HHS, 180 for Low from FedRAMP; the vendor is asked as FedRAMP says."""
    demands = strictest(profiles("fedramp-rev5", "hhs"))
    days = {severity: chosen for (severity, when), chosen in demands.remediation_days.items() if not when}
    assert {severity: chosen.value for severity, chosen in days.items()} == {
        "Critical": 15,
        "High": 30,
        "Moderate": 90,
        "Low": 180,
    }
    assert [(row.profile, row.value) for row in days["Critical"].beaten] == [("fedramp-rev5", 30)]
    assert [(row.profile, row.value) for row in days["Low"].beaten] == [("hhs", 365)]
    assert {row.profile for row in days["High"].by} == {"fedramp-rev5", "hhs"}
    assert demands.vendor_check_in_days
    assert demands.vendor_check_in_days.value == 30
    assert demands.profiles == ("fedramp-rev5@1", "hhs@2.0")


def test_accepted_risks_count_as_open_where_one_partner_asks() -> None:
    """CMS's partners count accepted risks as open, and that holds beside A-130, which keeps them apart."""
    demands = strictest(profiles("omb-fisma", "cms-ede-nee"))
    assert demands.accepted_counts_as_open
    assert demands.accepted_counts_as_open.value is True
    assert [row.profile for row in demands.accepted_counts_as_open.beaten] == ["omb-fisma"]


def test_all_approvers_must_approve() -> None:
    """The approvers of every authority stand side by side."""
    demands = strictest(profiles("fedramp-rev5", "cms"))
    assert demands.approvers
    assert {row.decision for row in demands.approvers.value} == {
        *("false_positive", "risk_adjustment", "operational_requirement", "high_value_review"),
    }


def test_what_two_inherit_from_one_is_said_once() -> None:
    """HHS and GSA both take the frozen date from OMB: it is one fact, not two."""
    demands = strictest(profiles("hhs", "gsa"))
    assert demands.scheduled_date_frozen
    assert [row.profile for row in demands.scheduled_date_frozen.by] == ["omb-fisma"]


@given(NAMES)
def test_nobody_is_treated_better_than_alone(names: list[str]) -> None:
    """Under several profiles no day is later, and no field missing, than under any of them alone."""
    together = strictest(profiles(*names))
    for name in names:
        alone = strictest(profiles(name))
        for place, chosen in alone.remediation_days.items():
            assert together.remediation_days[place].value <= chosen.value
        assert not_later(alone.review_days, together.review_days)
        assert not_later(alone.plan_max_days, together.plan_max_days)
        assert fields(alone) <= fields(together)


def not_later(alone: Chosen[int] | None, together: Chosen[int] | None) -> bool:
    """Tell whether what holds together is no later than what one asks for alone."""
    return alone is None or (together is not None and together.value <= alone.value)


def fields(demands: Demands) -> set[str]:
    """Return the required fields by name."""
    return {row.field for row in demands.required_fields.value} if demands.required_fields else set()


@given(NAMES)
def test_the_order_of_profiles_does_not_matter(names: list[str]) -> None:
    """Which profile is named first changes no value."""
    first, second = (strictest(profiles(*order)) for order in (names, names[::-1]))
    assert {place: chosen.value for place, chosen in first.remediation_days.items()} == {
        place: chosen.value for place, chosen in second.remediation_days.items()
    }
    for name in ("review_days", "retention_years", "accepted_on_plan", "milestone_text_characters"):
        mine, other = getattr(first, name), getattr(second, name)
        assert (mine.value if mine else None) == (other.value if other else None)


@given(some.lists(some.integers(0, 400), min_size=1, max_size=6))
def test_the_winner_is_no_larger_than_any(numbers: list[int]) -> None:
    """The shortest is one of the numbers and not above any; every fact either wins or is beaten."""
    chosen = smallest([fact(number, f"p{place}") for place, number in enumerate(numbers)])
    assert chosen
    assert chosen.value == min(numbers)
    assert len(chosen.by) + len(chosen.beaten) == len(numbers)


def test_days_under_a_condition_are_compared_with_their_like() -> None:
    """GSA's 15 days for exposed assets do not shorten those of internal ones."""
    demands = strictest(profiles("gsa"))
    assert demands.remediation_days["Critical", "exposed"].value == 15
    assert demands.remediation_days["Critical", "internal"].value == 30
    with pytest.raises(KeyError):
        demands.remediation_days["Low", ""]
