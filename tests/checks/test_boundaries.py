"""Where a rule begins to report: the last value that passes, and the first that does not."""

from datetime import date

import pytest

from milepost.checks.examples import Example, context_of
from milepost.checks.registry import rule_of
from milepost.checks.running import check

KEV: dict[str, object] = {"kev": {"CVE-2021-44228": ["2026-02-01", "2026-03-01"]}}


def reported(
    rule: str,
    *items: dict[str, object],
    layout: str = "generic",
    profile: str = "",
    dated: date | None = None,
    around: dict[str, object] | None = None,
    facts: dict[str, str] | None = None,
) -> list[str]:
    """Return what a rule says of the sound item with some changes."""
    example = Example(
        items=[*items] or [{}],
        layout=layout,
        profiles=[profile] if profile else [],
        dated=dated,
        around=around or {},
        facts=facts or {},
    )
    report = check(context_of(rule, example), [rule_of(rule)])
    assert report.not_judged == []
    return [finding.what for finding in report.findings]


def milestone(
    text: str = "Verify it with a rescan", due: str = "2026-03-20", **more: object
) -> dict[str, object]:
    """Return one milestone."""
    return {"milestones": [{"text": text, "due": due, "number": 1, **more}]}


ELEVEN = "some of our many services is not set up as should"
MOVED: dict[str, object] = {
    "history": [
        {"field": "scheduled_date", "before": "2026-03-01", "after": "2026-04-01", "on": "2026-02-01"}
    ]
}
HIGH_DEPENDENCY: dict[str, object] = {"raw_severity": "High", "vendor_dependency": True}
ACCEPTED: dict[str, object] = {"status": "risk_accepted"}

CASES: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("W01", {"description": f"{ELEVEN} be"}, {"description": ELEVEN}),
    ("W08", {"description": "Ticket 4111 1111 1111 1112"}, {"description": "Card 4111 1111 1111 1111"}),
    ("W08", {"description": "0000 0000 0000 0000"}, {"description": "SSN 123-45-6789"}),
    (
        "W07",
        {"description": "- plugin 1\n- plugin 2"},
        {"description": "1. CVE-2024-1111\n2. CVE-2024-2222\n3. CVE-2024-3333"},
    ),
    ("M05", milestone("Patch web nodes"), milestone("Patch web node")),
    ("M07", milestone(due="2026-03-02"), milestone(due="2026-03-01")),
    ("M03", milestone(due="2026-04-01"), milestone(due="2026-04-02")),
    (
        "M06",
        milestone("Validation of the listener"),
        milestone("TLS 1.0 accepted by the public load balancer"),
    ),
    ("M04", {**milestone(), "created_date": "2026-03-02"}, {**milestone(), "created_date": "2026-03-01"}),
    (
        "M11",
        milestone(done=True, completed="2026-02-23"),
        milestone(done=True, completed="2026-02-22"),
    ),
    ("D05", {"scheduled_date": "2026-01-05"}, {"scheduled_date": "2026-01-04"}),
    ("D06", {"identified_date": "2026-03-02"}, {"identified_date": "2026-03-03"}),
    ("D07", {"actual_completion_date": "2026-03-02"}, {"actual_completion_date": "2026-03-03"}),
    ("D10", {"created_date": "2026-03-31"}, {"created_date": "2026-04-01"}),
    ("D11", {"scheduled_date": "2029-01-04"}, {"scheduled_date": "2029-01-05"}),
    ("D13", {"scheduled_date": "2026-04-03"}, {"scheduled_date": "2026-07-03"}),
    (
        "D15",
        {"comments": [{"text": "The original date was 3/1/2027"}]},
        {"comments": [{"text": "The original date was 3/1/2026"}]},
    ),
    ("T01", {"scheduled_date": "2026-03-02"}, {"scheduled_date": "2026-03-01"}),
    ("T03", {"status": "delayed", "original_scheduled_date": "2026-03-01"}, {"status": "delayed"}),
    (
        "T09",
        {"status": "draft", "created_date": "2026-01-31"},
        {"status": "draft", "created_date": "2026-01-30"},
    ),
    (
        "T10",
        {"status": "pending_verification", "status_date": "2026-02-23"},
        {"status": "pending_verification", "status_date": "2026-02-22"},
    ),
    ("T11", {"percent_complete": 99}, {"percent_complete": 100}),
    (
        "T11",
        {"percent_complete": 50, "percent_date": "2025-12-02"},
        {"percent_complete": 50, "percent_date": "2025-12-01"},
    ),
    (
        "T11",
        {"percent_complete": 100, "status": "closed_completed"},
        {"percent_complete": 99, "status": "closed_completed"},
    ),
    (
        "A03",
        {**ACCEPTED, "acceptance_expires": "2026-03-02"},
        {**ACCEPTED, "acceptance_expires": "2026-03-01"},
    ),
    (
        "A07",
        {**ACCEPTED, "acceptance_expires": "2026-04-02"},
        {**ACCEPTED, "acceptance_expires": "2026-04-01"},
    ),
    (
        "A11",
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-31"},
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-30"},
    ),
    ("A11", {"vendor_dependency": False}, {"vendor_dependency": True}),
    ("F01", {"status_date": "2026-01-31"}, {"status_date": "2026-01-30"}),
    ("F04", {"last_report": "2026-01-31"}, {"last_report": "2026-01-30"}),
    ("S05L", {"cvss": 9.0, "raw_severity": "High"}, {"cvss": 6.9, "raw_severity": "High"}),
    ("C07", {"status_label": "Ongoing"}, {"status_label": ""}),
    ("C08", {"raw_severity": "CAT II"}, {"raw_severity": ""}),
    (
        "C04",
        {"status": "draft", "scheduled_date": None},
        {"scheduled_date": None, "texts": {"scheduled_date": "soon"}},
    ),
    ("C05", {"status": "closed_completed", "milestones": []}, {"milestones": []}),
    ("K06", {"scheduled_date": "2027-01-06"}, {"scheduled_date": "2027-01-07"}),
    ("O04", {"owner_contact": "202-555-0100"}, {"owner_contact": ""}),
    ("R04", {"cost_by_year": [[2026, 1]]}, {"cost_by_year": [[2026, 1]], "scheduled_date": "2026-10-01"}),
    (
        "FR-R13",
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-31"},
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-30"},
    ),
    (
        "FR-R08",
        {"scheduled_date": "2026-03-20", "kev_due": "2026-03-20"},
        {"scheduled_date": "2026-03-20", "kev_due": "2026-03-21"},
    ),
    ("FR-R08", {"scheduled_date": "2026-06-01", "sheet": 1}, {"scheduled_date": "2026-06-01"}),
    ("FR-R11", {"scheduled_date": "2026-02-01", "sheet": 1}, {"scheduled_date": "2026-02-01"}),
    ("D08", {"actual_completion_date": "2026-01-05"}, {"actual_completion_date": "2026-01-04"}),
    (
        "D03",
        {**MOVED, "milestone_changes": [{"text": "Moved", "reason": "Vendor is late", "on": "2026-02-01"}]},
        {**MOVED, "milestone_changes": [{"text": "Moved", "reason": "Vendor is late", "on": "2026-02-02"}]},
    ),
    (
        "D03",
        {**MOVED, "milestone_changes": [{"text": "Moved", "reason": "Vendor is late", "on": "2026-02-01"}]},
        {**MOVED, "milestone_changes": [{"text": "Moved", "reason": "", "on": "2026-02-01"}]},
    ),
    ("FR-R16", {"vendor_dependency": False, "sheet": 1}, {"vendor_dependency": True, "sheet": 1}),
    ("FR-R16", {"vendor_dependency": True}, {"vendor_dependency": True, "sheet": 1}),
    (
        "FR-R17",
        {"risk_adjustment": "Yes", "supporting_documents": []},
        {"risk_adjustment": "Pending", "supporting_documents": []},
    ),
    ("FR-R08", {"scheduled_date": "2026-06-01", "identified_date": None}, {"scheduled_date": "2026-06-01"}),
    (
        "FR-R12",
        {"scheduled_date": "2026-03-20", "kev_due": "2026-03-20"},
        {"scheduled_date": "2026-03-20", "kev_due": "2026-03-19"},
    ),
    (
        "FR-R13",
        {"vendor_dependency": False, "vendor_last_checkin": "2026-01-30"},
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-30"},
    ),
    (
        "FR-R13",
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-30", "sheet": 1},
        {"vendor_dependency": True, "vendor_last_checkin": "2026-01-30"},
    ),
    (
        "FR-R14",
        {"vendor_dependency": False, "vendor_last_checkin": None},
        {"vendor_dependency": True, "vendor_last_checkin": None},
    ),
    (
        "FR-R14",
        {"vendor_dependency": True, "vendor_last_checkin": None, "sheet": 1},
        {"vendor_dependency": True, "vendor_last_checkin": None},
    ),
    (
        "FR-R15",
        {**HIGH_DEPENDENCY, "identified_date": "2026-01-31"},
        {**HIGH_DEPENDENCY, "identified_date": "2026-01-30"},
    ),
    ("FR-R15", {**HIGH_DEPENDENCY, "vendor_dependency": False}, HIGH_DEPENDENCY),
    ("FR-R15", {**HIGH_DEPENDENCY, "raw_severity": "Moderate"}, HIGH_DEPENDENCY),
    ("FR-R15", {**HIGH_DEPENDENCY, "sheet": 1}, HIGH_DEPENDENCY),
    ("T02", {"status": "delayed", "delay_reason": "Budget"}, {"status": "delayed"}),
    ("T02", {"status": "delayed", "delay_justification": "Late vendor"}, {"status": "delayed"}),
    (
        "A04",
        {"deviation": {"kind": "x", "expires": "2027-01-01", "approved_on": "2026-01-01"}},
        {"deviation": {"kind": "x", "expires": "2027-01-02", "approved_on": "2026-01-01"}},
    ),
]


@pytest.mark.parametrize(("rule", "passes", "fails"), CASES, ids=[case[0] for case in CASES])
def test_the_first_value_that_is_reported(
    rule: str, passes: dict[str, object], fails: dict[str, object]
) -> None:
    """One step apart: the rule is silent on the one and speaks on the other."""
    if rule == "K06":
        passes, fails = (
            {**each, "approvals": [{"kind": "plan", "by": "P", "role": "SAORM"}]} for each in (passes, fails)
        )
    assert reported(rule, passes) == []
    assert reported(rule, fails) != []


@pytest.mark.parametrize(
    ("rating", "last", "first"),
    [
        ("High", "2026-02-04", "2026-02-05"),
        ("Moderate", "2026-04-05", "2026-04-06"),
        ("Low", "2026-07-04", "2026-07-05"),
    ],
)
def test_fedramp_days(rating: str, last: str, first: str) -> None:
    """30, 90 and 180 calendar days from 2026-01-05: the rule's own date passes, a day later does not."""
    wanted: dict[str, object] = {"raw_severity": rating}
    assert reported("FR-R08", {**wanted, "scheduled_date": last}, layout="fedramp-2.1") == []
    assert reported("FR-R08", {**wanted, "scheduled_date": first}, layout="fedramp-2.1") != []
    assert reported("D04", {**wanted, "scheduled_date": last}, profile="fedramp-rev5") == []
    assert reported("D04", {**wanted, "scheduled_date": first}, profile="fedramp-rev5") != []


def test_a_pending_adjustment_moves_no_date() -> None:
    """Only an approved adjustment counts: High to Low gives 180 days once it is Yes."""
    adjusted: dict[str, object] = {
        "raw_severity": "High",
        "adjusted_severity": "Low",
        "scheduled_date": "2026-07-04",
    }
    assert reported("FR-R08", {**adjusted, "risk_adjustment": "Pending"}) != []
    assert reported("FR-R08", {**adjusted, "risk_adjustment": "Yes"}) == []
    assert reported("D04", {**adjusted, "risk_adjustment": "Pending"}, profile="fedramp-rev5") != []
    assert reported("D04", {**adjusted, "risk_adjustment": "Yes"}, profile="fedramp-rev5") == []


def test_a_vendor_release_explains_a_date() -> None:
    """A date that is not the rule's passes where a comment names the vendor's release."""
    moved: dict[str, object] = {"scheduled_date": "2026-06-01", "vendor_dependency": True}
    assert reported("FR-R08", moved) != []
    assert reported("FR-R08", {**moved, "comments": [{"text": "Released on 2026-03-03."}]}) == []


def test_late_counts_to_the_submission() -> None:
    """Late is counted to the document's own day; a vendor asked 30 days before excuses, 31 days do not."""
    late: dict[str, object] = {"scheduled_date": "2026-02-20", "vendor_dependency": True}
    day = date(2026, 3, 1)
    assert reported("FR-R11", {"scheduled_date": "2026-03-01"}, dated=day) == []
    assert reported("FR-R11", {"scheduled_date": "2026-02-28"}, dated=day) != []
    assert reported("FR-R11", {**late, "vendor_last_checkin": "2026-01-30"}, dated=day) == []
    assert reported("FR-R11", {**late, "vendor_last_checkin": "2026-01-29"}, dated=day) != []


def test_the_date_of_the_poam() -> None:
    """Missing, in the future, and before the newest status date are each reported."""
    assert reported("FR-R32", dated=date(2026, 2, 20)) == []
    assert reported("FR-R32") == ["the date of the POA&M above the items is missing"]
    assert "future" in reported("FR-R32", dated=date(2026, 3, 3))[0]
    assert "2026-02-20" in reported("FR-R32", dated=date(2026, 2, 19))[0]


def test_known_exploited_columns() -> None:
    """Without Yes, without date, with another date: three different sentences; right values pass."""
    item: dict[str, object] = {"cves": ["CVE-2021-44228"]}
    tracked: dict[str, object] = {**item, "kev_tracking": "Yes"}
    assert "does not say Yes" in reported("FR-Q14", item, around=KEV)[0]
    assert "empty" in reported("FR-Q14", tracked, around=KEV)[0]
    assert "2026-04-01" in reported("FR-Q14", {**tracked, "kev_due": "2026-04-01"}, around=KEV)[0]
    assert reported("FR-Q14", {**tracked, "kev_due": "2026-03-01"}, around=KEV) == []
    assert reported("K04", item, around=KEV) != []
    assert reported("K04", {**item, "status": "closed_completed"}, around=KEV) == []


def test_baselines() -> None:
    """AC-2(13) is in FedRAMP's Moderate baseline and not in its Low one."""
    item: dict[str, object] = {"controls": ["AC-2(13)"]}
    assert reported("FR-Q16", item, facts={"impact_level": "Moderate"}) == []
    assert reported("FR-Q16", item, facts={"impact_level": "Low"}) != []


def test_the_profile_decides_on_words() -> None:
    """A rating that FedRAMP does not have is reported under its profile, and not without."""
    item: dict[str, object] = {"raw_severity": "Very High"}
    assert reported("C08", item) == []
    assert reported("C08", item, profile="fedramp-rev5") != []
    assert reported("C07", {"status": "draft"}, profile="omb-fisma") != []
    assert reported("C07", {}, profile="omb-fisma") == []


def test_duplicates_know_different_findings() -> None:
    """Nearly the same name is a duplicate, unless identifiers or assets tell the items apart."""
    one: dict[str, object] = {"id": "V-1", "source_ref": "", "finding_key": ""}
    other = {**one, "id": "V-2"}
    assert len(reported("X01", one, other)) == 1
    assert reported("X01", one, {**other, "assets": ["another"]}) == []
    assert reported("X01", {**one, "finding_key": "1"}, {**other, "finding_key": "2"}) == []
    assert reported("X01", one, {**other, "status": "closed_completed"}) == []
    assert reported("X01", one, {**other, "title": "Telnet is open on a core switch"}) == []


def test_many_items_on_one_day() -> None:
    """Ten items of one day are reported, nine are not; half of the items on one day are not."""
    same: list[dict[str, object]] = [{"id": f"V-{number}"} for number in range(10)]
    other: list[dict[str, object]] = [
        {"id": f"W-{n}", "scheduled_date": f"2026-05-{n:02}"} for n in range(10, 20)
    ]
    assert reported("D12", *same[:9]) == []
    assert len(reported("D12", *same)) == 1
    assert reported("D12", *same, *other) == []


def test_cmmc_clock() -> None:
    """The plan ends 180 days after the conditional status date: that day passes, the next does not."""
    facts = {"status_date": "2026-01-01"}
    assert reported("CM-03", {"scheduled_date": "2026-06-30"}, facts=facts) == []
    assert reported("CM-03", {"scheduled_date": "2026-07-01"}, facts=facts) != []


def test_cmmc_score() -> None:
    """Four requirements of five points leave 90, five leave 85; one on nine items counts once."""
    five = ["3.1.1", "3.1.2", "3.2.1", "3.2.2", "3.3.1"]
    items: list[dict[str, object]] = [{"id": name, "controls": [name]} for name in five]
    assert reported("CM-08", *items[:4]) == []
    assert "85" in reported("CM-08", *items)[0]
    assert reported("CM-08", *items[:1] * 9) == []


def test_the_rule_s_day_is_told() -> None:
    """A scheduled date that is not the rule's is told with the day that is: 90 days from 2026-01-05."""
    (told,) = reported("FR-R08", {"scheduled_date": "2026-06-01", "raw_severity": "Moderate"})
    assert "2026-04-05" in told
    assert "90 days" in told


def test_a_date_that_is_excused() -> None:
    """A deviation or an approved extension excuses a late date, another approval does not."""
    late: dict[str, object] = {"raw_severity": "High", "scheduled_date": "2026-02-05"}
    extension = {**late, "approvals": [{"kind": "extension", "by": "P", "role": "AO"}]}
    plan = {**late, "approvals": [{"kind": "plan", "by": "P", "role": "AO"}]}
    assert reported("D04", extension, profile="fedramp-rev5") == []
    (told,) = reported("D04", plan, profile="fedramp-rev5")
    assert "2026-02-04" in told
    assert "30 days" in told


def test_the_date_of_the_poam_may_be_today() -> None:
    """A POA&M of the day of the check is not in the future."""
    assert reported("FR-R32", dated=date(2026, 3, 2)) == []


@pytest.mark.parametrize(
    ("rule", "changes", "words"),
    [
        ("CM-01", {"controls": ["3.12.4"]}, ["CA.L2-3.12.4"]),
        ("CM-02", {"controls": ["3.1.1"]}, ["AC.L2-3.1.1", "5 points"]),
        ("CM-02", {"controls": ["3.13.11"]}, ["SC.L2-3.13.11", "3 points"]),
        ("CM-06", {"controls": ["3.5.3"], "point_value": 1}, ["IA.L2-3.5.3", "3 or 5", "says 1"]),
        ("CM-06", {"controls": ["3.1.1"], "point_value": -3}, ["AC.L2-3.1.1", "worth 5", "says 3"]),
    ],
)
def test_what_a_cmmc_rule_says(rule: str, changes: dict[str, object], words: list[str]) -> None:
    """The requirement is named officially, with the points that matter."""
    (told,) = reported(rule, changes)
    assert all(word in told for word in words)


def test_what_cmmc_lets_pass() -> None:
    """3.13.11 in part, in either sign; a weight that holds; no weight at all; whatever is closed."""
    for points in (3, -3):
        assert reported("CM-02", {"controls": ["3.13.11"], "point_value": points}) == []
    assert reported("CM-02", {"controls": ["3.13.11"], "point_value": 5}) != []
    assert reported("CM-02", {"controls": ["3.1.1"], "status": "closed_completed"}) == []
    assert reported("CM-01", {"controls": ["3.12.4"], "status": "closed_completed"}) == []
    for points in (3, -5):
        assert reported("CM-06", {"controls": ["3.5.3"], "point_value": points}) == []
    assert reported("CM-06", {"controls": ["3.5.3"], "point_value": None}) == []


def test_cmmc_days_are_told() -> None:
    """Without a status date the 180 days count from the document's day, else from the day of the check."""
    facts = {"status_date": "2026-01-01"}
    (told,) = reported("CM-03", {"scheduled_date": "2026-07-01"}, facts=facts)
    assert all(word in told for word in ("2026-07-01", "181 days", "2026-01-01", "2026-06-30"))
    dated = date(2026, 2, 1)
    assert reported("CM-03", {"scheduled_date": "2026-07-31"}, dated=dated) == []
    assert reported("CM-03", {"scheduled_date": "2026-08-01"}, dated=dated) != []
    assert reported("CM-03", {"scheduled_date": "2026-08-29"}) == []
    assert reported("CM-03", {"scheduled_date": "2026-08-30"}) != []


def test_what_stands_on_open_and_on_closed_is_told_once() -> None:
    """The item on Open is named; two on Closed, or the same on Open alone, are no matter of this rule."""
    on_open: dict[str, object] = {"id": "V-1"}
    closed: dict[str, object] = {"id": "V-1", "sheet": 1}
    assert len(reported("FR-R26", on_open, closed)) == 1
    assert "V-1" in reported("FR-R26", on_open, closed)[0]
    assert reported("FR-R26", closed, closed) == []
    assert reported("FR-R26", on_open, {**closed, "id": "V-2"}) == []
