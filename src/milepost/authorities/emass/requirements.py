"""What eMASS demands of an item in its status, checked before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from milepost.authorities.emass.layout import Form
from milepost.authorities.emass.values import RULES, office, status_word
from milepost.authorities.emass.words import API, BOOK, BOOK_2018, identification_sources, level, words
from milepost.authorities.intake.words import folded
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_item import PlanItem, PlanMilestone
from milepost.domain.problem import Problem
from milepost.domain.ruling import Citation

_SHOWN = 20
_MOST_PARTS = 4
_LEVELS = (
    *("raw_severity", "adjusted_severity", "relevance", "likelihood", "impact", "risk_level"),
    "resulting_risk",
)
_NAMES = {
    "scheduled_date": "a scheduled completion date",
    "actual_completion_date": "a completion date",
    "responsible_org": "an office or organization",
    "description": "a description",
    "resources_text": "the resources required",
    "source_text": "an identification source",
    "comments": "comments",
    "milestones": "at least one milestone",
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule that an item breaks: what it says, where the rule stands, the way out."""

    what: str
    citation: Citation
    fix: str

    @property
    def sentence(self) -> str:
        """The rule with its source."""
        return f"{self.what} [{self.citation}]"


@dataclass(frozen=True, slots=True)
class Judged:
    """An item to be written, what the base says of it, its generation, and the day."""

    item: PlanItem
    form: Form
    as_of: date
    former: PlanItem | None = None

    def says(self, name: str) -> bool:
        """Tell whether a field will have a value: of the plan, or of the base where the plan is silent."""
        if any(getattr(each, name) for each in (self.item, self.former) if each and name == "milestones"):
            return True
        rule = RULES.get(name)
        return bool(rule and any(rule(each, self.form) for each in (self.item, self.former) if each))


def unmet(judged: Judged) -> Iterator[Unmet]:
    """Yield the rules that an item breaks."""
    status = status_word(judged.item)
    yield from _status(judged, status)
    yield from _required(judged, status)
    if judged.form.own_rows:
        yield from _milestones(judged, status)
    yield from _dates(judged, status)
    yield from _lists(judged)


def _status(judged: Judged, status: str) -> Iterator[Unmet]:
    fix = "give it one of " + ", ".join(words().statuses)
    if status not in words().statuses:
        yield Unmet(f"{status or 'nothing'} is no status of eMASS", BOOK, fix)
    elif status == "Not Applicable" and judged.former is None:
        yield Unmet(
            "Not Applicable cannot be given: it follows from test results", API, "enter a test result"
        )


def _required(judged: Judged, status: str) -> Iterator[Unmet]:
    newest = judged.form.own_rows
    table = words().required if newest else words().required_before
    for name in table.get(status, ()):
        if not judged.says(name):
            citation = BOOK if newest else BOOK_2018
            yield Unmet(f"{status} needs {_NAMES[name]}", citation, f"add {_NAMES[name]}")


def _milestones(judged: Judged, status: str) -> Iterator[Unmet]:
    item = judged.item
    open_ones = [each for each in item.milestones if not each.done and not each.archived]
    if status == "Risk Accepted":
        if item.milestones and not _same_steps(judged):
            what = f"Risk Accepted has no milestones: {len(item.milestones)} were not written"
            yield Unmet(what, BOOK, "keep them in the register")
        return
    if status == "Completed" and open_ones:
        what = f"Completed with {len(open_ones)} milestones that are neither Completed nor Archived"
        yield Unmet(what, BOOK, "complete or archive them")
    for each in item.milestones:
        yield from _milestone(each, item)


def _same_steps(judged: Judged) -> bool:
    """Tell whether all milestones stand in the base already."""
    before = {folded(each.text) for each in judged.former.milestones} if judged.former else set()
    return all(folded(each.text) in before for each in judged.item.milestones)


def _milestone(each: PlanMilestone, item: PlanItem) -> Iterator[Unmet]:
    name = f"milestone {each.number}"
    if not each.text:
        yield Unmet(f"{name} needs a description", BOOK, "describe the milestone")
    if each.due is None:
        yield Unmet(f"{name} needs a scheduled completion date", BOOK, "give the milestone a date")
    elif item.scheduled_date and each.due > item.scheduled_date and not item.is_closed:
        what = f"{name} is due after the item: on an approved item that asks for an extension"
        yield Unmet(what, API, "move the milestone, or ask for the extension")
    if each.done and each.completed is None:
        yield Unmet(f"{name} is Completed without a completion date", BOOK, "give the day of completion")


def _dates(judged: Judged, status: str) -> Iterator[Unmet]:
    item = judged.item
    if status == "Completed" and item.actual_completion_date and item.actual_completion_date > judged.as_of:
        yield Unmet("the completion date is in the future", API, "correct the completion date")
    former = judged.former.scheduled_date if judged.former else None
    if status == "Risk Accepted" and judged.form.own_rows and item.scheduled_date not in (None, former):
        what = "Risk Accepted has no scheduled completion date: it was not written"
        yield Unmet(what, API, "use the requested expiration date for a short-term acceptance")


def _lists(judged: Judged) -> Iterator[Unmet]:
    """Judge what must be of a list, and the line of the office."""
    item = judged.item
    for name in _LEVELS:
        rating = level(getattr(item, name))
        if rating and rating not in words().levels:
            what = f"{rating} is none of the levels that eMASS takes"
            yield Unmet(what, BOOK, f"use {', '.join(words().levels)}")
    if judged.form.listed and item.source_text and not item.source_type:
        named, rest = identification_sources(item.source_text)
        if rest and not named:
            what = f"{item.source_text[:60]} is no identification source; it was written to the details"
            yield Unmet(what, BOOK, "choose a source of the glossary")
    line = str(office(item, judged.form))
    if line.count(",") >= _MOST_PARTS:
        yield Unmet("the office has more than organization, name, phone, e-mail", BOOK, "take the commas out")


def told(judged: Iterable[Judged], *, strict: bool) -> list[Problem]:
    """Return what the items break, the first of each kind by item and the others counted.

    Raises:
        NotAllowed: a rule is broken, and `strict` asks for none.
    """
    found: defaultdict[str, list[tuple[str, Unmet]]] = defaultdict(list)
    for each in judged:
        for broken in unmet(each):
            name = (
                each.item.id or each.item.title[:60] or each.item.description[:60] or "an item without name"
            )
            found[broken.sentence].append((name, broken))
    if strict and found:
        name, broken = next(iter(found.values()))[0]
        count = sum(map(len, found.values()))
        what = f"{broken.sentence}; {count} rules of items are broken in all"
        raise NotAllowed(what, where=name, fix=f"{broken.fix}, or write with check=warn")
    return [problem for sentence, places in found.items() for problem in _problems(sentence, places)]


def _problems(sentence: str, places: list[tuple[str, Unmet]]) -> Iterator[Problem]:
    for name, broken in places[:_SHOWN]:
        yield Problem(name, sentence, broken.fix)
    if len(places) > _SHOWN:
        yield Problem(f"{len(places) - _SHOWN:,} items more", sentence, places[0][1].fix)
