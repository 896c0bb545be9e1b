"""Items as eMASS's REST API takes and gives them, and what of its business rules an item breaks."""

import re
from collections.abc import Iterator

import msgspec

from milepost.authorities.emass.api_fields import ApiMilestone, ApiPoam, day_of, seconds
from milepost.authorities.emass.layout import Form
from milepost.authorities.emass.values import (
    RULES,
    assets,
    controls,
    description,
    office,
    source,
    status_word,
)
from milepost.authorities.emass.words import API, level, words
from milepost.authorities.intake.words import state_of
from milepost.domain.plan_item import PlanItem, PlanMilestone, Remark, State
from milepost.domain.problem import Problem

FORM = Form(own_rows=True, categories=False, listed=False, procedures=True)
"""What the API asks for: milestones of their own, five levels, free words for the source."""
_PROCEDURE = re.compile(r"[A-Z]{2}-(?:0\d|\d+(?:\(\d+\))?\.\d)|[A-Z]{2}-\d+\S*\.$")
_PERSON = 4
_LEVELS = {
    "severity": "adjusted_severity",
    "raw_severity": "raw_severity",
    "relevance_of_threat": "relevance",
    "likelihood": "likelihood",
    "impact": "impact",
    "residual_risk_level": "risk_level",
    "resulting_residual_risk_level_after_proposed_mitigations": "resulting_risk",
}
_TEXTS = {
    "impact_description": "impact_description",
    "mitigations": "mitigations",
    "predisposing_conditions": "predisposing_conditions",
    "threat_description": "threat_description",
}


def poam_of(item: PlanItem) -> ApiPoam:
    """Return an item as the body of a request; days that the status forbids are left out."""
    status = status_word(item)
    accepted = status == "Risk Accepted"
    found = ApiPoam(
        external_uid=item.id or None,
        status=status,
        vulnerability_description=str(description(item, FORM)),
        source_identifying_vulnerability=str(source(item, FORM)),
        resources=str(RULES["resources_text"](item, FORM)),
        scheduled_completion_date=None if accepted else seconds(item.scheduled_date),
        completion_date=seconds(item.actual_completion_date or item.closed_date)
        if status == "Completed"
        else None,
        comments=str(RULES["comments"](item, FORM)) or None,
        security_checks=", ".join(part.strip() for part in re.split(r"[;\n]", item.source_ref)) or None,
        recommendations=str(RULES["recommendations"](item, FORM)) or None,
        devices_affected=str(assets(item, FORM)).replace("\n", "; ") or None,
    )
    for name, field in _LEVELS.items():
        setattr(found, name, level(getattr(item, field)) or None)
    for name, field in _TEXTS.items():
        setattr(found, name, getattr(item, field) or None)
    _add_control(found, item)
    _add_contact(found, item)
    return found


def milestones_of(item: PlanItem) -> list[ApiMilestone] | None:
    """Return the milestones to be sent with a new item; an accepted risk has none."""
    if status_word(item) == "Risk Accepted" or not item.milestones:
        return None
    return [
        ApiMilestone(description=each.text, scheduled_completion_date=seconds(each.due))
        for each in item.milestones
    ]


def _add_control(found: ApiPoam, item: PlanItem) -> None:
    """Name the first control: by the procedure where the acronym is one of a procedure."""
    named = str(controls(item, FORM)).split("; ")[0]
    if _PROCEDURE.match(named):
        found.assessment_procedure = named
    else:
        found.control_acronym = named or None


def _add_contact(found: ApiPoam, item: PlanItem) -> None:
    """Name the organization, and the person if all four parts about the person are known."""
    parts = [part.strip() for part in str(office(item, FORM)).split(",")]
    found.poc_organization = parts[0]
    if len(parts) == _PERSON and all(parts) and " " in parts[1]:
        found.poc_first_name, found.poc_last_name = parts[1].rsplit(" ", 1)
        found.poc_phone_number, found.poc_email = parts[2:]


def broken(item: PlanItem, found: ApiPoam) -> Iterator[Problem]:
    """Tell what the API alone refuses or cannot hold of an item."""
    name = item.id or item.title[:60] or item.description[:60]
    for field, most in words().most.items():
        said = _values(found).get(field)
        if isinstance(said, str) and len(said) > most:
            what = f"{field} has {len(said):,} characters, eMASS takes {most:,} [{API}]"
            yield Problem(name, what, "shorten it")
    several = str(controls(item, FORM)).split("; ")
    if len(several) > 1:
        left = ", ".join(several[1:])
        what = f"the API takes one control or procedure: {several[0]} is sent, not {left} [{API}]"
        yield Problem(name, what, "send the others as items of their own")
    if (item.owner or item.poc) and found.poc_last_name is None:
        what = f"a person needs first name, last name, phone and e-mail together; none is sent [{API}]"
        yield Problem(name, what, "complete the owner's name and contact")


def _values(found: ApiPoam) -> dict[str, object]:
    names: dict[str, object] = msgspec.to_builtins(found)
    return names


def item_of(found: ApiPoam) -> PlanItem:
    """Return an item as the API gives it; its own stable identifier is the external one, else eMASS's."""
    label = found.status or ""
    number = found.display_poam_id or found.poam_id
    item = PlanItem(
        id=found.external_uid or (str(number) if number else ""),
        description=found.vulnerability_description or "",
        source_text=found.source_identifying_vulnerability or "",
        controls=tuple(filter(None, (found.assessment_procedure or found.control_acronym,))),
        resources_text=found.resources or "",
        status=State(state_of(label).value),
        status_label=label,
        scheduled_date=day_of(found.scheduled_completion_date),
        actual_completion_date=day_of(found.completion_date),
        comments=(Remark(found.comments),) if found.comments else (),
        source_ref=found.security_checks or "",
        recommendations=found.recommendations or "",
        assets=tuple(part.strip() for part in (found.devices_affected or "").split(";") if part.strip()),
        milestones=[_milestone(number, each) for number, each in enumerate(found.milestones or (), 1)],
    )
    for name, field in (_LEVELS | _TEXTS).items():
        setattr(item, field, getattr(found, name) or "")
    person = " ".join(filter(None, (found.poc_first_name, found.poc_last_name)))
    line = (found.poc_organization, person, found.poc_phone_number, found.poc_email)
    item.responsible_org = ", ".join(filter(None, line))
    item.owner = item.poc = person
    item.owner_contact = " ".join(filter(None, line[2:]))
    item.closed_date = item.actual_completion_date if item.status is State.CLOSED_COMPLETED else None
    return item


def _milestone(number: int, each: ApiMilestone) -> PlanMilestone:
    return PlanMilestone(
        each.description or "",
        day_of(each.scheduled_completion_date),
        number,
        key=str(each.milestone_id or ""),
    )
