"""`milepost risk` and `milepost priorities`: answers for people and as JSON, refusals in one sentence."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test.utils import override_settings

from milepost.cli import milepost
from milepost.cli.errors import exit_code_of
from milepost.domain.rating import Rating
from milepost.records.planning import Deviation
from milepost.work.add_system import NewSystem, add_system
from milepost.work.open_item import NewItem, open_item

Running = Callable[..., tuple[int, str, str]]
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
HOUSE = """
name = "house"
title = "House rules"
result = "risk"
document = "House rules"
section = "2"
verified = true
rows = "likelihood"
columns = "impact"
levels = ["Low", "High"]
[cells]
"Low" = ["Low", "Low"]
"High" = ["Low", "High"]
"""
TYPES = """Our register of information
Information type,Owner,Confidentiality,Integrity,Availability
Payroll,Ines,Moderate,High,low
Press releases,Olga,n/a,Low,Low
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Running:
    """Return a way to run a command on 2026-03-01."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with override_settings():
            code = exit_code_of(milepost, [*map(str, arguments), "--as-of", "2026-03-01"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def answered(run: Running, *arguments: object) -> dict[str, object]:
    """Return the JSON document that a command answers with."""
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, "")
    document: dict[str, object] = json.loads(out)
    return document


def test_a_level_is_looked_up_with_its_source(run: Running) -> None:
    """SP 800-30, Table I-2: a High likelihood and a Moderate impact are a Moderate risk, unconfirmed."""
    found = answered(run, "risk", "level", "--likelihood", "HIGH", "--impact", "moderate")
    assert (found["risk"], found["verified"]) == ("Moderate", False)
    assert found["citation"] == "NIST SP 800-30 rev. 1, Table I-2"
    code, out, _ = run("risk", "level", "--likelihood", "HIGH", "--impact", "MODERATE")
    assert code == 0
    assert out.startswith("Moderate\n")
    assert "; unconfirmed" in out


def test_a_likelihood_is_looked_up_first(run: Running) -> None:
    """DoD, tables 8 and 9: a High relevance and a Low severity are Low, and with a High impact Low again."""
    asked = ("--likelihood-from", "high", "low", "--impact", "high", "--matrix", "dod_residual_risk")
    found = answered(run, "risk", "level", *asked)
    steps = found["steps"]
    assert isinstance(steps, list)
    assert [step["matrix"] for step in steps] == ["dod_likelihood", "dod_residual_risk"]
    assert (found["likelihood"], found["risk"], found["verified"]) == ("Low", "Low", True)


def test_an_own_table_is_taken_from_a_file(run: Running, tmp_path: Path) -> None:
    """`--matrix-file` looks the level up in an organization's own table."""
    file = tmp_path / "house.toml"
    file.write_text(HOUSE, encoding="utf-8")
    found = answered(run, "risk", "level", "--likelihood", "low", "--impact", "high", "--matrix-file", file)
    assert (found["risk"], found["citation"], found["verified"]) == ("Low", "House rules, 2", True)


def test_tables_are_listed_and_shown(run: Running) -> None:
    """The list has name, source and standing of every table; with a name, the cells."""
    code, out, _ = run("risk", "matrices")
    assert code == 0
    assert "dod_residual_risk" in out
    assert "NIST SP 800-66 rev. 2" in out
    _, out, _ = run("risk", "matrices", "dod_residual_risk")
    assert re.split(" {2,}", out.splitlines()[3]) == [
        "Very High",
        "Very Low",
        "Low",
        "Moderate",
        "High",
        "Very High",
    ]
    listed = answered(run, "risk", "matrices")["matrices"]
    assert isinstance(listed, list)
    assert {row["name"]: row["verified"] for row in listed}["nist_sp800_30r1_risk"] is False


def test_a_system_is_categorized(run: Running, tmp_path: Path) -> None:
    """FIPS 199: the highest over all types for each objective, and over the objectives for the system."""
    file = tmp_path / "types.csv"
    file.write_text(TYPES, encoding="utf-8")
    found = answered(run, "risk", "categorize", file)
    assert found["level"] == "High"
    assert found["category"] == {"confidentiality": "Moderate", "integrity": "High", "availability": "Low"}
    assert found["reason"] == "High by integrity of Payroll"
    code, out, _ = run("risk", "categorize", "--type", "Payroll=M:L:L", "--type", "A=B=N/A:L:L")
    assert code == 0
    assert out.startswith("Moderate\n  confidentiality Moderate, integrity Low, availability Low\n")


def test_a_vector_is_scored_with_its_environment(run: Running) -> None:
    """FIRST's own calculator: 9.8 Critical, and 8.8 High from the adjacent network alone."""
    found = answered(run, "risk", "cvss", VECTOR, "--modified", "MAV:A")
    base, environmental = found["base"], found["environmental"]
    assert isinstance(base, dict)
    assert isinstance(environmental, dict)
    assert (base["score"], base["band"]) == (9.8, "Critical")
    assert (environmental["score"], environmental["band"]) == (8.8, "High")
    assert found["fedramp"] is None
    _, out, _ = run("risk", "cvss", VECTOR)
    assert "base: 9.8 Critical" in out
    assert "environmental" not in out


def test_fedramp_rules_on_the_metrics(run: Running) -> None:
    """Temporal metrics are ruled out with their source; the Remediation Level may be used by hand alone."""
    found = answered(run, "risk", "cvss", VECTOR, "--modified", "E:P", "--fedramp")["fedramp"]
    assert isinstance(found, dict)
    assert found["rating"] == "High"
    assert (found["by_hand"]["allowed"], found["adjusted"]) == (False, None)
    found = answered(run, "risk", "cvss", VECTOR, "--modified", "RL:O", "--fedramp")["fedramp"]
    assert isinstance(found, dict)
    assert (found["by_hand"]["allowed"], found["automatic"]["allowed"]) == (True, False)
    assert {"MAV", "CR", "RL"} <= set(found["usable_metrics"])
    assert "E" not in found["usable_metrics"]


def test_fedramp_rules_on_high_to_low(run: Running) -> None:
    """From High to Low needs a note, and is never automatic; a rating that stays needs no request."""
    lower = ("--modified", "MAV:P/MC:L", "--modified", "MI:N", "--modified", "MA:L", "--fedramp")
    _, out, _ = run("risk", "cvss", VECTOR, *lower)
    assert "adjusted: Low" in out
    assert "requested: no, from High to Low" in out
    assert "automatic, by an approved method: no" in out
    _, out, _ = run("risk", "cvss", VECTOR, *lower, "--note", "Only from the console")
    assert "requested: yes, from High to Low" in out
    _, out, _ = run("risk", "cvss", VECTOR, "--modified", "MAV:A", "--fedramp")
    assert "requested: yes, the rating stays as it is" in out


@pytest.mark.parametrize(
    ("word", "scale", "severity", "category"),
    [
        ("CAT II", "categories", "moderate", "CAT II"),
        ("3", "nessus", "high", "CAT I"),
        ("3", "categories", "low", "CAT III"),
        ("Very High", "levels", "critical", "CAT I"),
        ("medium", "words", "moderate", "CAT II"),
        ("purple", "words", "unrated", None),
    ],
)
def test_a_word_is_read_on_its_scale(
    run: Running, word: str, scale: str, severity: str, category: str | None
) -> None:
    """The same sign means different things on different scales; what a scale does not know is unrated."""
    found = answered(run, "risk", "grade", word, "--scale", scale)
    assert (found["severity"], found["category"]) == (severity, category)
    assert word in run("risk", "grade", word, "--scale", scale)[1]


REFUSALS = [
    (["level", "--likelihood", "often", "--impact", "high"], 1, "--likelihood: 'often' is no level"),
    (["level", "--likelihood", "high", "--impact", "bad"], 1, "--impact: 'bad' is no level"),
    (["level", "--impact", "high"], 2, "the likelihood is not clear"),
    (
        ["level", "--likelihood", "low", "--impact", "low", "--matrix", "x"],
        1,
        "there is no risk table 'x'; take one",
    ),
    (
        ["level", "--likelihood", "very high", "--impact", "low", "--matrix", "nist_sp800_66r2_risk"],
        1,
        "there is no likelihood Very High",
    ),
    (
        ["level", "--likelihood", "low", "--impact", "low", "--matrix", "x", "--matrix-file", "y"],
        2,
        "not both",
    ),
    (["level", "--likelihood", "low", "--impact", "low", "--matrix-file", "nowhere.toml"], 1, "nowhere.toml"),
    (
        ["level", "--likelihood-from", "low", "low", "--impact", "low", "--matrix", "nist_sp800_66r2_risk"],
        2,
        "no table of likelihood belongs to this table",
    ),
    (["matrices", "x"], 1, "there is no risk table 'x'"),
    (["categorize"], 1, "without information types"),
    (["categorize", "--type", "Payroll"], 1, "'Payroll' is no information type"),
    (["categorize", "--type", "Payroll=M:X:L"], 1, "Payroll, integrity: 'X' is no impact"),
    (["categorize", "--type", "Payroll=M:N/A:L"], 1, "integrity cannot be Not Applicable"),
    (["cvss", "AV:N"], 1, "is no CVSS 2.0 vector"),
    (["cvss", VECTOR, "--modified", "MAV"], 1, "'MAV' is no metric with its value"),
    (["cvss", VECTOR, "--modified", "MAV:A/MAV:L"], 1, "MAV is given twice"),
    (["cvss", VECTOR, "--modified", "E:P"], 1, "E is no environmental metric of CVSS 3.1"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSALS)
def test_refusals_are_one_sentence(run: Running, arguments: list[str], code: int, words: str) -> None:
    """What cannot be taken is refused with what is wrong and what helps."""
    ended, out, err = run("risk", *arguments)
    assert (ended, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


TABLES = [
    ("types.csv", "a,b\n1,2\n", "no table of information types was found"),
    (
        "types.csv",
        "name,confidentiality,integrity,availability\nPayroll,M,,L\n",
        "line 2, integrity: '' is no impact",
    ),
    (
        "types.csv",
        "name,confidentiality,integrity,availability\n,M,M,L\n",
        "line 2: an information type has no name",
    ),
    ("types.csv", "name,confidentiality,integrity,availability\n,,,\n", "names no information type"),
    ("types.csv", "", "the file is empty"),
]


@pytest.mark.parametrize(("name", "text", "words"), TABLES)
def test_a_table_of_types_is_refused_with_the_place(
    run: Running, tmp_path: Path, name: str, text: str, words: str
) -> None:
    """A cell that cannot be read is named by file, line and objective."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    code, _, err = run("risk", "categorize", file)
    assert code == 1
    assert words in err


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe", "this is no risk table"), (b"#" * 70_000, "more than 65,536 bytes")]
)
def test_a_damaged_own_table_is_refused(run: Running, tmp_path: Path, content: bytes, words: str) -> None:
    """A file that is no table, or larger than any, is refused by name."""
    file = tmp_path / "house.toml"
    file.write_bytes(content)
    code, _, err = run("risk", "level", "--likelihood", "low", "--impact", "low", "--matrix-file", file)
    assert code == 1
    assert f"house.toml: {'this' if words.startswith('this') else 'it has'}" in err
    assert words in err


def test_looking_up_starts_no_database() -> None:
    """`milepost risk` needs no register: Django is not loaded."""
    program = (
        "import sys; from milepost.cli import milepost; from milepost.cli.errors import exit_code_of;"
        "code = exit_code_of(milepost, ['risk', 'level', '--likelihood', 'low', '--impact', 'high']);"
        "sys.exit(code or 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Low")


@pytest.fixture
def harbor(db: None) -> str:
    """Return a system with three open items, one of which has an impact in other words."""
    del db
    day = date(2026, 2, 1)
    system = add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=day)
    for title, risk, impact in (
        ("Slow", Rating.LOW, ""),
        ("Bad", Rating.HIGH, ""),
        ("So", Rating.LOW, "meh"),
    ):
        open_item(NewItem(system.name, title, day, "Ines", risk=risk, impact=impact), as_of=day)
    return system.name


def test_priorities_are_listed_with_reasons(run: Running, harbor: str) -> None:
    """First what to do first, with why; at the end the table that was used, and what was not read."""
    code, out, _ = run("priorities", "--system", harbor, "--limit", "2")
    assert code == 0
    assert out.startswith(
        "   1. V-2  Bad\n      High risk, effort unknown, due 2026-03-03: before V-1, because"
    )
    assert "2 of 3 open items" in out
    assert "unconfirmed" in out
    assert "V-3, impact: 'meh' is no level" in out
    found = answered(run, "priorities", "--system", harbor)
    listed = found["priorities"]
    assert isinstance(listed, list)
    assert [(row["place"], row["identifier"]) for row in listed] == [(1, "V-2"), (2, "V-1"), (3, "V-3")]
    assert found["count"] == 3


def test_priorities_of_nothing_are_refused(run: Running, harbor: str) -> None:
    """A system that is not there, or no places at all, is refused."""
    assert run("priorities", "--system", "Nowhere")[0] == 1
    assert run("priorities", "--system", harbor, "--limit", "0")[0] == 2


@pytest.fixture
def gate(db: None) -> str:
    """Return a High item under FedRAMP."""
    del db
    day = date(2026, 2, 1)
    add_system(NewSystem("Harbor", "fedramp-rev5", "moderate"), as_of=day)
    return open_item(NewItem("Harbor", "Gate", day, "Ines", risk=Rating.HIGH), as_of=day).identifier


def test_a_request_takes_its_rating_from_a_vector(run: Running, gate: str) -> None:
    """`deviate --cvss` computes the rating, and the rationale keeps scores, vector, metrics and source."""
    asked = ("item", "deviate", gate, "risk_adjustment", "--rationale", "Behind a gateway", "--by", "Ines")
    done = answered(run, *asked, "--cvss", VECTOR, "--modified", "MAV:P", "--modified", "MC:L/MI:L/MA:L")
    assert done == {"item": gate, "risk_adjustment": "pending"}
    deviation = Deviation.objects.get()
    assert deviation.adjusted_risk == "Moderate"
    first, second = deviation.rationale.splitlines()
    assert first == "Behind a gateway"
    assert second.startswith(f"CVSS 3.1 4.3 (Medium), from 9.8 (Critical): {VECTOR} with MAV:P")


def test_a_request_from_high_to_low_is_warned_of(run: Running, gate: str) -> None:
    """It may be made; the answer says that it is hardly ever accepted, and by which source."""
    asked = (
        "item",
        "deviate",
        gate,
        "risk_adjustment",
        "--rationale",
        "Off",
        "--risk",
        "Low",
        "--by",
        "Ines",
    )
    code, out, _ = run(*asked)
    assert code == 0
    assert "But: from High to Low is heavily scrutinised" in out
    assert "RFC-0003" in out


@pytest.mark.parametrize(
    ("kind", "options", "code", "words"),
    [
        ("risk_adjustment", ["--risk", "Low", "--cvss", VECTOR, "--modified", "MAV:A"], 2, "which is High"),
        ("false_positive", ["--cvss", VECTOR, "--modified", "MAV:A"], 2, "has no score"),
        ("risk_adjustment", ["--modified", "MAV:A"], 1, "is no CVSS"),
        ("risk_adjustment", ["--cvss", VECTOR, "--modified", "E:P"], 1, "E is a temporal metric"),
        ("risk_adjustment", ["--risk", "Very Low"], 1, "is not a rating of FedRAMP"),
        ("operational_requirement", ["--until", "2027-01-01"], 1, "a rating of High"),
    ],
)
def test_requests_that_fedramp_does_not_take_are_refused(
    run: Running, gate: str, kind: str, options: list[str], code: int, words: str
) -> None:
    """Another rating than the vector gives, a metric that may not be used, High as a requirement."""
    ended, _, err = run("item", "deviate", gate, kind, "--rationale", "Off", "--by", "Ines", *options)
    assert ended == code
    assert words in err
    assert not Deviation.objects.exists()
