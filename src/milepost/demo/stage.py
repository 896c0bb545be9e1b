"""How the people of the demonstration act: each deed through the verb that a door would use, on its day."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from milepost.demo.plans import DANA, INES, OMAR, SAM, VERA, Closing, Need, Plan, Remark, Report, Request
from milepost.domain.item import ItemStatus, ResourceKind
from milepost.records.items import Item
from milepost.work import close_item, deviate, edit_item, open_item, plan_milestones
from milepost.work.comment_item import comment_item
from milepost.work.finding_items import by_identifier
from milepost.work.import_scan import Order, import_scan
from milepost.work.list_items import list_items
from milepost.work.plan_resources import NewResource, add_resource

_FISCAL_YEAR_BEGINS = 10


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
        rows = [row for row in list_items(self.system, (), as_of=self.as_of) if row.source_id == weakness]
        return by_identifier(rows[-1].id, self.system)

    def scan(self, path: Path, day: date) -> None:
        """Import a report on the day on which it was made."""
        import_scan(Order(path, self.system, day))

    def edit(self, weakness: str, before: int, person: str, reason: str, **values: str) -> None:
        """Set fields of an item."""
        edit = edit_item.Edit(self.item(weakness).identifier, values, person, reason, self.system)
        edit_item.edit_item(edit, as_of=self.day(before))

    def plan(self, plan: Plan) -> None:
        """Give each weakness of a plan its owner, plan, milestones and resources."""
        decided = {"responsible": plan.responsible, "remediation_plan": plan.remediation, **plan.fields}
        for weakness in plan.weaknesses:
            self.edit(weakness, plan.day, INES, "triage with the owners", **decided)
            item = self.item(weakness)
            for step in plan.steps:
                plan_milestones.add_milestone(item, step.text, self.day(step.due), depends_on=step.after)
            for need in plan.needs:
                add_resource(self._resource(item, need, plan.day), as_of=self.day(plan.day))

    def _resource(self, item: Item, need: Need, before: int) -> NewResource:
        year = fiscal_year(self.day(before)) if need.kind is ResourceKind.FUNDING else None
        return NewResource(
            item.identifier, need.kind, need.text, INES, year, need.amount, need.hours, self.system
        )

    def assign(self, before: int) -> None:
        """Let Ines find an owner for every open item without one: Dana for images, Sam for the rest."""
        for row in list_items(self.system, [ItemStatus.OPEN], as_of=self.as_of):
            if not row.responsible:
                owner = DANA if row.source_id.startswith("CVE-") else SAM
                edit = edit_item.Edit(row.id, {"responsible": owner}, INES, "triage", self.system)
                edit_item.edit_item(edit, as_of=self.day(before))

    def vendor_asked(self, weakness: str, before: int) -> None:
        """Note that Sam asked the vendor how far the fix is."""
        day = f"{self.day(before):%Y-%m-%d}"
        self.edit(weakness, before, SAM, "asked the vendor", vendor_checked_on=day)

    def complete(self, weakness: str, number: int, before: int) -> None:
        """Mark a milestone as completed by Sam."""
        plan_milestones.complete_milestone(self.item(weakness), number, person=SAM, as_of=self.day(before))

    def move(self, weakness: str, number: int, to: int, before: int, reason: str) -> None:
        """Give a milestone another date."""
        plan_milestones.move_milestone(
            self.item(weakness), number, self.day(to), reason=reason, person=SAM, as_of=self.day(before)
        )

    def request(self, request: Request) -> None:
        """Let Ines ask for a deviation, and Omar approve it on the day that the request names."""
        asked = deviate.request_deviation(
            self.item(request.weakness),
            request.kind,
            request.why,
            person=INES,
            as_of=self.day(request.asked),
            adjusted_risk=request.risk,
        )
        if request.decided is not None:
            deviate.decide_deviation(asked, approve=True, person=OMAR, as_of=self.day(request.decided))

    def close(self, closing: Closing) -> None:
        """Close an item whose fix Vera verified."""
        item = self.item(closing.weakness)
        verified = close_item.Closing(
            item.identifier, item.responsible, VERA, closing.evidence, closing.remark, self.system
        )
        close_item.close_item(verified, as_of=self.day(closing.day))

    def report(self, report: Report) -> None:
        """Let Ines record what people found."""
        new = open_item.NewItem(
            system=self.system,
            name=report.name,
            detected_on=self.day(report.found),
            person=INES,
            description=report.description,
            source_kind=report.kind,
            source_name=report.source,
            source_id=report.id,
            controls=report.controls,
            risk=report.risk,
            likelihood=report.likelihood,
            impact=report.impact,
            affected_assets=report.assets,
            remediation_plan=report.remediation,
            responsible=report.responsible,
        )
        open_item.open_item(new, as_of=self.day(report.recorded))

    def remark(self, remark: Remark) -> None:
        """Leave a remark on an item."""
        item, day = self.item(remark.weakness), self.day(remark.day)
        comment_item(item.identifier, remark.text, person=remark.person, as_of=day, system=self.system)


def fiscal_year(day: date) -> int:
    """Return the federal fiscal year of a day, which begins on 1 October of the year before."""
    return day.year + (day.month >= _FISCAL_YEAR_BEGINS)
