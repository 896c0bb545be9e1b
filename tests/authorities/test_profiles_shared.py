"""The profiles against the reference they were written from: every fact, its standing and its sources."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from milepost.authorities.profiles import profile_of, stated_profile
from milepost.authorities.sources import sources
from milepost.domain.profile import Fact, RemediationDays, StatusName

pytestmark = pytest.mark.samples

TODAY = date(2026, 11, 21)
RENAMED = {
    ("omb-fisma", "original_dates_immutable"): "scheduled_date_frozen",
    ("omb-fisma", "accepted_risks_excluded"): "accepted_on_plan",
    ("bod-18-02-hva", "status_report_days"): "high_value_review_days",
    ("bod-18-02-hva", "timeline_change_needs_signature_of"): "approvers",
    ("hhs", "false_positive"): "false_positives_on_plan",
    ("cms", "hva_dual_signoff"): "approvers",
    ("cms-ede-nee", "open_definition"): "accepted_counts_as_open",
    ("odni-boe", "scheduled_date_never_changed"): "scheduled_date_frozen",
    ("odni-boe", "comments_required_when_delayed"): "delay_reason_required",
    ("dod-cpat", "default_days"): "remediation_days",
    ("dod-cpat", "required_on_submit"): "required_fields",
    ("dod-cpat", "milestone_comment_min_chars"): "milestone_text_characters",
    ("dod-cpat", "cat1_two_stage"): "two_stage_severities",
    ("dod-cpat", "initial_milestones_immutable"): "scheduled_date_frozen",
    ("dod-cpat", "needs_attention_window_days"): "due_soon_days",
    ("dod-cpat", "deadline_notices_days"): "notice_days",
    ("irs-1075", "finding_criticality"): "severities",
    ("irs-1075", "deadline_months"): "remediation_days",
    ("irs-1075", "retention"): "retention_years",
}
"""Facts whose name in a profile is that of the rule they state."""


@dataclass(frozen=True)
class Known:
    """A fact of the reference: whose, under which name, and what it says."""

    profile: str
    key: str
    verified: bool
    sources: tuple[str, ...]
    value: object


@pytest.fixture(scope="module")
def reference(samples: Path) -> list[Known]:
    """Return every fact of the reference."""
    document = json.loads((samples / "agencies" / "profiles.json").read_text(encoding="utf-8"))
    return [
        Known(profile["id"], key, fact["verified"], tuple(fact["source"]), fact["value"])
        for profile in document["profiles"]
        for key, fact in profile["facts"].items()
    ]


def written(known: Known) -> Fact[object] | None:
    """Return the fact as the profile states it itself, in the newest version that does."""
    key = RENAMED.get((known.profile, known.key), known.key)
    for version in reversed(stated_profile(known.profile).versions):
        stated: dict[str, Fact[object]] = {**version.further, **version.facts}
        if key == "deadline_days" and "remediation_days" in stated:
            return stated["remediation_days"]
        if key in stated:
            return stated[key]
    return None


def test_every_fact_of_the_reference_is_there(reference: list[Known]) -> None:
    """All 138 facts are carried over, and 89 of them are verified: no more, no fewer."""
    facts = [written(known) for known in reference]
    assert [known for known, fact in zip(reference, facts, strict=True) if fact is None] == []
    assert len(facts) == 138
    assert sum(fact.verified for fact in facts if fact) == 89


def test_no_two_facts_share_a_place(reference: list[Known]) -> None:
    """Each fact of the reference has a place of its own, so that none stands for two."""
    places = [(known.profile, RENAMED.get((known.profile, known.key), known.key)) for known in reference]
    assert len(set(places)) == len(places)


def test_standing_and_sources_are_those_of_the_reference(reference: list[Known]) -> None:
    """Each fact has the verified flag and the source ids of the reference."""
    differing = {
        (known.profile, known.key): (fact.verified, fact.sources)
        for known in reference
        if (fact := written(known)) and (fact.verified, fact.sources) != (known.verified, known.sources)
    }
    assert differing == {}


def test_days_are_those_of_the_reference(reference: list[Known]) -> None:
    """Every table of days has the severities and the numbers of the reference."""
    compared = 0
    for known in (known for known in reference if known.key in {"deadline_days", "default_days"}):
        fact = written(known)
        assert fact
        if isinstance(fact.value, tuple) and isinstance(known.value, dict):
            rows = [row for row in fact.value if isinstance(row, RemediationDays)]
            general = [row.days for row in rows if row.when != "penetration_test"]
            assert general == list(known.value.values()), known
            compared += 1
    assert compared == 7


def test_names_of_statuses_are_those_of_the_reference(reference: list[Known]) -> None:
    """Statuses have the names of the reference, in its order, and the states where it says them."""
    for known in (known for known in reference if known.key == "statuses"):
        fact = written(known)
        assert fact
        assert isinstance(fact.value, tuple)
        assert isinstance(known.value, list)
        rows = [row for row in fact.value if isinstance(row, StatusName)]
        if isinstance(known.value[0], str):
            assert [row.label for row in rows] == known.value, known
        else:
            told = [(row["canonical"], row["counts_as_open"]) for row in known.value]
            assert [(row.state, row.open) for row in rows] == told, known
            assert [row.label.upper() for row in rows] == [row["label"].upper() for row in known.value]


def test_lists_are_those_of_the_reference(reference: list[Known]) -> None:
    """Columns, elements and headings are carried over name by name."""
    kept = {"export_columns", "elements", "header_fields", "assessment_objectives", "applies_from"}
    for known in (known for known in reference if known.key in kept):
        fact = written(known)
        assert fact
        assert isinstance(known.value, list)
        assert str(fact.value).split("; ") == known.value, known


def test_sources_are_those_of_the_reference(samples: Path) -> None:
    """Sources S01 to S36 are listed, with the standing that the reference gives them."""
    document = json.loads((samples / "agencies" / "profiles.json").read_text(encoding="utf-8"))
    listed = sources()
    assert {name: row["kind"] for name, row in document["sources"].items()} == {
        name: listed[name].kind for name in document["sources"]
    }
    assert {f"S{number:02}" for number in range(1, 37)} <= set(listed)


def test_kinds_of_profiles_are_those_of_the_reference(samples: Path) -> None:
    """What the reference calls a base, an agency, a programme, a tool or an overlay is one here."""
    document = json.loads((samples / "agencies" / "profiles.json").read_text(encoding="utf-8"))
    for row in document["profiles"]:
        profile = profile_of(row["id"], on=TODAY)
        assert profile.kind == row["kind"].removeprefix("deadline-")
        assert [key.partition("@")[0] for key in profile.extends] == row.get("extends", [])
