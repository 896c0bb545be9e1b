"""Made-up plans for the forms of agencies, as hypothesis draws them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Final

from hypothesis import strategies as st

from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import MilestoneChange, PlanItem, PlanMilestone, Remark, State

AS_OF: Final = date(2026, 3, 1)
_ODD = [
    "=1+1",
    "@SUM(A1)",
    "'quoted",
    "-5 points",
    "a\nb",
    "a; b",
    'say "no", then',
    "<b>&amp;",
    "Ünïcode 漢",
]
WORDS = st.text("abcdefghij 0123456789,.", max_size=12).map(
    lambda text: f"W {text.strip()} W"
) | st.sampled_from(_ODD)
LINE = st.text("abcdefghij &<", max_size=12).map(lambda text: " ".join(f"Step {text}".split()))
DAYS = st.dates(date(2026, 3, 2), date(2030, 1, 1))
_DRAWN = {
    "title": WORDS,
    "description": WORDS,
    "controls": st.lists(st.sampled_from(["SI-2", "AC-2(1)", "RA-5"]), max_size=3, unique=True).map(tuple),
    "source_text": WORDS,
    "source_ref": WORDS,
    "owner": WORDS,
    "owner_contact": st.sampled_from(["", "a@example.com", "555-0100 a@example.com"]),
    "responsible_org": WORDS,
    "resources_text": WORDS,
    "recommendations": WORDS,
    "impact_description": WORDS,
    "delay_reason": WORDS,
    "delay_justification": WORDS,
    "repeat_of": WORDS,
    "raw_severity": st.sampled_from(["", "High", "Moderate", "Very Low"]),
    "adjusted_severity": st.sampled_from(["", "Low"]),
    "likelihood": st.sampled_from(["", "High"]),
    "impact": st.sampled_from(["", "Moderate"]),
    "risk_level": st.sampled_from(["", "Moderate"]),
    "cost_estimate": st.none() | st.sampled_from([0.5, 12.0, 125000.0]),
    "percent_complete": st.none() | st.integers(0, 100).map(float),
    "comments": st.just(()) | WORDS.map(lambda text: (Remark(text),)),
    "milestones": st.lists(
        st.builds(
            PlanMilestone,
            text=LINE,
            due=st.none() | DAYS,
            done=st.booleans(),
            completed=st.none() | DAYS,
        ),
        max_size=3,
    ),
    "milestone_changes": st.lists(st.builds(MilestoneChange, text=LINE, kind=st.just("update")), max_size=2),
}


def plans(carried: frozenset[str], states: Sequence[State]) -> st.SearchStrategy[PlanDocument]:
    """Return plans whose items say the carried fields, in some states."""
    drawn = {name: strategy for name, strategy in _DRAWN.items() if name in carried}
    drawn |= {
        each.name: st.one_of(st.none(), DAYS) for each in fields(PlanItem) if each.name in carried & _dates()
    }
    drawn |= {"status": st.sampled_from(states)} if "status" in carried else {}
    items = st.lists(st.builds(PlanItem, **drawn), min_size=1, max_size=3)
    return items.map(plan)


def _dates() -> frozenset[str]:
    return frozenset(
        each.name for each in fields(PlanItem) if str(each.type) in {"date | None", str(date | None)}
    )


def plan(items: Sequence[PlanItem]) -> PlanDocument:
    """Number the items and their milestones, and put them into a plan."""
    for number, item in enumerate(items, 1):
        item.id = f"POAM-{number:03}"
        for place, step in enumerate((*item.milestones,), 1):
            step.number = place
        for place, change in enumerate((*item.milestone_changes,), 1):
            change.number, change.new_date, change.reason = place, change.on, change.text
    return PlanDocument(name="plan", layout="made up", facts={"system": "Harbor"}, items=items)
