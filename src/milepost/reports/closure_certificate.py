"""The closure certificate of an item: what was done, who verified it independently, on which evidence."""

from typing import Final

from milepost.domain.errors import StateConflict
from milepost.domain.plan_item import PlanItem
from milepost.reports.report import Heading, Paragraph, Report, Table, facts, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import Closing, Subject
from milepost.reports.wording import day

_OUTCOMES: Final = {"completed": "fixed and verified", "false_positive": "nothing to fix: false positive"}


def closure_report(subject: Subject, item: PlanItem) -> Report:
    """Return the certificate of an item's last closing.

    Raises:
        StateConflict: it has no closing record, or not by the day of the report, or is open again.
    """
    closing = _last(subject, item)
    evidence = table(
        "Evidence",
        (("No.", 0.4), ("Evidence", 6)),
        ((str(n), text) for n, text in enumerate(closing.evidence, 1)),
    )
    left = table(
        "Where it left the plan",
        (("No.", 0.4), ("Departure", 6)),
        ((str(n), text) for n, text in enumerate(closing.departures, 1)),
    )
    return Report(
        kind="closure",
        title=f"Closure certificate of item {item.id}",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        blocks=(
            facts("The item", _item(subject, item)),
            Heading("The closing"),
            closing_facts(closing),
            Paragraph(closing.done or "What was done is not recorded."),
            evidence,
            left,
            *sign_off_page(
                f"Item {item.id} is closed. The fix is effective, its evidence is kept, and it was verified "
                "by a person who did not carry it out.",
                ("Independent verifier", "Information system security officer or system owner"),
            ),
        ),
    )


def _last(subject: Subject, item: PlanItem) -> Closing:
    found = [each for each in subject.closings if each.item == item.id and each.closed_on <= subject.as_of]
    if not found or not item.is_closed:
        raise StateConflict(
            f"item {item.id} is not closed on {subject.as_of}",
            fix="it needs evidence, an independent verification and its closing first: milepost item next",
        )
    return max(found, key=lambda each: each.closed_on)


def _item(subject: Subject, item: PlanItem) -> tuple[tuple[str, str], ...]:
    return (
        ("Item", item.id),
        ("Weakness", item.title),
        ("System", subject.system),
        ("Controls", ", ".join(item.controls)),
        ("First risk", item.raw_severity),
        ("Found", day(item.identified_date)),
        ("First scheduled date", day(item.original_scheduled_date)),
        ("Assets", ", ".join(item.assets)),
    )


def closing_facts(closing: Closing) -> Table:
    """Return a closing in fields."""
    return facts(
        f"Closed on {closing.closed_on}",
        (
            ("Outcome", _OUTCOMES.get(closing.outcome, closing.outcome)),
            ("Closed", f"{closing.closed_on} by {closing.closed_by}"),
            ("Fixed", f"{day(closing.fixed_on)} by {closing.fixed_by}" if closing.fixed_by else ""),
            ("Verified", f"{closing.verified_on} by {closing.verified_by}, method: {closing.method}"),
            ("Remark", closing.remark),
            ("Version closed (SHA-256)", closing.version),
        ),
    )
