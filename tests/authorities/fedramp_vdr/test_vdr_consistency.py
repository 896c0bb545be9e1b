"""What the schemas cannot see in a report is told with its rule; what is right is left alone."""

import re
from pathlib import Path

import pytest

from milepost.authorities.documents import read_document
from milepost.authorities.fedramp_vdr.consistency import contradictions
from tests.authorities.fedramp_vdr.reports import avi, detail, mrh, saved, vdt

_LATE = {"evaluationCompletedAt": "2026-01-01T00:00:00Z"}
_EARLY = {"detection": {"detectedAt": "2025-12-01T00:00:00Z", "detectionSource": "scan"}}


def told(tmp_path: Path, tree: object) -> list[str]:
    """Return what is wrong with a report."""
    return [each.what for each in contradictions(read_document(saved(tmp_path / "a.json", tree)))]


def test_a_sound_report_has_nothing_wrong(tmp_path: Path) -> None:
    """Reductions in order, an explained delay, 192 days that are not over (211 would be)."""
    sound = detail(
        painHistory=[
            {"evaluatedAt": "2026-07-03T09:00:00Z", "rating": 4},
            {"evaluatedAt": "2026-07-10T09:00:00Z", "rating": 3},
        ],
        painReductions=[{"reducedAt": "2026-07-10T09:00:00Z", "rating": 3}],
        projectedNextReduction={"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 2},
        overdueStatus={"isOverdue": True, "explanation": "The vendor is late."},
    )
    assert told(tmp_path, vdt(sound)) == []
    assert told(tmp_path, avi(detail(**_LATE, **_EARLY))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evaluationCompletedAt": "2026-07-01T00:00:00Z"}, "its evaluation is before its detection"),
        (_LATE | _EARLY, "over 192 days before the end .*VER-TFR-MAV"),
        (
            {"painReductions": [{"reducedAt": "2026-07-02T09:00:00Z", "rating": 3}]},
            "reduction to N3 is before its evaluation",
        ),
        ({"evaluationCompletedAt": "2026-09-01T00:00:00Z"}, "end of the report is before its evaluation"),
        ({"currentRating": None}, "does not say its rating"),
        (
            {"projectedNextReduction": {"estimatedAt": "2026-08-09T00:00:00Z", "targetRating": 3}},
            "leads from N3 to N3",
        ),
        ({"painHistory": [{"evaluatedAt": "2026-07-03T09:00:00Z", "rating": 4}]}, "N3 now, and N4"),
        ({"overdueStatus": {"isOverdue": True}}, "nobody says why"),
        (
            {"overdueStatus": {"isOverdue": True, "explanation": "x"}, "finalDisposition": "Fully Mitigated"},
            "final disposition, and is overdue",
        ),
        (
            {
                "finalDisposition": "False Positive",
                "painReductions": [{"reducedAt": "2026-07-10T09:00:00Z", "rating": 3}],
            },
            "what was exploitable never is one",
        ),
    ],
)
def test_contradictions_are_found(tmp_path: Path, change: dict[str, object], words: str) -> None:
    """Each against its rule, and nothing else beside it."""
    (what,) = told(tmp_path, vdt(detail(**change)))
    assert re.search(words, what), what


def test_an_identifier_stands_on_one_list(tmp_path: Path) -> None:
    """The same one as active and as accepted is told."""
    assert "V-1 stands in the report 2 times" in told(tmp_path, mrh([detail()], [detail()]))[0]


def test_a_period_runs_forward(tmp_path: Path) -> None:
    """One that ends before it begins is told."""
    tree = vdt() | {"reportPeriod": {"from": "2026-08-01T00:00:00Z", "to": "2026-07-01T00:00:00Z"}}
    assert "ends before it begins" in told(tmp_path, tree)[0]
