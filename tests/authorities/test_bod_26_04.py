"""BOD 26-04: sixteen rows, a clock, and answers that are missing."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.authorities.cisa.bod_26_04 import (
    ASSUMPTIONS,
    Assumptions,
    Clock,
    Outcome,
    candidates,
    citation,
    decide,
    outcome_of,
    starts_on,
)
from milepost.domain.circumstances import Circumstances, KnownVulnerability, Place, TechnicalImpact
from milepost.domain.deadline import Candidate, Remark

DAY = date(2026, 12, 10)
TOTAL, PARTIAL = TechnicalImpact.TOTAL, TechnicalImpact.PARTIAL
FORENSIC = Outcome("3DF", 3, forensic_triage=True)
THREE, FOURTEEN, SIXTY, UPGRADE = Outcome("3D", 3), Outcome("14D", 14), Outcome("60D", 60), Outcome("FSU")

ROWS = [
    # exploited, exposed, automatable: outcome where the impact is partial, and where it is total
    (False, False, False, UPGRADE, UPGRADE),
    (False, False, True, SIXTY, SIXTY),
    (False, True, False, SIXTY, FOURTEEN),
    (False, True, True, FOURTEEN, THREE),
    (True, False, False, FOURTEEN, FOURTEEN),
    (True, True, False, FOURTEEN, FORENSIC),
    (True, False, True, FOURTEEN, FORENSIC),
    (True, True, True, THREE, FORENSIC),
]


@pytest.mark.parametrize(("exploited", "exposed", "automatable", "partial", "total"), ROWS)
def test_each_row_of_the_table(
    *, exploited: bool, exposed: bool, automatable: bool, partial: Outcome, total: Outcome
) -> None:
    """All sixteen rows give the timeline that the directive's table gives."""
    answers = {"exploited": exploited, "exposed": exposed, "automatable": automatable}
    assert decide(**answers, impact=PARTIAL) == partial
    assert decide(**answers, impact=TOTAL) == total


@pytest.mark.samples
def test_table_is_that_of_the_published_decision_model(samples: Path) -> None:
    """Every row of the decision table that CERT/CC publishes has the same timeline here."""
    words = {"3DF": "3 days & forensic investigation", "FSU": "fix on system upgrade"}
    with (samples / "agencies" / "cisa" / "cisa_bod_26_04_1_0_0.csv").open(newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    assert len(rows) == 16
    for _, exploited, exposed, automatable, impact, timeline in rows:
        outcome = decide(
            exploited=exploited == "yes",
            exposed=exposed == "yes",
            automatable=automatable == "yes",
            impact=TechnicalImpact(impact),
        )
        assert words.get(outcome.key, f"{outcome.days} days") == timeline


@pytest.mark.parametrize(
    ("known", "exposed", "assumptions", "key", "missing"),
    [
        (KnownVulnerability("CVE-1"), None, ASSUMPTIONS, "14D", 3),
        (KnownVulnerability("CVE-1"), False, ASSUMPTIONS, "FSU", 2),
        (KnownVulnerability("CVE-1"), None, Assumptions(exposed=False), "FSU", 3),
        (KnownVulnerability("CVE-1"), None, Assumptions(sixty_days=True), "60D", 3),
        (
            KnownVulnerability("CVE-1", automatable=True, technical_impact=PARTIAL),
            True,
            Assumptions(sixty_days=True),
            "14D",
            0,
        ),
        (KnownVulnerability("CVE-1", kev_added_on=DAY), None, Assumptions(sixty_days=True), "3DF", 3),
        (KnownVulnerability("CVE-1", kev_due_on=DAY), False, ASSUMPTIONS, "14D", 2),
        (
            KnownVulnerability("CVE-1", automatable=False, technical_impact=PARTIAL),
            False,
            ASSUMPTIONS,
            "FSU",
            0,
        ),
        (
            KnownVulnerability("CVE-1", automatable=False, technical_impact=PARTIAL),
            None,
            Assumptions(automatable=True, technical_impact=PARTIAL),
            "60D",
            1,
        ),
    ],
)
def test_missing_answers_are_assumed_as_the_system_chose(
    known: KnownVulnerability, *, exposed: bool | None, assumptions: Assumptions, key: str, missing: int
) -> None:
    """What nobody knows is assumed by the setting, and the outcome names what was assumed."""
    outcome, assumed = outcome_of(known, exposed=exposed, assumptions=assumptions)
    assert outcome.key == key
    assert len(assumed) == missing


@pytest.mark.parametrize(
    ("added", "detected", "clock", "start"),
    [
        (None, 5, Clock.EARLIER, 5),
        (None, 5, Clock.LATER, 5),
        (3, 5, Clock.EARLIER, 3),
        (3, 5, Clock.LATER, 5),
        (7, 5, Clock.EARLIER, 5),
        (7, 5, Clock.LATER, 7),
    ],
)
def test_clock_starts_as_chosen(added: int | None, detected: int, clock: Clock, start: int) -> None:
    """The timeline counts from the earlier of entry and detection, or from the later where so chosen."""
    entry = None if added is None else date(2026, 12, added)
    known = KnownVulnerability("CVE-1", kev_added_on=entry)
    assert starts_on(known, date(2026, 12, detected), clock) == date(2026, 12, start)


def test_each_asset_has_its_own_date() -> None:
    """One CVE is due in 3 days on the exposed asset, in 14 on the internal one, each from its detection."""
    known = KnownVulnerability("CVE-1", kev_added_on=DAY, automatable=True, technical_impact=PARTIAL)
    later = DAY + timedelta(days=2)
    places = (Place(DAY, (known,), exposed=True), Place(later, (known,), exposed=False))
    found = list(candidates(Circumstances(detected_on=DAY, places=places), Assumptions(clock=Clock.LATER)))
    assert [each.due for each in found if isinstance(each, Candidate)] == [
        DAY + timedelta(days=3),
        later + timedelta(days=14),
    ]


def test_the_clock_of_the_system_counts() -> None:
    """Listed two days before it is detected: three days from the entry, or from detection."""
    known = KnownVulnerability("CVE-1", kev_added_on=DAY, automatable=True, technical_impact=PARTIAL)
    detected = DAY + timedelta(days=2)
    found = Circumstances(detected_on=detected, exposed=True, vulnerabilities=(known,))
    for clock, start in ((Clock.EARLIER, DAY), (Clock.LATER, detected)):
        (only,) = candidates(found, Assumptions(clock=clock))
        assert isinstance(only, Candidate)
        assert (only.start, only.due, only.concerning) == (start, start + timedelta(days=3), "CVE-1")


def test_the_rule_names_the_published_table() -> None:
    """CERT/CC publishes the directive's decision table under a key and a version."""
    assert citation().document == "CISA BOD 26-04"
    assert "BOD2604 1.0.0" in citation().section


def test_forensic_triage_is_a_duty_of_its_outcome_only() -> None:
    """An exploited, exposed CVE of total impact asks for a forensic triage too; a partial one does not."""
    bad = KnownVulnerability("CVE-1", kev_added_on=DAY, automatable=True, technical_impact=TOTAL)
    mild = KnownVulnerability("CVE-2", kev_added_on=DAY, automatable=True, technical_impact=PARTIAL)
    found = list(
        candidates(Circumstances(detected_on=DAY, exposed=True, vulnerabilities=(bad, mild)), ASSUMPTIONS)
    )
    assert [bool(each.rule.duty) for each in found] == [True, False]
    assert [each.rule.verified for each in found] == [True, True]
    assert "forensic" in found[0].rule.duty


def test_fix_at_the_next_upgrade_is_said_without_a_date() -> None:
    """What may wait for the next upgrade gives a remark that names the CVE, and no date."""
    known = KnownVulnerability("CVE-9", automatable=False, technical_impact=TOTAL)
    (said,) = candidates(Circumstances(detected_on=DAY, exposed=False, vulnerabilities=(known,)), ASSUMPTIONS)
    assert isinstance(said, Remark)
    assert "CVE-9" in said.text


def test_what_is_assumed_is_no_confirmed_date() -> None:
    """A date that rests on an assumption says which, and is marked as unconfirmed."""
    found = Circumstances(detected_on=DAY, vulnerabilities=(KnownVulnerability("CVE-1"),))
    (only,) = candidates(found, ASSUMPTIONS)
    assert not only.rule.verified
    assert "publicly exposed" in str(only.rule)
    assert "unconfirmed" in str(only.rule)


def test_weaknesses_without_a_cve_are_not_the_directive_s_business() -> None:
    """The directive is about CVEs: CISA's date alone, without a CVE, gives nothing."""
    found = Circumstances(detected_on=DAY, vulnerabilities=(KnownVulnerability("", kev_due_on=DAY),))
    assert list(candidates(found, ASSUMPTIONS)) == []


@given(
    exploited=some.booleans(),
    exposed=some.booleans(),
    automatable=some.booleans(),
    impact=some.sampled_from(TechnicalImpact),
)
def test_worse_answers_never_give_more_time(
    *, exploited: bool, exposed: bool, automatable: bool, impact: TechnicalImpact
) -> None:
    """Turning any answer to the worse one shortens the timeline or leaves it, and never loses the triage."""
    worse = True

    def length(*answers: bool, worth: TechnicalImpact) -> tuple[int, bool]:
        known, reachable, automatic = answers
        outcome = decide(exploited=known, exposed=reachable, automatable=automatic, impact=worth)
        return 10_000 if outcome.days is None else outcome.days, not outcome.forensic_triage

    now = length(exploited, exposed, automatable, worth=impact)
    assert length(worse, exposed, automatable, worth=impact) <= now
    assert length(exploited, worse, automatable, worth=impact) <= now
    assert length(exploited, exposed, worse, worth=impact) <= now
    assert length(exploited, exposed, automatable, worth=TOTAL) <= now
