"""A check says what it judged, what it could not judge, and what somebody accepts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest

from milepost.checks.context import Context, Surroundings
from milepost.checks.examples import AS_OF, sound_item
from milepost.checks.registry import all_rules, rule_of
from milepost.checks.rule import Level, Report
from milepost.checks.running import check, for_profiles
from milepost.checks.waivers import Waiver, read_waivers
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.plan_item import PlanItem
from milepost.domain.profile import Fact, Profile, ProfileKind, RemediationDays
from milepost.domain.ruling import Citation

FIELDS = frozenset({"id", "description", "scheduled_date", "identified_date", "owner", "raw_severity"})


def item(**changes: object) -> PlanItem:
    """Return the sound item with some changes."""
    return msgspec.convert({**sound_item(), **changes}, PlanItem)


def judged(
    items: Sequence[PlanItem],
    *rules: str,
    fields: frozenset[str] = FIELDS,
    profiles: Sequence[Profile] = (),
    around: Surroundings | None = None,
    waivers: Sequence[Waiver] = (),
) -> Report:
    """Run some rules over some items."""
    sheet = PlanSheet("Plan", Part.OPEN, 1, {"id": 0, "description": 3, "scheduled_date": 4})
    plan = PlanDocument(name="plan.xlsx", layout="generic", sheets=[sheet], items=items, fields=fields)
    wanted = [rule_of(name) for name in rules]
    params = {rule.id: rule.params for rule in wanted}
    return check(Context(plan, AS_OF, profiles, around or Surroundings(), params), wanted, waivers)


def profile(*, verified: bool) -> Profile:
    """Return a profile that gives a Moderate weakness 10 days."""
    days = Fact((RemediationDays("Moderate", 10),), verified, Citation("a policy", "2"))
    return Profile(
        name="own",
        title="Own",
        kind=ProfileKind.ORGANISATION,
        applies_to="",
        version="1",
        effective_from=AS_OF,
        remediation_days=days,
    )


def test_a_finding_names_its_cell() -> None:
    """Sheet, row and column of the field are those of the document."""
    found = judged([item(description="", row=12)], "C02").findings
    assert [str(each.place) for each in found] == ["Plan!D12"]


def test_what_a_document_cannot_tell_is_not_judged() -> None:
    """A rule on a field without a column is listed as not applicable, with the reason."""
    report = judged([item(milestones=[])], "C05", "C02")
    assert [rule.id for rule in report.judged] == ["C02"]
    assert [(each.rule.id, each.why) for each in report.not_judged] == [
        ("C05", "the document does not tell milestones")
    ]


def test_what_is_not_given_beside_is_said() -> None:
    """A rule that compares with another file says which one to give."""
    report = judged([item()], "X09", "K04", fields=FIELDS | {"cves"})
    assert [each.why for each in report.not_judged] == [
        "give the last submission with --previous",
        "give CISA's catalog with --kev",
    ]


@pytest.mark.parametrize(("verified", "level"), [(True, Level.ERROR), (False, Level.WARNING)])
def test_an_unconfirmed_fact_is_no_error(*, verified: bool, level: Level) -> None:
    """A deadline from a fact that nobody confirmed gives a warning at most, and says so."""
    found = judged([item()], "D04", profiles=[profile(verified=verified)]).findings
    assert [each.level for each in found] == [level]
    assert ("unconfirmed" in found[0].what) is not verified


def test_rules_of_other_profiles_stay_away() -> None:
    """Without a profile only the rules for all apply; with one, its own come along."""
    every = list(all_rules().values())
    assert not [rule for rule in for_profiles(every, []) if "*" not in rule.profiles]
    assert {"EM-01", "C01"} <= {rule.id for rule in for_profiles(every, ["emass"])}
    assert "FR-R08" not in {rule.id for rule in for_profiles(every, ["emass"])}


def test_findings_come_in_the_order_of_the_document() -> None:
    """Rows count, whatever the rules' order."""
    items = [item(id="V-2", row=30, owner=""), item(id="V-1", row=7, description="")]
    assert [each.item for each in judged(items, "C02", "O01").findings] == ["V-1", "V-2"]


def test_a_waiver_marks_what_it_covers() -> None:
    """A waived finding is still listed, with reason and name."""
    waiver = Waiver("C02", "Described in the scan report", "V-1", "J. Roe", date(2026, 12, 31))
    found = judged([item(description=""), item(id="V-2", description="")], "C02", waivers=[waiver]).findings
    assert [(each.item, each.waiver) for each in found] == [
        ("V-1", "Described in the scan report (J. Roe)"),
        ("V-2", ""),
    ]


def test_an_expired_waiver_is_a_finding() -> None:
    """After its last day a waiver covers nothing and is reported; on that day it still holds."""
    ended = Waiver("C02", "Later", "V-1", until=date(2026, 3, 1))
    found = judged([item(description="")], "C02", waivers=[ended]).findings
    assert [(each.rule.id, each.waiver) for each in found] == [("C02", ""), ("WV01", "")]
    last = Waiver("C02", "Later", "*", until=AS_OF)
    assert [each.rule.id for each in judged([item(description="")], "C02", waivers=[last]).findings] == [
        "C02"
    ]


def test_a_waiver_without_effect_is_reported() -> None:
    """What covers nothing is to be deleted."""
    found = judged([item()], "C02", waivers=[Waiver("C02", "Old")]).findings
    assert [each.rule.id for each in found] == ["WV02"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w.toml", '[[waiver]]\nrule = "C02"\nitem = "V-1"\nreason = "Known"\nuntil = 2026-12-31\n'),
        ("w.csv", "rule,item,reason,by,until\nC02,V-1,Known,,2026-12-31\n"),
    ],
)
def test_waivers_are_read(tmp_path: Path, name: str, text: str) -> None:
    """TOML and CSV say the same."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_waivers(path) == [Waiver("C02", "Known", "V-1", until=date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ('[[waiver]]\nrule = "C02"\nreason = " "\n', InputRefused),
        ('[[waiver]]\nrule = "Z99"\nreason = "x"\n', WrongUse),
        ('[[waiver]]\nrule = "C02"\n', InputRefused),
        ("[[waiver", InputRefused),
    ],
)
def test_bad_waivers_are_refused(tmp_path: Path, text: str, refusal: type[Exception]) -> None:
    """A waiver needs a rule that exists and a reason."""
    path = tmp_path / "w.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(refusal):
        read_waivers(path)


def test_missing_waivers_are_refused(tmp_path: Path) -> None:
    """A file that is not there is refused by name."""
    with pytest.raises(InputRefused, match=r"none\.toml"):
        read_waivers(tmp_path / "none.toml")
