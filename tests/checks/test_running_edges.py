"""What decides whether, where and with what weight a rule speaks; and how waivers are read and told."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest

from milepost.checks.context import Context, Surroundings
from milepost.checks.examples import AS_OF, sound_item
from milepost.checks.registry import rule_of
from milepost.checks.rule import Level, Report
from milepost.checks.running import check, for_profiles
from milepost.checks.waivers import Waiver, read_waivers
from milepost.domain.errors import InputRefused
from milepost.domain.plan_document import Part, Place, PlanDocument, PlanSheet
from milepost.domain.plan_item import PlanItem

_FIELDS = frozenset({"id", "description", "owner", "scheduled_date"})
_COLUMNS = {"id": 0, "description": 3, "owner": 1}
_EMASS = frozenset({"id", "description", "responsible_org", "status", "scheduled_date", "milestones"})


def _item(**changes: object) -> PlanItem:
    return msgspec.convert({**sound_item(), **changes}, PlanItem)


def _report(
    items: Sequence[PlanItem],
    *rules: str,
    fields: frozenset[str] = _FIELDS,
    sheets: Sequence[PlanSheet] | None = None,
    around: Surroundings | None = None,
    waivers: Sequence[Waiver] = (),
) -> Report:
    """Run some rules over items on one sheet, or on those given."""
    if sheets is None:
        sheets = [PlanSheet("Plan", Part.OPEN, 1, _COLUMNS)]
    plan = PlanDocument(name="plan.xlsx", layout="generic", sheets=sheets, items=items, fields=fields)
    wanted = [rule_of(name) for name in rules]
    params = {rule.id: rule.params for rule in wanted}
    context = Context(plan, AS_OF, (), around or Surroundings(), params)
    return check(context, wanted, waivers)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("O03", "inactive people"),
        ("X09", "--previous"),
        ("K04", "--kev"),
        ("FR-Q12", "--inventory"),
        ("C03", "responsible org or owner"),
        ("A06", "deviation: compensating controls"),
        ("M01", "milestones"),
    ],
)
def test_why_a_rule_is_not_judged(rule: str, words: str) -> None:
    """The first thing that is missing is named: an option to give, or the field in plain words."""
    more = {
        "O03": {"owner"},
        "K04": {"cves"},
        "FR-Q12": {"assets"},
        "A06": {"status", "deviation"},
    }.get(rule, set())
    report = _report([_item()], rule, fields=frozenset({"id"} | more))
    assert list(report.judged) == []
    (told,) = report.not_judged
    assert told.rule.id == rule
    assert words in told.why


def test_one_of_two_fields_is_enough() -> None:
    """C03 asks for an office or an owner; a document with one of the columns can be judged."""
    for name in ("owner", "responsible_org"):
        assert [rule.id for rule in _report([_item()], "C03", fields=frozenset({name})).judged] == ["C03"]


def test_what_is_known_to_be_empty_is_known() -> None:
    """An empty list beside the document is an answer: nobody is inactive, so the rule is judged."""
    around = Surroundings(inactive_people=frozenset())
    assert [rule.id for rule in _report([_item()], "O03", around=around).judged] == ["O03"]


def test_rules_about_waivers_are_nobody_s_to_judge() -> None:
    """They are reported by the waivers themselves, and stand in neither list."""
    report = _report([_item(), _item(id="V-2")], "WV01", "C02")
    assert [rule.id for rule in report.judged] == ["C02"]
    assert list(report.not_judged) == []
    assert report.items == 2


def test_a_sheet_without_the_column_is_left_out() -> None:
    """Of two sheets only the one that can speak of descriptions is asked for them; one unsaid is asked."""
    sheets = [
        PlanSheet("Plan", Part.OPEN, 1, _COLUMNS, fields=frozenset({"id", "description"})),
        PlanSheet("Other", Part.OPEN, 1, {"id": 0}, fields=frozenset({"id", "owner"})),
        PlanSheet("Third", Part.OPEN, 1, {"id": 0}),
    ]
    items = [_item(id=f"V-{n}", sheet=n, description="", row=4) for n in range(3)]
    found = _report(items, "C02", sheets=sheets).findings
    assert [each.item for each in found] == ["V-0", "V-2"]


def test_what_is_beside_silences_no_sheet() -> None:
    """A rule that needs a list beside the document asks the sheets only for its fields."""
    sheets = [PlanSheet("Plan", Part.OPEN, 1, _COLUMNS, fields=frozenset({"owner"}))]
    around = Surroundings(inactive_people=frozenset({_item().owner}))
    assert [each.item for each in _report([_item()], "O03", sheets=sheets, around=around).findings]


def test_findings_of_a_row_come_by_column_then_rule() -> None:
    """Within one row the columns count, and the rule's id within a cell."""
    found = _report([_item(description="", owner="", row=9)], "C02", "O01").findings
    assert [(each.place.column, each.rule.id) for each in found] == [("B", "O01"), ("D", "C02")]
    both = _report([_item(description="TBD", row=9)], "W06", "W01").findings
    assert [each.rule.id for each in both] == ["W01", "W06"]


def test_a_finding_about_the_whole_document() -> None:
    """It stands at the first sheet, without row and item; at the document's name where there is none."""
    on_sheet = _report([_item()], "FR-R27", fields=_FIELDS | {"controls"}).findings
    assert on_sheet == []
    configuration = [
        PlanSheet("Open", Part.OPEN, 1, _COLUMNS),
        PlanSheet("Configuration", Part.CONFIGURATION, 1, _COLUMNS),
    ]
    (found,) = _report(
        [_item(sheet=1, controls=["AC-2"])],
        "FR-R32",
        fields=_FIELDS | {"controls", "status_date"},
        sheets=configuration,
    ).findings
    assert (found.item, found.place) == ("", Place("Open", 0, ""))
    assert (found.field, found.level) == ("", rule_of("FR-R32").severity)
    (bare,) = _report([_item()], "FR-R32", fields=_FIELDS | {"status_date"}, sheets=[]).findings
    assert (bare.item, str(bare.place)) == ("", "plan.xlsx")


def test_an_authority_s_own_rule_speaks_alone() -> None:
    """A missing description is told by eMASS's rule where that is asked, by the common one elsewhere."""
    item = _item(description="", status_label="Ongoing", owner="", responsible_org="")
    found = _report([item], "C02", "EM-01", "O01", fields=_EMASS | {"owner"}).findings
    assert {("EM-01", "description"), ("O01", "owner")} <= {(each.rule.id, each.field) for each in found}
    assert "C02" not in {each.rule.id for each in found}
    assert [each.rule.id for each in _report([item], "C02").findings] == ["C02"]


def test_the_weight_is_that_of_the_rule() -> None:
    """An error stays an error where nothing unconfirmed is behind it."""
    (found,) = _report([_item(description="")], "C02").findings
    assert found.level is Level.ERROR
    assert "unconfirmed" not in found.what


def test_rules_of_several_profiles() -> None:
    """Each profile brings its rules, beside those for all; no profile brings another's."""
    rules = [rule_of(name) for name in ("C01", "K04", "FR-R08", "EM-01")]
    assert [each.id for each in for_profiles(rules, ["emass", "cisa-legacy"])] == ["C01", "K04", "EM-01"]
    assert [each.id for each in for_profiles(rules, [])] == ["C01"]


def test_the_first_waiver_that_covers_gives_the_reason() -> None:
    """Without a name only the reason stands there; of two the first counts, and none is without effect."""
    waivers = [Waiver("O01", "Other rule"), Waiver("C02", "First"), Waiver("C02", "Second", "V-1", "J. Roe")]
    found = _report([_item(description="", owner="")], "C02", "O01", waivers=waivers).findings
    assert [(each.rule.id, each.waiver) for each in found] == [("O01", "Other rule"), ("C02", "First")]


def test_findings_about_waivers_name_them() -> None:
    """What ended says when and of what, what has no effect says so; neither points into the document."""
    ended = Waiver("C02", "Later", "V-1", until=date(2026, 3, 1))
    unused = Waiver("O01", "Old")
    found = _report([_item(description="")], "C02", waivers=[ended, unused]).findings
    first, second = found[-2:]
    assert first.place == second.place == Place("waivers", 0, "")
    assert (first.rule.id, first.item, first.field, str(first.place)) == ("WV01", "V-1", "", "waivers")
    assert "C02 on V-1" in first.what
    assert "2026-03-01" in first.what
    assert (second.rule.id, second.item, second.field, str(second.place)) == ("WV02", "", "", "waivers")
    assert "O01 on *" in second.what
    assert (first.level, second.level) == (rule_of("WV01").severity, rule_of("WV02").severity)


def test_a_rule_of_a_waiver_may_be_written_small(tmp_path: Path) -> None:
    """`c02` waives C02, as everywhere else, whatever the capitals of the file's name."""
    path = tmp_path / "w.CSV"
    path.write_text("rule,item,reason,by,until,\nc02,,Known,,,x\n", encoding="utf-8-sig")
    assert read_waivers(path) == [Waiver("C02", "Known")]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("w.toml", '[[waiver]]\nrule = "C02"\nitem = "V-1"\nreason = " "\n', "C02 on V-1"),
        ("w.toml", "[[waiver", "no waivers"),
        ("w.toml", '[[waiver]]\nrules = "C02"\n', "no waivers"),
        ("w.csv", "rule,item\nC02,V-1\n", "no waivers"),
    ],
)
def test_what_is_wrong_with_waivers_is_said(tmp_path: Path, name: str, text: str, word: str) -> None:
    """The file is named, what is wrong, and what to write instead."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_waivers(path)
    assert refused.value.where == name
    assert word in refused.value.what
    assert refused.value.fix


def test_the_rules_after_one_on_the_document_are_judged() -> None:
    """A rule on the whole document ends nothing: the next one still speaks."""
    found = _report([_item(description="")], "FR-R32", "C02", fields=_FIELDS | {"status_date"}).findings
    assert {each.rule.id for each in found} == {"FR-R32", "C02"}


def test_waivers_that_are_not_there(tmp_path: Path) -> None:
    """The reason of the system is told, with the name alone."""
    with pytest.raises(InputRefused) as refused:
        read_waivers(tmp_path / "none.toml")
    assert refused.value.where == "none.toml"
    assert "No such file" in refused.value.what
    assert refused.value.fix


def test_a_cell_without_end_is_no_waiver(tmp_path: Path) -> None:
    """A cell beyond what a table may hold is refused like any file that holds no waivers."""
    path = tmp_path / "w.csv"
    path.write_text(f"rule,reason\nC02,{'x' * 2_000}\n", encoding="utf-8")
    before = csv.field_size_limit(1_000)
    try:
        with pytest.raises(InputRefused, match="no waivers"):
            read_waivers(path)
    finally:
        csv.field_size_limit(before)
