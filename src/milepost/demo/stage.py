"""How the people of the demonstration act: each deed through the verb that a door would use, on its day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from milepost.demo.plans import DANA, INES, SAM, VERA, Closing, Need, Plan
from milepost.domain.item import DeviationKind, ItemStatus, ResourceKind
from milepost.domain.rating import Rating
from milepost.records.items import Item
from milepost.records.planning import Comment, Deviation, Resource
from milepost.work import close_item, deviate, edit_item, import_scan, plan_milestones


@dataclass(frozen=True, slots=True)
class Stage:
    """The system and the day of the demonstration, from which all other days count backwards."""

    system: str
    as_of: date

    def day(self, before: int) -> date:
        """Return the day so many days before that of the demonstration."""
        return self.as_of - timedelta(days=before)

    def item(self, weakness: str) -> Item:
        """Return the latest item of a weakness, named by its source id."""
        items = Item.objects.select_related("system").filter(system__name=self.system)
        return items.filter(source_id=weakness).latest("number")

    def scan(self, path: Path, day: date) -> None:
        """Import a report on the day on which it was made."""
        import_scan.import_scan(import_scan.Order(path, self.system, day))

    def edit(
        self, weakness: str, before: int, reason: str = "", *, person: str = INES, **values: str
    ) -> None:
        """Set fields of an item."""
        edit = edit_item.Edit(self.item(weakness).identifier, values, person, reason, self.system)
        edit_item.edit_item(edit, as_of=self.day(before))

    def plan(self, plans: Iterable[Plan]) -> None:
        """Give each weakness its owner, plan, milestones and resources."""
        for plan in plans:
            for weakness in plan.weaknesses:
                self._plan(weakness, plan)

    def _plan(self, weakness: str, plan: Plan) -> None:
        decided = {"responsible": plan.responsible, "remediation_plan": plan.remediation, **plan.fields}
        self.edit(weakness, plan.day, "triage with the owners", **decided)
        item = self.item(weakness)
        for step in plan.steps:
            plan_milestones.add_milestone(item, step.text, self.day(step.due), depends_on=step.after)
        Resource.objects.bulk_create(self._resource(item, need) for need in plan.needs)

    def _resource(self, item: Item, need: Need) -> Resource:
        year = fiscal_year(item.detected_on) if need.kind is ResourceKind.FUNDING else None
        return Resource(
            item=item, kind=need.kind, text=need.text, amount=need.amount, hours=need.hours, fiscal_year=year
        )

    def assign(self, before: int) -> None:
        """Let Ines find an owner for every open item that has none: Dana for images, Sam for the rest."""
        orphans = Item.objects.filter(system__name=self.system, responsible="", status=ItemStatus.OPEN)
        for item in orphans:
            owner = DANA if item.source_id.startswith("CVE-") else SAM
            edit = edit_item.Edit(item.identifier, {"responsible": owner}, INES, "triage", self.system)
            edit_item.edit_item(edit, as_of=self.day(before))

    def complete(self, weakness: str, number: int, before: int) -> None:
        """Mark a milestone as completed by Sam."""
        plan_milestones.complete_milestone(self.item(weakness), number, person=SAM, as_of=self.day(before))

    def move(self, weakness: str, number: int, to: int, before: int, reason: str) -> None:
        """Give a milestone another date."""
        plan_milestones.move_milestone(
            self.item(weakness), number, self.day(to), reason=reason, person=SAM, as_of=self.day(before)
        )

    def request(
        self, weakness: str, kind: DeviationKind, before: int, why: str, risk: Rating = Rating.NONE
    ) -> Deviation:
        """Ask for a deviation in the name of Ines."""
        return deviate.request_deviation(
            self.item(weakness), kind, why, person=INES, as_of=self.day(before), adjusted_risk=risk
        )

    def close(self, closings: Iterable[Closing]) -> None:
        """Close items that Sam fixed and Vera verified."""
        for each in closings:
            item = self.item(each.weakness)
            closing = close_item.Closing(item.identifier, SAM, VERA, each.evidence, each.remark, self.system)
            close_item.close_item(closing, as_of=self.day(each.day))

    def comment(self, weakness: str, before: int, person: str, text: str) -> None:
        """Leave a remark on an item."""
        Comment.objects.create(item=self.item(weakness), on=self.day(before), person=person, text=text)


def fiscal_year(day: date) -> int:
    """Return the federal fiscal year of a day, which begins on 1 October of the year before."""
    return day.year + (day.month >= 10)
