"""What a rule is and what it finds: the facts of a rule are data, its judgement is a function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from milepost.domain.plan_document import Place
from milepost.domain.plan_item import PlanItem


class Level(StrEnum):
    """How much a finding weighs: an error blocks a submission, a warning asks for an answer."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Worse is larger."""
        return {Level.ERROR: 2, Level.WARNING: 1, Level.INFO: 0}[self]


@dataclass(frozen=True, slots=True)
class Rule:
    """The facts of a rule.

    `condition` says in one sentence when it reports, `fix` what to do then. `sources` are ids of
    `authorities/sources.toml`, PRACT for judgement, UNVERIFIED for what no source confirms, or a document by
    name. `profiles` are those that it belongs to (`*` for all). `needs` are the fields that a document must
    be able to speak of (`a|b` for one of two) and, with `with:`, what must be known beside it; without them
    the rule is not applicable. `params` are thresholds that a user may set.
    """

    id: str
    group: str
    severity: Level
    title: str
    condition: str
    fix: str
    sources: tuple[str, ...] = ()
    verified: bool = False
    profiles: tuple[str, ...] = ("*",)
    needs: tuple[str, ...] = ()
    params: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def standing(self) -> str:
        """How sure the rule is: verified in a source, practice, or unconfirmed."""
        if self.verified:
            return "verified"
        return "practice" if "PRACT" in self.sources or not self.sources else "unconfirmed"


class Found(NamedTuple):
    """What a rule found: the field it is about, in words what is there; `row` where it is not the item's.

    `unconfirmed` where it rests on a fact of a profile that nobody confirmed: it is then no error.
    """

    field: str
    what: str
    item: PlanItem | None = None
    row: int = 0
    unconfirmed: bool = False


class Finding(NamedTuple):
    """What is reported: the rule, how much it weighs here, the item, the place, what is there.

    `waiver` is the reason why somebody accepts it; empty for none.
    """

    rule: Rule
    level: Level
    item: str
    field: str
    place: Place
    what: str
    waiver: str = ""


class NotJudged(NamedTuple):
    """A rule that could not be judged, and why."""

    rule: Rule
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order of the document, and the rules that found nothing to look at."""

    findings: Sequence[Finding]
    judged: Sequence[Rule]
    not_judged: Sequence[NotJudged]
    items: int


Judged = Iterator[Found]
"""What a function that judges gives back."""
