"""Plans on the command line: `import` and `read` know one when they see it."""

import json
from pathlib import Path

import pytest

from tests.authorities.oscal.test_assessment_results import results
from tests.cli.test_commands import Running, answer, harbor, run

__all__ = ["harbor", "run"]

HEADINGS = (
    "POAM ID,Controls,Weakness Name,Weakness Description,Weakness Detector Source,Weakness Source Identifier,"
    "Asset Identifier,Point of Contact,Original Detection Date,Scheduled Completion Date,Planned Milestones,"
    "Status Date,Original Risk Rating"
)
OLD_TLS = (
    "V-7,SC-8,Old TLS,It accepts TLS 1.0.,Nessus,104743,10.0.0.1,A. Lee,2026-01-05,2026-04-05,,2026-01-06,"
    "High"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a plan of one item in FedRAMP's headings."""
    path = tmp_path / "plan.csv"
    path.write_text(f"{HEADINGS}\n{OLD_TLS}\n")
    return path


def test_a_plan_is_imported_as_a_plan(run: Running, harbor: str, plan: Path) -> None:
    """The preview says what would be opened; then it is, under its own identifier, and once only."""
    wishes = ("import", plan, "--system", harbor, "--json")
    preview = answer(run(*wishes, "--dry-run"))
    assert (preview["import"], preview["opened"]) == (None, ["V-7"])
    assert answer(run("items", "--system", harbor, "--json"))["count"] == 0
    done = answer(run(*wishes, "--person", "Kim"))
    assert (done["opened"], done["items"]) == (["V-7"], preview["items"])
    assert done["format"] == "fedramp-2018"
    again = answer(run(*wishes, "--person", "Kim"))
    assert (again["import"], again["already_imported"], again["opened"]) == (done["import"], True, [])
    assert answer(run("take", plan, "--system", harbor, "--person", "Kim", "--json")) == again


def test_somebody_has_to_bring_a_plan(run: Running, harbor: str, plan: Path) -> None:
    """Without a name nothing is taken, and the refusal says what to add."""
    code, _, err = run("import", plan, "--system", harbor)
    assert code != 0
    assert "--person" in err
    assert answer(run("items", "--system", harbor, "--json"))["count"] == 0


def test_what_only_findings_have_makes_it_a_table(run: Running, harbor: str, plan: Path) -> None:
    """Who names a detector wants the rows read as findings, and is asked what their columns are."""
    code, _, err = run("import", plan, "--system", harbor, "--detector", "Team")
    assert code != 0
    assert "a table of findings" in err


def test_assessment_results_come_through_the_same_door(run: Running, harbor: str, tmp_path: Path) -> None:
    """`read` counts their findings, `import` opens them, `convert` makes a plan of them."""
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results()))
    said = answer(run("read", path, "--json"))
    assert (said["format"], said["findings"], said["assets"]) == ("oscal-results", 3, 1)
    done = answer(run("import", path, "--system", harbor, "--person", "Kim", "--json"))
    assert done["items"] == {"opened": 3, "closure_candidates": 0, "consolidated": 0}
    converted = answer(run("convert", path, tmp_path / "plan.json", "--to", "oscal-json", "--json"))
    assert converted["read"] == {"layout": "oscal-results", "items": 3}
