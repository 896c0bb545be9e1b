"""The register of accepted risks: justified, approved, to be examined again, or come back."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from milepost.reports.poam import about
from milepost.reports.report import Heading, Report, Table, table
from milepost.reports.sign_off_page import sign_off_page
from milepost.reports.subject import AcceptedRisk, Subject
from milepost.reports.wording import day, lines, many, titled

_COLUMNS: Final = (
    ("Item", 0.9),
    ("Weakness", 2.4),
    ("Risk", 1.2),
    ("Reason", 2.6),
    ("What protects meanwhile", 2.4),
    ("Asked for", 1.4),
    ("Decided", 1.6),
    ("Ends", 1.3),
)
_KINDS: Final = {"risk_acceptance": "risk accepted", "operational_requirement": "operational requirement"}


def acceptance_report(subject: Subject) -> Report:
    """Return every request to carry a risk up to the day of the report, in force, waiting and past."""
    known = [each for each in subject.accepted if each.requested_on <= subject.as_of]
    in_force = [each for each in known if standing_of(each, subject.as_of).startswith("in force")]
    waiting = [each for each in known if not decided(each, subject.as_of)]
    past = [each for each in known if each not in in_force and each not in waiting]
    counted = [("In force", f"{len(in_force):,}"), ("Waiting for a decision", f"{len(waiting):,}")]
    return Report(
        kind="acceptances",
        title="Risk acceptance register",
        subject=subject.system,
        written=subject.as_of,
        marking=subject.marking,
        landscape=True,
        blocks=(
            about(subject, counted),
            Heading("In force"),
            _listed("Risks that are carried", by_end(in_force), subject),
            Heading("Waiting"),
            _listed("Requests without a decision", waiting, subject),
            Heading("Past"),
            _listed("Denied, ended, or come back", past, subject),
            *sign_off_page(
                "I know the risks in force in this register, their justification and the day on which each "
                "ends and I accept to carry them until then.",
                ("Authorizing official", "System owner", "Information system security officer"),
            ),
        ),
    )


def _listed(caption: str, accepted: Sequence[AcceptedRisk], subject: Subject) -> Table:
    return acceptance_table(caption, [(each, subject.as_of) for each in accepted])


def decided(each: AcceptedRisk, as_of: date) -> bool:
    """Tell whether a request was decided up to a day."""
    return each.decided_on is not None and each.decided_on <= as_of


def standing_of(each: AcceptedRisk, as_of: date) -> str:
    """Return how an acceptance stands on a day, in words."""
    if not decided(each, as_of):
        return "waits for a decision"
    if each.state != "approved":
        return each.state
    if each.returned_on is not None and each.returned_on <= as_of:
        return f"carried no more since {each.returned_on}"
    if each.expires is None:
        return "in force, without an end"
    left = (each.expires - as_of).days
    return f"in force, {many(left, 'day')} left" if left >= 0 else f"ENDED {many(-left, 'day')} ago"


def by_end(accepted: Sequence[AcceptedRisk]) -> list[AcceptedRisk]:
    """Return acceptances by the day on which they end; those without an end come last."""
    return sorted(accepted, key=lambda each: each.expires or date.max)


def expiring(subject: Subject, until: date) -> list[tuple[AcceptedRisk, date]]:
    """Return the approved acceptances that end from the period's first day up to a day, by that day."""
    return [
        (each, subject.as_of)
        for each in by_end(subject.accepted)
        if each.state == "approved"
        and decided(each, subject.as_of)
        and each.expires is not None
        and subject.period.first <= each.expires <= until
    ]


def acceptance_table(caption: str, accepted: Sequence[tuple[AcceptedRisk, date]]) -> Table:
    """Return acceptances, each as it stands on the day beside it."""
    return table(caption, _COLUMNS, (_row(each, as_of) for each, as_of in accepted))


def _row(each: AcceptedRisk, as_of: date) -> Sequence[str]:
    settled = decided(each, as_of)
    return (
        each.item,
        lines(each.title, titled("Threat", each.threat)),
        lines(each.rating or "not rated", titled("remaining", each.residual_risk)),
        lines(_KINDS.get(each.kind, each.kind.replace("_", " ")), each.reason),
        each.mitigations or "nothing named",
        lines(each.requested_by, day(each.requested_on)),
        lines(each.state, f"by {each.decided_by}", day(each.decided_on)) if settled else "not yet",
        lines(day(each.expires), standing_of(each, as_of)),
    )
