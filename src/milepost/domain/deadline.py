"""A due date is the earliest of several candidates, each with its rule and citation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from milepost.domain.ruling import Citation


@dataclass(frozen=True, slots=True)
class DateRule:
    """A rule that gives dates: its short name, what it says, where it stands.

    `verified` False marks a default that nobody has confirmed yet. `duty` is what else the rule asks for by
    that date, in words; empty for nothing.
    """

    name: str
    words: str
    citation: Citation
    verified: bool = True
    duty: str = ""

    def __str__(self) -> str:
        """Return what the rule says, marked where it is not confirmed."""
        return self.words if self.verified else f"{self.words} (unconfirmed default)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One date by which something is due, and how it came about.

    `start` is the day that was counted from and `days` the calendar days after it; both None where the rule
    names the date itself. `at` is the instant where a rule counts hours. `concerning` says for which CVE.
    """

    due: date
    rule: DateRule
    start: date | None = None
    days: int | None = None
    at: datetime | None = None
    concerning: str = ""

    @property
    def citation(self) -> Citation:
        """Return where the rule stands."""
        return self.rule.citation

    @property
    def working(self) -> str:
        """Return the sum in words."""
        about = f" for {self.concerning}" if self.concerning else ""
        if self.at is not None:
            return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC{about}"
        if self.start is None:
            return f"{self.due:%Y-%m-%d}{about}"
        unit = "day" if self.days == 1 else "days"
        return f"{self.start:%Y-%m-%d} + {self.days} {unit} = {self.due:%Y-%m-%d}{about}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says without giving a date, such as a fix at the next upgrade; `rule` names it."""

    rule: DateRule
    text: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """All candidates, the one that holds first; `otherwise` says why there is none where there is none."""

    candidates: tuple[Candidate, ...]
    otherwise: str
    remarks: tuple[Remark, ...] = ()

    @property
    def due(self) -> date | None:
        """Return the date that holds; None where no rule gives one."""
        return self.candidates[0].due if self.candidates else None

    @property
    def reason(self) -> str:
        """Return why it is this date, or why there is none."""
        if not self.candidates:
            return self.otherwise
        return f"{self.candidates[0].rule}: {self.candidates[0].working}"


def after(start: date, days: int, rule: DateRule, concerning: str = "") -> Candidate:
    """Return the candidate of a rule that counts calendar days from a day."""
    return Candidate(start + timedelta(days=days), rule, start, days, concerning=concerning)


def earliest(found: Iterable[Candidate | Remark], *, otherwise: str) -> Deadline:
    """Choose the earliest candidate; `otherwise` says why there is no date when there is no candidate.

    Of two candidates on one day the one with an hour holds, then the confirmed rule, then the first given.
    """
    candidates: list[Candidate] = []
    remarks: list[Remark] = []
    for each in found:
        if isinstance(each, Remark):
            remarks.append(each)
        else:
            candidates.append(each)
    candidates.sort(key=_order)
    return Deadline(tuple(candidates), otherwise, tuple(remarks))


def _order(candidate: Candidate) -> tuple[date, bool, bool]:
    return candidate.due, candidate.at is None, not candidate.rule.verified


def is_overdue(
    due: date | None, *, completed: date | None, as_of: date, excused_until: date | None = None
) -> bool:
    """Tell whether a date has passed without completion or excuse; computed each time, never stored."""
    last = due if due is None or excused_until is None else max(due, excused_until)
    return last is not None and completed is None and as_of > last
