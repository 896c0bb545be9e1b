"""The dossier of one item: what it is, why its dates are as they are, what was decided, done and kept."""

from collections.abc import Sequence
from typing import Final

from milepost.domain.errors import RecordMissing
from milepost.domain.plan_item import PlanItem
from milepost.reports.acceptance_register import acceptance_table
from milepost.reports.closure_certificate import closing_facts
from milepost.reports.report import Block, Heading, Paragraph, Report, facts, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import Subject
from milepost.reports.timeline import status_words
from milepost.reports.wording import day, many, people, rating, status

_REASONS: Final = (("What", 1.2), ("Value", 1.2), ("Why", 3.5), ("Source", 2.2))
_STEPS: Final = (("No.", 0.4), ("Milestone", 4), ("First date", 1), ("Date", 1), ("Done", 1))
_STEP_CHANGES: Final = (("No.", 0.4), ("Day", 1), ("Kind", 1), ("What", 3), ("Reason", 3))
_EVIDENCE: Final = (
    ("Evidence", 3),
    ("Captured", 1.4),
    ("By", 1.2),
    ("SHA-256", 2.4),
    ("Where it is kept", 2),
)
_DECISIONS: Final = (
    ("Day", 1),
    ("Decision", 1.6),
    ("Person", 1.6),
    ("Role", 1.6),
    ("Version decided on (SHA-256)", 2.6),
)
_HISTORY: Final = (("Day", 1), ("Field", 1.3), ("From", 2.2), ("To", 2.2), ("By", 1.2), ("Reason", 2.2))
_UNDATED: Final = "9999-12-31"


def item_named(subject: Subject) -> PlanItem:
    """Return the item that a report is about.

    Raises:
        RecordMissing: the plan has no such item.
    """
    for item in subject.plan.items:
        if item.id == subject.item:
            return item
    raise RecordMissing(f"there is no item {subject.item} in {subject.system}", fix="see milepost items")


def item_report(subject: Subject) -> Report:
    """Return the dossier of the item that the subject names.

    Raises:
        RecordMissing: the plan has no such item.
    """
    item = item_named(subject)
    return Report(
        kind="item",
        title=f"Dossier of item {item.id}",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        landscape=True,
        blocks=(
            *_what(item, subject),
            *_dates(subject),
            *_plan(item),
            *_decisions(item, subject),
            *_done(item, subject),
            *_history(item, subject),
            *sign_off_page(
                f"I have reviewed item {item.id} as of {subject.as_of}; this is what is kept of it.",
                ("Responsible party", "Information system security officer", "Independent verifier"),
            ),
        ),
    )


def _what(item: PlanItem, subject: Subject) -> tuple[Block, ...]:
    as_of = subject.as_of
    pairs = (
        ("Weakness", item.title),
        ("System", subject.system),
        ("Status", f"{status(item, as_of)}, since {day(item.status_date)}"),
        ("Risk", rating(item, as_of)),
        ("Responsible", people(item)),
        ("Point of contact", item.poc),
        ("Controls", ", ".join(item.controls)),
        ("Source", item.source_text),
        ("Source's identifier", item.source_ref),
        ("CVE", ", ".join(item.cves)),
        ("Compensating controls", item.mitigations),
        ("Resources", item.resources_text),
        (
            "Waits for a vendor",
            f"{item.vendor_product}, last asked {day(item.vendor_last_checkin)}"
            if item.vendor_dependency
            else "",
        ),
        (many(len(item.assets), "asset").capitalize(), ", ".join(item.assets)),
    )
    return (
        facts("The item", pairs),
        Heading("Description"),
        Paragraph(item.description or "No description."),
    )


def _dates(subject: Subject) -> tuple[Block, ...]:
    rows = ((each.name, each.value, each.reason, each.source) for each in subject.reasons)
    return (Heading("Dates and ratings, and their reasons"), table("Why it is so", _REASONS, rows))


def _plan(item: PlanItem) -> tuple[Block, ...]:
    steps = (
        (
            str(each.number),
            each.text,
            day(each.original_due),
            day(each.due),
            day(each.completed) if each.done else "open",
        )
        for each in item.milestones
    )
    changes = (
        (
            str(each.number),
            day(each.on),
            each.kind,
            each.text,
            each.reason if each.reason != each.text else "",
        )
        for each in item.milestone_changes
    )
    return (
        Heading("Plan"),
        Paragraph(item.remediation_plan or "No plan yet."),
        table("Milestones", _STEPS, steps),
        table("Changes of milestones", _STEP_CHANGES, changes),
    )


def _decisions(item: PlanItem, subject: Subject) -> tuple[Block, ...]:
    signed = (
        (
            day(each.on),
            f"{each.kind.replace('_', ' ')}: {each.decision}",
            each.by,
            _roles(each.roles_held, each.role),
            each.version,
        )
        for each in item.approvals
    )
    accepted = [(each, subject.as_of) for each in subject.accepted if each.item == item.id]
    return (
        Heading("Decisions"),
        table("Signed decisions", _DECISIONS, signed),
        acceptance_table("Requests to carry the risk", accepted),
    )


def _roles(held: Sequence[str], role: str) -> str:
    return ", ".join(held) or role or "none recorded"


def _done(item: PlanItem, subject: Subject) -> tuple[Block, ...]:
    pieces = [
        (each.name, each.captured_at, each.by, each.digest or "not recorded", each.location)
        for each in item.evidence
    ]
    pieces += [(name, "", "", "not recorded", "") for name in item.supporting_documents]
    closings = (closing_facts(each) for each in subject.closings if each.item == item.id)
    return (Heading("Evidence and closing"), table("Evidence", _EVIDENCE, pieces), *closings)


def _history(item: PlanItem, subject: Subject) -> tuple[Block, ...]:
    changes = (
        (
            day(each.on),
            each.field.replace("_", " "),
            _value(each.before),
            _value(each.after),
            each.by,
            each.reason,
        )
        for each in item.history
        if each.on is None or each.on <= subject.as_of
    )
    said = ((day(each.on), each.by, each.text) for each in item.comments)
    return (
        Heading("History"),
        table("Changes, the oldest first", _HISTORY, changes),
        table("Remarks", (("Day", 1), ("By", 1.2), ("Remark", 6)), said),
    )


def _value(text: str) -> str:
    return status_words(text) if text != _UNDATED else ""
