"""Every rule reports its own bad example and lets its good one pass; its facts are those of its source."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from milepost.authorities.sources import sources
from milepost.checks.examples import Example, context_of, examples
from milepost.checks.explaining import document_of, explanation, handbook
from milepost.checks.registry import GROUPS, ITEM_JUDGES, PLAN_JUDGES, all_rules, rule_of
from milepost.checks.rule import Finding
from milepost.checks.running import JUDGING, check
from milepost.domain.errors import WrongUse
from milepost.domain.plan_item import PlanItem
from tests.architecture.sources import ROOT
from tests.samples import sample

RULES = all_rules()
FIELDS = {each.name for each in fields(PlanItem)} | {"", "milestone_completed"}
"""What a finding may be about: a field of an item, a milestone's own column, or nothing in particular."""
OF_THE_DOCUMENT = {
    *("C01", "O05", "D12", "R07", "T08", "A12", "X02", "X03", "X08", "X09", "I05", "EM-13"),
    *("FR-R27", "FR-R31", "FR-R32", "CM-08", "CM-09"),
}
"""Rules whose example concerns the document as a whole, or an item without an identifier."""
JUDGED = [name for name, rule in RULES.items() if rule.group != "waivers"]


def findings(name: str, example: Example) -> list[Finding]:
    """Return what one rule finds in an example."""
    report = check(context_of(name, example), [RULES[name]])
    assert report.not_judged == []
    return list(report.findings)


@pytest.mark.parametrize("name", JUDGED)
def test_a_rule_reports_its_bad_example(name: str) -> None:
    """The rule has something against the example that shows what it is about."""
    found = findings(name, examples()[name].fails)
    assert {each.rule.id for each in found} == {name}
    assert all(each.what for each in found)
    assert {each.field for each in found} <= FIELDS
    assert name in OF_THE_DOCUMENT or all(each.item and each.place.row for each in found)


@pytest.mark.parametrize("name", JUDGED)
def test_a_rule_lets_its_good_example_pass(name: str) -> None:
    """The rule has nothing against the example that differs just enough."""
    assert findings(name, examples()[name].passes) == []


def test_every_rule_has_a_judge_and_every_judge_a_rule() -> None:
    """No rule of the list goes unjudged, and nothing is judged that no list has."""
    assert len(JUDGING) == len(GROUPS) - 1
    assert set(ITEM_JUDGES) | set(PLAN_JUDGES) == set(JUDGED)
    assert set(examples()) == set(JUDGED)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_explains_itself(name: str) -> None:
    """Condition and fix are sentences, the source is named, and an explanation has them all."""
    rule = RULES[name]
    text = explanation(rule)
    assert rule.condition.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.condition in text
    assert document_of(rule)["why"]
    if rule.verified:
        assert "PRACT" not in rule.sources or len(rule.sources) > 1


def test_short_sources_are_known() -> None:
    """Every source that is given by its id stands in the list of sources."""
    short = {
        each for rule in RULES.values() for each in rule.sources if each[:1] == "S" and each[1:].isdigit()
    }
    assert short <= set(sources())


def test_an_unknown_rule_is_refused() -> None:
    """A rule that does not exist is refused with the way to the list; capitals make no difference."""
    assert rule_of("w01").id == "W01"
    with pytest.raises(WrongUse, match="milepost rules"):
        rule_of("Z99")


def test_the_handbook_is_current() -> None:
    """docs/rules/checks.md is what the rules' own data give."""
    assert (ROOT / "docs" / "rules" / "checks.md").read_text(encoding="utf-8") == handbook()


def test_every_check_of_a_review_has_its_rules() -> None:
    """The table at the end of the handbook names rules that exist, and says which wait for other profiles."""
    table = handbook().partition("which rule covers which check")[2]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 20
    for _, rules in rows:
        for written in rules.split(", "):
            name, _, waits = written.partition(" (with ")
            assert bool(waits) != bool({"*", "fedramp-rev5"} & set(RULES[name].profiles)), name
    assert "K04 (with cisa-legacy or cisa-bod-26-04)" in table


def test_every_rule_of_a_reviewer_is_in_the_table() -> None:
    """No rule of the group for reviewers is left out of the table of their checks."""
    table = handbook().partition("which rule covers which check")[2]
    assert [name for name in RULES if name.startswith("FR-Q") and name not in table] == []


@pytest.mark.samples
def test_the_facts_of_the_rules_are_those_of_the_source() -> None:
    """Each of the 149 rules has the weight, sources, standing, profiles and thresholds of the facts."""
    stated = json.loads(Path(sample("agencies/lint_rules.json")).read_text(encoding="utf-8"))["rules"]
    assert len(stated) == 149
    for facts in stated:
        rule = RULES[facts["id"]]
        assert rule.severity.value == facts["severity"]
        assert list(rule.sources) == facts["sources"]
        assert rule.verified == facts["verified"]
        assert rule.profiles == (("*",) if facts["profiles"] == "*" else tuple(facts["profiles"]))
        assert facts.get("params", {}).items() <= rule.params.items()
