"""Original and adjusted risk: only what is in place, reasoned and approved lowers anything."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from milepost.domain.adjustment import Adjustment, Mitigation, MitigationKind, current_risk, may_lower
from milepost.domain.scale import Level

TODAY = date(2026, 3, 1)
FILTER = Mitigation(MitigationKind.COMPENSATING_CONTROL, "a packet filter", TODAY)
PLANNED = Mitigation(MitigationKind.MITIGATION, "a new version")
COMING = Mitigation(MitigationKind.PREDISPOSING_CONDITION, "a closed site", TODAY + timedelta(days=1))
SOUND = Adjustment(
    Level.HIGH, Level.MODERATE, "reached from inside only", (PLANNED, FILTER), "Sam", "Ines", TODAY
)


def test_what_is_in_place_reasoned_and_approved_lowers_a_risk() -> None:
    """The ruling names what counts, not what is planned, and who approved it; the original stays."""
    ruling = may_lower(SOUND, TODAY)
    assert ruling.allowed
    assert ruling.reason == "High is Moderate by a packet filter (compensating control), approved by Ines"
    assert ruling.citation.document == "eMASS POA&M workbook (Navy)"
    assert ruling.citation.section == (
        "Instructions, Severity and Mitigations; C-PAT, POA&M submission rules"
    )
    assert (current_risk(SOUND, TODAY), SOUND.original) == (Level.MODERATE, Level.HIGH)
    both = replace(SOUND, mitigations=(FILTER, replace(FILTER, what="a guard")))
    assert may_lower(both, TODAY).reason == (
        "High is Moderate by a packet filter (compensating control), a guard (compensating control), "
        "approved by Ines"
    )


@pytest.mark.parametrize(
    ("adjustment", "reason", "way_out"),
    [
        (replace(SOUND, rationale=" "), "a lower risk needs a rationale", "say why the risk is lower"),
        (
            replace(SOUND, mitigations=()),
            "no mitigation is named, and nothing else lowers a risk",
            "implement one, and say since when it is there",
        ),
        (
            replace(SOUND, mitigations=(PLANNED, COMING)),
            (
                "not in place on 2026-03-01: a new version (mitigation), a closed site (predisposing "
                "condition); what is planned does not lower a risk"
            ),
            "implement one, and say since when it is there",
        ),
        (
            replace(SOUND, approved_by=" "),
            "nobody has approved the lower risk by 2026-03-01",
            "have it approved",
        ),
        (
            replace(SOUND, approved_on=None),
            "nobody has approved the lower risk by 2026-03-01",
            "have it approved",
        ),
        (
            Adjustment(Level.HIGH, Level.LOW, "inside", (FILTER,), "Sam", approved_on=TODAY),
            "nobody has approved the lower risk by 2026-03-01",
            "have it approved",
        ),
        (
            replace(SOUND, approved_on=TODAY + timedelta(days=1)),
            "nobody has approved the lower risk by 2026-03-01",
            "have it approved",
        ),
        (
            replace(SOUND, approved_by="sam"),
            "sam cannot decide a request of their own",
            "let someone else decide it",
        ),
    ],
)
def test_whatever_is_lacking_leaves_the_original(adjustment: Adjustment, reason: str, way_out: str) -> None:
    """Each condition alone is enough to refuse, and the refusal says what to do."""
    ruling = may_lower(adjustment, TODAY)
    assert (ruling.allowed, ruling.reason, ruling.way_out) == (False, reason, way_out)
    assert ruling.citation.document
    assert current_risk(adjustment, TODAY) is Level.HIGH


def test_the_past_is_seen_as_it_was() -> None:
    """The day before the mitigation was in place the original risk held."""
    assert current_risk(SOUND, TODAY - timedelta(days=1)) is Level.HIGH
    late = replace(SOUND, approved_on=TODAY + timedelta(days=3))
    assert current_risk(late, TODAY + timedelta(days=2)) is Level.HIGH
    assert current_risk(late, TODAY + timedelta(days=3)) is Level.MODERATE


@given(some.sampled_from(Level), some.sampled_from(Level))
def test_only_lowering_has_conditions(original: Level, adjusted: Level) -> None:
    """Raising or keeping a risk needs no mitigation; lowering without any is always refused."""
    bare = Adjustment(original, adjusted, "", (), "Sam")
    ruling = may_lower(bare, TODAY)
    assert ruling.allowed == (adjusted.rank >= original.rank)
    assert ruling.citation.document == "eMASS POA&M workbook (Navy)"
    assert current_risk(bare, TODAY) is max(original, adjusted, key=lambda level: level.rank)
    if ruling.allowed:
        assert ruling.reason == f"{adjusted} does not lower the risk"
