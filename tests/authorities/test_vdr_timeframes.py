"""FedRAMP's rules of 2026: every cell of the timeframes, and what comes before and after."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from milepost.authorities.fedramp_vdr.timeframes import CLASSES, candidates, reduction_hours
from milepost.domain.circumstances import Circumstances, Evaluation
from milepost.domain.deadline import Candidate, Remark

AT = datetime(2026, 12, 10, 18, 30, tzinfo=UTC)
DAY = 24

CELLS: dict[str, dict[int, tuple[float, ...]]] = {
    # by class and impact: internet-reachable and likely exploitable / likely exploitable / not, in days
    "A": {2: (96, 160, 192), 3: (32, 64, 192), 4: (8, 32, 64), 5: (4, 8, 32)},
    "B": {2: (96, 160, 192), 3: (32, 64, 192), 4: (8, 32, 64), 5: (4, 8, 32)},
    "C": {2: (48, 128, 192), 3: (16, 32, 128), 4: (4, 8, 64), 5: (2, 4, 16)},
    "D": {2: (24, 96, 192), 3: (8, 16, 64), 4: (2, 8, 32), 5: (0.5, 1, 8)},
}
STANDINGS = [(True, True, 0), (False, True, 1), (True, False, 2), (False, False, 2)]


def evaluation_of(impact: int, *standing: bool) -> Evaluation:
    """Return an evaluation by impact, reachability and exploitability."""
    reachable, exploitable = standing
    return Evaluation(AT, impact, internet_reachable=reachable, likely_exploitable=exploitable)


@pytest.mark.parametrize("system_class", CLASSES)
@pytest.mark.parametrize("impact", [2, 3, 4, 5])
@pytest.mark.parametrize(("reachable", "exploitable", "column"), STANDINGS)
def test_each_cell_of_the_table(
    system_class: str, impact: int, *, reachable: bool, exploitable: bool, column: int
) -> None:
    """Every class, impact, reachability and exploitability has the timeframe of VDR-TFR-PVR."""
    evaluation = Evaluation(AT, impact, internet_reachable=reachable, likely_exploitable=exploitable)
    assert reduction_hours(system_class, evaluation) == CELLS[system_class][impact][column] * DAY


@pytest.mark.samples
def test_cells_are_those_of_the_published_rules(samples: Path) -> None:
    """The consolidated rules as FedRAMP publishes them give the same hours in every cell."""
    file = samples / "fedramp" / "cr26" / "fedramp-consolidated-rules-2026.07.14.01.json"
    rules = json.loads(file.read_text(encoding="utf-8"))["FRR"]["VDR"]["data"]["all"]["TFR"]["VDR-TFR-PVR"]
    standings = {"irv_lev": (True, True), "nirv_lev": (False, True), "nlev": (False, False)}
    compared = 0
    for name, stated in rules["varies_by_class"].items():
        for impact, cells in stated["pain_timeframes"].items():
            for key, cell in cells.items():
                hours = cell["timeframe_num"] * (DAY if cell["timeframe_type"] == "days" else 1)
                assert reduction_hours(name.upper(), evaluation_of(int(impact), *standings[key])) == hours
                compared += 1
    assert compared == 48


@pytest.mark.parametrize(("system_class", "days"), [("A", 14), ("B", 7), ("C", 5), ("D", 2)])
def test_an_evaluation_comes_first(system_class: str, days: int) -> None:
    """What is not evaluated yet is due for evaluation: 14, 7, 5 or 2 days after detection (VER-TFR-EVU)."""
    (only,) = candidates(Circumstances(detected_on=date(2026, 12, 1)), system_class)
    assert isinstance(only, Candidate)
    assert only.due == date(2026, 12, 1) + timedelta(days=days)
    assert "evaluate" in only.rule.duty
    assert only.rule.citation.document == "FedRAMP Consolidated Rules 2026.07.14.01"
    assert "VER-TFR-EVU" in only.rule.citation.section
    assert only.rule.name == "ver-tfr-evu"
    assert f"class {system_class}" in only.rule.words
    assert f"{days} days" in only.rule.words


def test_hours_are_counted_as_hours() -> None:
    """Class D, N5, reachable and exploitable: twelve hours after the evaluation, across midnight."""
    found = Circumstances(
        detected_on=AT.date(), evaluation=Evaluation(AT, 5, internet_reachable=True, likely_exploitable=True)
    )
    reduction, accepted = candidates(found, "D")
    assert isinstance(reduction, Candidate)
    assert reduction.at == datetime(2026, 12, 11, 6, 30, tzinfo=UTC)
    assert reduction.due == date(2026, 12, 11)
    assert reduction.working == "2026-12-11 06:30 UTC"
    assert "12 hours" in reduction.rule.words
    assert isinstance(accepted, Candidate)


@pytest.mark.parametrize(
    ("reachable", "exploitable", "days", "words"),
    [
        (True, True, 4, "internet-reachable and likely exploitable"),
        (False, True, 8, "not internet-reachable"),
        (True, False, 64, "not likely exploitable"),
        (False, False, 64, "not likely exploitable"),
    ],
)
def test_days_are_counted_as_days(*, reachable: bool, exploitable: bool, days: int, words: str) -> None:
    """Class C, N4: whole days after the day of the evaluation, and the rule says for what."""
    evaluation = evaluation_of(4, reachable, exploitable)
    reduction, _ = candidates(Circumstances(detected_on=date(2026, 1, 1), evaluation=evaluation), "C")
    assert isinstance(reduction, Candidate)
    assert (reduction.start, reduction.at) == (AT.date(), None)
    assert reduction.working == f"2026-12-10 + {days} days = {AT.date() + timedelta(days=days)}"
    assert words in reduction.rule.words
    assert f"{days} days" in reduction.rule.words
    assert "N4" in reduction.rule.words
    assert reduction.rule.citation.document == "FedRAMP Consolidated Rules 2026.07.14.01"
    assert "VDR-TFR-PVR" in reduction.rule.citation.section


def test_hours_are_told_in_utc_whatever_the_zone() -> None:
    """A system in another zone has its own due day, and the hour is told in UTC."""
    west = timezone(timedelta(hours=-8))
    found = Circumstances(
        detected_on=AT.date(),
        evaluation=Evaluation(AT.astimezone(west), 5, internet_reachable=True, likely_exploitable=True),
    )
    reduction, _ = candidates(found, "D")
    assert isinstance(reduction, Candidate)
    assert reduction.due == date(2026, 12, 10)
    assert reduction.working == "2026-12-11 06:30 UTC"


def test_after_192_days_it_is_an_accepted_vulnerability() -> None:
    """192 days after the evaluation, not the detection, what is left counts as accepted (VER-TFR-MAV)."""
    found = Circumstances(
        detected_on=date(2026, 1, 1),
        evaluation=Evaluation(AT, 3, internet_reachable=False, likely_exploitable=False),
    )
    _, accepted = candidates(found, "C")
    assert isinstance(accepted, Candidate)
    assert accepted.due == AT.date() + timedelta(days=192)
    assert "accepted" in accepted.rule.duty
    assert "VER-TFR-MAV" in accepted.rule.citation.section
    assert accepted.rule.name == "ver-tfr-mav"
    assert "192 days" in accepted.rule.words


def test_lowest_impact_has_no_timeframe() -> None:
    """N1 says so in a remark, and only the 192 days remain."""
    found = Circumstances(
        detected_on=AT.date(), evaluation=Evaluation(AT, 1, internet_reachable=True, likely_exploitable=True)
    )
    said, accepted = candidates(found, "A")
    assert isinstance(said, Remark)
    assert "N1" in said.text
    assert "N1" in said.rule.words
    assert isinstance(accepted, Candidate)
    assert reduction_hours("A", Evaluation(AT, 1, internet_reachable=True, likely_exploitable=True)) is None
