"""The profiles of the authorities: which version holds, what is inherited, what each of them says."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities import profiles as listing
from milepost.authorities.profile_reading import read_profiles
from milepost.authorities.profile_values import READERS
from milepost.authorities.profiles import (
    FOLDERS,
    all_profiles,
    profile_at,
    profile_of,
    stated_profile,
)
from milepost.authorities.prose_words import sections
from milepost.authorities.sources import sources
from milepost.domain.errors import WrongUse
from milepost.domain.profile import Approvers, Fact, Profile, RemediationDays, RequiredField

TODAY = date(2026, 11, 21)


def days(profile: Profile) -> dict[str, int]:
    """Return the days of a profile by severity, those under a condition with the condition."""
    assert profile.remediation_days is not None
    rows = profile.remediation_days.value
    return {f"{row.severity} {row.when}".strip(): row.days for row in rows}


def value(fact: "Fact[object] | None") -> object:
    """Return what a fact says."""
    assert fact is not None
    return fact.value


def test_every_profile_file_is_in_the_list() -> None:
    """The list names exactly the profiles that the authorities' folders hold, each in its folder."""
    here = Path(listing.__file__).parent
    found = {
        stated.name: file.parent.name
        for file in here.glob("*/profile.toml")
        for stated in read_profiles(file.read_bytes(), file.parent.name)
    }
    assert found == dict(FOLDERS)


def test_the_list_is_what_was_asked_for() -> None:
    """Agencies, programmes, tools, overlays and bases: all that the reference knows, and an own base."""
    assert set(FOLDERS) == {
        *("omb-fisma", "nist-rmf", "cisa-bod-26-04", "cisa-legacy", "bod-18-02-hva", "hhs", "cms"),
        *("cms-ede-nee", "gsa", "va", "dhs-4300a", "doj-csam", "odni-boe", "dod-cpat", "govramp", "tx-ramp"),
        *("irs-1075", "cjis", "other-agencies", "fedramp-rev5", "fedramp-vdr", "emass", "dod-30-90-180"),
        *("dod-30-180-365", "cmmc-l1", "cmmc-l2", "cmmc-l3", "internal"),
    }


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_every_profile_holds_today(name: str) -> None:
    """Each profile has a version in force, which is found again by its key."""
    profile = profile_of(name, on=TODAY)
    assert profile_at(profile.key) == profile
    assert profile.effective_from <= TODAY
    assert profile.lineage >= {name}


@pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.key)
def test_every_fact_names_its_source(profile: Profile) -> None:
    """Each fact has a document, a section and known sources; what nobody read is not called verified."""
    for said in (said for section in sections(profile) for said in section.facts):
        assert said.fact.citation.document
        assert said.fact.citation.section
        assert said.fact.profile in profile.lineage
        assert said.fact.sources
        assert set(said.fact.sources) <= set(sources())
        unread = {sources()[source].kind for source in said.fact.sources} <= {"unverified"}
        assert not (unread and said.fact.verified)
    assert profile.effective_note


def test_readers_and_fields_of_a_profile_are_the_same() -> None:
    """Each fact that a profile can hold has a reader, and no reader fills what is not there."""
    facts = {
        name
        for name, kind in Profile.__annotations__.items()
        if "Fact[" in str(kind) and "Mapping" not in str(kind)
    }
    assert set(READERS) == facts


@pytest.mark.parametrize(
    ("on", "key", "expected"),
    [
        (date(2019, 6, 5), "hhs@1", {"High": 90, "Moderate": 180, "Low": 365}),
        (date(2019, 6, 6), "hhs@2.0", {"Critical": 15, "High": 30, "Moderate": 90, "Low": 365}),
    ],
)
def test_hhs_changed_its_days_on_one_day(on: date, key: str, expected: dict[str, int]) -> None:
    """HHS POA&M Standard v2.0 holds from 2019-06-06; the day before, the longer days do (CMS memo 20:01)."""
    profile = profile_of("hhs", on=on)
    assert profile.key == key
    assert days(profile) == expected
    assert profile.remediation_days
    assert profile.remediation_days.verified


def test_a_version_ends_the_day_before_the_next_begins() -> None:
    """The last day of a version follows from the first day of the next."""
    first, second = (profile_at(key) for key in ("hhs@1", "hhs@2.0"))
    assert first.effective_until == second.effective_from - timedelta(days=1)
    assert second.effective_until is None


def test_cms_reviews_by_edition() -> None:
    """ARS 3.1: an item in 30 days and a monthly update; 5.01: every quarter, high value assets in 30 days."""
    earlier, later = profile_at("cms@3.1"), profile_at("cms@5.01")
    assert (value(earlier.create_within_days), value(earlier.review_days)) == (30, 30)
    assert later.create_within_days is None
    assert (value(later.review_days), value(later.high_value_review_days)) == (90, 30)
    assert days(later) == {"Critical": 15, "High": 30, "Moderate": 90, "Low": 365}
    assert days(earlier) == days(profile_at("hhs@1"))
    assert earlier.extends == ("hhs@1",)
    assert later.extends == ("hhs@2.0",)


def test_cms_high_value_assets_are_signed_by_two() -> None:
    """ARS CA-5 HVA.2: one of AO, CISO, SOP and one of business owner, system owner, ISSO."""
    first, second = (
        ("AO", "CISO", "Senior Official for Privacy"),
        ("Business Owner", "System Owner", "ISSO"),
    )
    assert value(profile_of("cms", on=TODAY).approvers) == (Approvers("high_value_review", first, second),)


@pytest.mark.parametrize(
    ("name", "expected", "verified"),
    [
        ("fedramp-rev5", {"Critical": 30, "High": 30, "Moderate": 90, "Low": 180}, True),
        ("govramp", {"Critical": 0, "High": 30, "Moderate": 90, "Low": 180}, True),
        ("gsa", {"Critical exposed": 15, "Critical internal": 30, "High": 30, "Moderate": 90}, False),
        ("cjis", {"Critical": 15, "High": 30, "Moderate": 60, "Low": 90}, False),
        ("internal", {"Critical": 30, "High": 90}, False),
        ("dod-30-90-180", {"Very High": 30, "High": 30, "Moderate": 90, "Low": 180}, False),
        ("dod-30-180-365", {"Very High": 30, "High": 30, "Moderate": 180, "Low": 365}, False),
        ("dod-cpat", {"Critical": 30, "High": 30, "Moderate": 180, "Low": 365, "Very Low": 365}, True),
    ],
)
def test_days_by_authority(name: str, expected: dict[str, int], verified: bool) -> None:  # noqa: FBT001 - a column of the table
    """The days are those of the reference, and what nobody confirmed is marked as such."""
    profile = profile_of(name, on=TODAY)
    assert days(profile) == expected
    assert profile.remediation_days
    assert profile.remediation_days.verified is verified


@pytest.mark.parametrize("name", ["emass", "omb-fisma", "nist-rmf", "tx-ramp", "other-agencies"])
def test_who_sets_no_days_has_none(name: str) -> None:
    """OMB, NIST and DoDI 8510.01 name no days, so no profile invents any."""
    assert profile_of(name, on=TODAY).remediation_days is None


def test_accepted_risks_stand_apart_or_open_as_the_authority_says() -> None:
    """A-130 keeps them apart; CMS counts its partners' accepted risks as open; FedRAMP's stay on the plan."""
    said = {
        name: (value(profile.accepted_on_plan), value(profile.accepted_counts_as_open))
        for name in ("omb-fisma", "cms", "cms-ede-nee", "fedramp-rev5")
        for profile in [profile_of(name, on=TODAY)]
    }
    assert said == {
        "omb-fisma": (False, False),
        "cms": (False, False),
        "cms-ede-nee": (True, True),
        "fedramp-rev5": (True, True),
    }


def test_fedramp_keeps_deviations_open_and_asks_vendors_each_month() -> None:
    """Approved RA and OR stay open, approved FP leave the plan, a vendor is asked every 30 days."""
    profile = profile_of("fedramp-rev5", on=TODAY)
    assert value(profile.vendor_check_in_days) == 30
    assert value(profile.false_positives_on_plan) is False
    assert value(profile.scheduled_date_frozen) is True
    statuses = profile.statuses
    assert statuses
    assert {(row.label == "Open") is row.open for row in statuses.value} == {True}
    assert {row.state: row.open for row in statuses.value} == {
        "in_progress": True,
        "operational_requirement": True,
        "risk_accepted": True,
        "closed_completed": False,
        "closed_false_positive": False,
    }


def test_fedramp_columns_that_are_mandatory() -> None:
    """The thirteen mandatory columns of template 3.0, row 8, are required without a condition."""
    fields = value(profile_of("fedramp-rev5", on=TODAY).required_fields)
    assert isinstance(fields, tuple)
    always = [row.field for row in fields if isinstance(row, RequiredField) and not row.when]
    assert always == [
        *("id", "controls", "title", "description", "source_type", "assets", "poc", "remediation_plan"),
        *("identified_date", "scheduled_date", "status_date", "vendor_dependency", "raw_severity"),
    ]


def test_vulnerability_rules_begin_on_their_day() -> None:
    """FedRAMP's rules of 2026 can be chosen from 2026-07-04 on, not a day earlier."""
    assert profile_of("fedramp-vdr", on=date(2026, 7, 4)).key == "fedramp-vdr@2026.07.14.01"
    with pytest.raises(WrongUse, match="no version of fedramp-vdr is in force on 2026-07-03"):
        profile_of("fedramp-vdr", on=date(2026, 7, 3))
    calendar = profile_of("fedramp-vdr", on=TODAY).further["calendar"].value
    assert ("2026-12-07" in calendar, "2027-03-07" in calendar) == (True, True)


def test_emass_fields_by_status() -> None:
    """Ongoing needs date and milestones, Risk Accepted comments, Completed all of them and its day."""
    fields = value(profile_of("emass", on=TODAY).required_fields)
    assert isinstance(fields, tuple)
    rows = [row for row in fields if isinstance(row, RequiredField) and not row.when]

    def needed(state: str) -> set[str]:
        return {row.field for row in rows if not row.states or state in row.states}

    always = {"status", "description", "source_type", "responsible_org", "resources_text"}
    assert needed("in_progress") == always | {"scheduled_date", "milestones"}
    assert needed("risk_accepted") == always | {"comments"}
    assert needed("closed_completed") == always | {
        *("scheduled_date", "milestones", "comments", "actual_completion_date"),
    }


def test_presets_rest_on_the_present_emass() -> None:
    """Both community presets derive from the eMASS of today, whatever their first day."""
    for name in ("dod-30-90-180", "dod-30-180-365"):
        assert profile_of(name, on=TODAY).extends == ("emass@2026",)


def test_cmmc_plans_end_after_180_days() -> None:
    """32 CFR 170.21(b): 180 days at levels 2 and 3; level 1 knows no plan at all."""
    assert [value(profile_of(f"cmmc-l{level}", on=TODAY).plan_max_days) for level in (2, 3)] == [180, 180]
    first = profile_of("cmmc-l1", on=TODAY)
    assert first.plan_max_days is None
    assert "poam_permitted" in first.further


def test_cpat_asks_for_a_second_approval_and_fifteen_characters() -> None:
    """CAT I needs two stages; a milestone's text has 15 characters; notices 30, 7, 1 day before and after."""
    profile = profile_of("dod-cpat", on=TODAY)
    assert value(profile.two_stage_severities) == ("Very High", "Critical", "High")
    assert value(profile.milestone_text_characters) == 15
    assert value(profile.notice_days) == (30, 7, 1, 0)
    assert value(profile.due_soon_days) == 30


def test_inherited_facts_keep_who_states_them() -> None:
    """CMS takes the rule on frozen dates from OMB, through HHS and NIST, and says so."""
    cms = profile_of("cms", on=TODAY)
    assert cms.scheduled_date_frozen
    assert cms.scheduled_date_frozen.profile == "omb-fisma"
    assert cms.clock_start
    assert cms.clock_start.profile == "hhs"
    assert cms.statuses
    assert cms.statuses.profile == "cms"
    assert cms.further["inputs"].profile == "nist-rmf"
    assert cms.lineage == {"cms", "hhs", "nist-rmf", "omb-fisma"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: profile_of("nobody", on=TODAY), "nobody is no profile"),
        (lambda: profile_at("hhs@9"), "hhs has no version 9; use one of 1, 2.0"),
        (lambda: profile_at("hhs"), "hhs has no version without a name"),
        (lambda: profile_of("hhs", on=date(1999, 1, 1)), "no version of hhs is in force on 1999-01-01"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(asked: "object", words: str) -> None:
    """An unknown profile, version or day is refused in a sentence that names what there is."""
    assert callable(asked)
    with pytest.raises(WrongUse, match=words):
        asked()


@given(some.sampled_from(sorted(FOLDERS)), some.dates(date(2001, 10, 17), date(2040, 1, 1)))
def test_at_most_one_version_holds_on_a_day(name: str, on: date) -> None:
    """On any day a profile has the one version whose days enclose it, or none."""
    holding = [
        profile.key
        for version in stated_profile(name).versions
        for profile in [profile_at(f"{name}@{version.version}")]
        if profile.effective_from <= on and (profile.effective_until is None or on <= profile.effective_until)
    ]
    if holding:
        assert [profile_of(name, on=on).key] == holding
    else:
        with pytest.raises(WrongUse):
            profile_of(name, on=on)


def test_version_starts_without_reading_profiles() -> None:
    """`milepost --version` loads no profile and no reader of profiles."""
    code = (
        "import sys\nfrom milepost.cli import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "assert not [name for name in sys.modules if 'profile' in name.removeprefix('milepost.') and "
        "name.startswith('milepost')]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_days_are_rows_of_their_own_type() -> None:
    """The days of a profile are rows with severity, days and condition, as the deadlines take them."""
    fact = profile_of("gsa", on=TODAY).remediation_days
    assert fact
    assert fact.value[0] == RemediationDays("Critical", 15, "exposed")
