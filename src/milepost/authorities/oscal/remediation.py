"""What is to be done: dates, plan, recommendation, who answers for it, resources, milestones, mitigations."""

from dataclasses import replace
from datetime import date
from typing import Final

from milepost.authorities.oscal.facts import CONTACT, FACTS, OWN
from milepost.authorities.oscal.nodes import (
    Node,
    day,
    inside,
    instant,
    listed,
    node,
    nodes,
    one_line,
    put,
    text,
)
from milepost.authorities.oscal.own_properties import (
    UNSAID,
    own_properties,
    own_property,
    record_of,
    record_properties,
    unsaid,
)
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import PlanItem, PlanMilestone

_STEP: Final = "milestone"
_FROM_TASK: Final = frozenset({"text", "due", "row", "number"})


def read_dates(record: Record, item: PlanItem) -> None:
    """Read the first day of detection and the deadline, as their authors wrote them."""
    days = [found for each in record.found_by() if (found := day(text(each, "collected")))]
    item.identified_date = min(days, default=None) if "identified_date" not in unsaid(record) else None
    item.scheduled_date = day(text(record.risk, "deadline"))


def write_detected(record: Record, item: PlanItem) -> None:
    """Write the day of detection into the first observation; its hour goes where the day changes."""
    wanted = item.identified_date or record.plan.as_of
    found = sorted(record.found_by(), key=lambda each: text(each, "collected"))
    first = found[0] if found else record.observation()
    if day(text(first, "collected")) != wanted:
        first["collected"] = instant(wanted)
    for each in found[1:]:
        if (day(text(each, "collected")) or wanted) < wanted:
            each["collected"] = instant(wanted)


def write_deadline(record: Record, item: PlanItem) -> None:
    """Write the scheduled completion as the deadline of the risk."""
    put(record.ensure_risk(), "deadline", instant(item.scheduled_date) if item.scheduled_date else "")


def read_responses(record: Record, item: PlanItem) -> None:
    """Read plan, recommendations, required resources and the person in charge."""
    nothing = FACTS.nothing_said
    planned = record.response("planned")
    item.remediation_plan = _said(text(planned, "description"), nothing.plan)
    recommended = [
        each for each in nodes(record.risk, "remediations") if text(each, "lifecycle") == "recommendation"
    ]
    told = (_said(text(each, "description"), nothing.recommendation) for each in recommended)
    item.recommendations = "\n\n".join(each for each in told if each)
    item.resources_text = "\n\n".join(text(each, "description") for each in nodes(planned, "required-assets"))
    item.owner = _owner(record, planned)


def _said(value: str, nothing: str) -> str:
    return "" if value.strip() == nothing else value


def _owner(record: Record, planned: Node) -> str:
    actors = [actor for origin in nodes(planned, "origins") for actor in nodes(origin, "actors")]
    parties = [each for each in actors if text(each, "type") == "party"]
    parties.sort(key=lambda each: text(each, "role-id") != CONTACT)
    for each in parties:
        if (defined := record.plan.named(text(each, "actor-uuid"))) is not None:
            return defined.name
    return ""


def write_recommendations(record: Record, item: PlanItem) -> None:
    """Write the recommendation; several become one where their text changed."""
    first = record.ensure_response("recommendation")
    first["description"] = item.recommendations or FACTS.nothing_said.recommendation
    kept = [
        each
        for each in nodes(record.risk, "remediations")
        if each is first or text(each, "lifecycle") != "recommendation"
    ]
    put(record.risk, "remediations", kept)


def write_plan(record: Record, item: PlanItem) -> None:
    """Write the plan of remediation."""
    planned = record.ensure_response("planned")
    planned["description"] = item.remediation_plan or FACTS.nothing_said.plan


def write_resources(record: Record, item: PlanItem) -> None:
    """Write what the plan needs."""
    planned = record.ensure_response("planned")
    found = nodes(planned, "required-assets")[:1]
    if item.resources_text and not found:
        found = [{"uuid": record.identifier("required-asset"), "description": ""}]
    for each in found:
        each["description"] = item.resources_text
    put(planned, "required-assets", found if item.resources_text else None)


def write_owner(record: Record, item: PlanItem) -> None:
    """Write the person in charge as the point of contact who stands behind the plan."""
    planned = record.ensure_response("planned")
    for origin in nodes(planned, "origins"):
        put(origin, "actors", [each for each in nodes(origin, "actors") if text(each, "type") != "party"])
    put(planned, "origins", [each for each in nodes(planned, "origins") if nodes(each, "actors")])
    if item.owner.strip():
        actor: Node = {
            "type": "party",
            "actor-uuid": record.plan.party(item.owner.strip(), "person"),
            "role-id": record.plan.role(CONTACT),
        }
        listed(planned, "origins").append({"actors": [actor]})


def read_mitigations(record: Record, item: PlanItem) -> None:
    """Read the mitigating factors, with an empty line between two."""
    item.mitigations = "\n\n".join(
        text(each, "description") for each in nodes(record.risk, "mitigating-factors")
    )


def write_mitigations(record: Record, item: PlanItem) -> None:
    """Write the mitigating factors; several become one where their text changed."""
    found = nodes(record.ensure_risk(), "mitigating-factors")[:1]
    if item.mitigations and not found:
        found = [{"uuid": record.identifier("mitigating-factor")}]
    for each in found:
        each["description"] = item.mitigations
    put(record.risk, "mitigating-factors", found if item.mitigations else None)


def steps_of(record: Record) -> list[Node]:
    """Return the tasks of the plan that are milestones."""
    return [each for each in nodes(record.response("planned"), "tasks") if text(each, "type") == _STEP]


def read_milestones(record: Record, item: PlanItem) -> None:
    """Read the milestones: due on a day, or at the end of a range; what is completed says the risk's log."""
    completed = {
        text(task, "task-uuid"): text(entry, "start")
        for entry in record.entries()
        if _kind(entry) == "milestone-complete"
        for response in nodes(entry, "related-responses")
        for task in nodes(response, "related-tasks")
    }
    found = []
    for number, task in enumerate(steps_of(record), 1):
        step = milestone_of(task, number)
        if (started := completed.get(text(task, "uuid"))) is not None:
            step = replace(step, done=True, completed=step.completed or day(started))
        found.append(step)
    item.milestones = found


def _kind(entry: Node) -> str:
    return next((text(each, "value") for each in nodes(entry, "props") if text(each, "name") == "type"), "")


def milestone_of(task: Node, number: int) -> PlanMilestone:
    """Return a task as a milestone; `number` is its place, which counts where it has no number of its own."""
    unnamed = any(text(each, "name") == UNSAID for each in own_properties(task))
    given = {"text": "" if unnamed else _step_text(task), "due": _due(node(task, "timing"))}
    found = record_of(PlanMilestone, task, given)
    found.number = found.number or number
    return found


def _step_text(task: Node) -> str:
    title, description = text(task, "title"), text(task, "description")
    if not description or description == title:
        return title
    return description if one_line(description) == title else f"{title}\n{description}"


def _due(timing: Node) -> date | None:
    found = text(node(timing, "on-date"), "date") or text(node(timing, "within-date-range"), "end")
    return day(found)


def write_milestones(record: Record, item: PlanItem) -> None:
    """Write the milestones as tasks; one with the number of a task that is there changes it."""
    planned = record.ensure_response("planned")
    before = {milestone_of(task, number).number: task for number, task in enumerate(steps_of(record), 1)}
    others = [each for each in nodes(planned, "tasks") if text(each, "type") != _STEP]
    made: list[Node] = []
    for position, step in enumerate(item.milestones, 1):
        number = step.number or position
        task = before.pop(number, None)
        if task is None:
            task = {"uuid": record.identifier("milestone", str(number), str(position)), "type": _STEP}
            _write_step(task, step, number, position)
        elif milestone_of(task, position) != replace(step, number=number, row=0):
            _write_step(task, step, number, position)
        made.append(task)
    put(planned, "tasks", made + others)


def _write_step(task: Node, step: PlanMilestone, number: int, position: int) -> None:
    task["title"] = one_line(step.text) or f"Milestone {number}"
    put(task, "description", step.text if step.text.strip() != task["title"] else "")
    if _due(node(task, "timing")) != step.due:
        put(task, "timing", {"on-date": {"date": instant(step.due)}} if step.due else None)
    kept = [each for each in nodes(task, "props") if each.get("ns") != OWN]
    made = list(record_properties(step, "", _FROM_TASK))
    if number != position:
        made.append(own_property("number", str(number)))
    if not step.text.strip():
        made.append({"name": UNSAID, "ns": OWN, "value": "text"})
    put(task, "props", kept + made)


def inside_log(record: Record) -> list[object]:
    """Return the entries of the risk's log, to add to."""
    return listed(inside(record.ensure_risk(), "risk-log"), "entries")
