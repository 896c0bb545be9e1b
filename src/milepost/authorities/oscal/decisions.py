"""What was decided: deviations, vendor dependency, known exploitation, where an item stands, its papers."""

from types import MappingProxyType
from typing import Final

from milepost.authorities.oscal.facts import FACTS
from milepost.authorities.oscal.nodes import (
    Node,
    day,
    instant,
    listed,
    nodes,
    one_line,
    put,
    remove,
    text,
)
from milepost.authorities.oscal.own_properties import own_properties, unsaid
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import CLOSED_STATES, PlanItem, State

DEVIATIONS: Final = ("risk_adjustment", "false_positive", "operational_requirement")
_ANSWERS: Final = MappingProxyType({"Yes": "approved", "Pending": "pending"})
_STATUS: Final = MappingProxyType(
    {
        State.RISK_ACCEPTED: "deviation-approved",
        State.OPERATIONAL_REQUIREMENT: "deviation-approved",
        State.RISK_ACCEPTANCE_REVIEW: "deviation-requested",
        State.FALSE_POSITIVE_REVIEW: "deviation-requested",
        State.OPERATIONAL_REQUIREMENT_REVIEW: "deviation-requested",
        State.IN_PROGRESS: "remediating",
        State.DELAYED: "remediating",
        State.PENDING_VERIFICATION: "remediating",
        State.DRAFT: "investigating",
    }
)
_STATES: Final = MappingProxyType(
    {
        "open": State.PLANNED,
        "investigating": State.DRAFT,
        "remediating": State.IN_PROGRESS,
        "deviation-requested": State.RISK_ACCEPTANCE_REVIEW,
        "deviation-approved": State.RISK_ACCEPTED,
        "closed": State.CLOSED_COMPLETED,
    }
)
_REQUESTED: Final = MappingProxyType(
    {
        "false_positive": State.FALSE_POSITIVE_REVIEW,
        "operational_requirement": State.OPERATIONAL_REQUIREMENT_REVIEW,
    }
)
_BY_WORD: Final = MappingProxyType({each.value: each for each in State})
OWN_STATE: Final = "state"


def read_deviations(record: Record, item: PlanItem) -> None:
    """Read the three deviations and their reasons, which their observations tell."""
    reasons: dict[str, None] = {}
    for name in DEVIATIONS:
        kind = name.replace("_", "-")
        setattr(item, name, FACTS.answers.get(record.told(kind), ""))
        for each in record.about(kind):
            if text(each, "description") != _placeholder(kind):
                reasons[text(each, "description")] = None
    item.deviation_rationale = "\n".join(each for each in reasons if each)


def _placeholder(kind: str) -> str:
    return kind.replace("-", " ").capitalize()


def write_deviations(record: Record, item: PlanItem) -> None:
    """Write the deviations that are asked for or approved, each with an observation that gives the reason."""
    for name in DEVIATIONS:
        kind = name.replace("_", "-")
        value = _ANSWERS.get(getattr(item, name), "")
        if FACTS.answers.get(record.told(kind), "") != getattr(item, name):
            record.set_property(kind, *filter(None, [value]))
        if value:
            record.observation(kind)
    reasons = [each for name in DEVIATIONS for each in record.about(name.replace("_", "-"))]
    for each in reasons:
        kind = next(
            name.replace("_", "-") for name in DEVIATIONS if each in record.about(name.replace("_", "-"))
        )
        each["description"] = item.deviation_rationale or _placeholder(kind)
    if item.risk_adjustment in _ANSWERS and not item.mitigations:
        what = "a risk adjustment without a mitigating factor, which FedRAMP's guide asks for"
        record.problem(".mitigating-factors", what, "say which mitigations lower the risk")


def own_deviations(item: PlanItem) -> frozenset[str]:
    """Return which of these fields say something that only a property of our own can say."""
    said = {name for name in DEVIATIONS if getattr(item, name) not in {"", *_ANSWERS}}
    if item.deviation_rationale and not any(getattr(item, name) in _ANSWERS for name in DEVIATIONS):
        said.add("deviation_rationale")
    return frozenset(said)


def read_vendor(record: Record, item: PlanItem) -> None:
    """Read whether a vendor's fix is waited for, and of which product."""
    told = record.told("vendor-dependency")
    item.vendor_dependency = True if told in FACTS.vendor.yes else False if told in FACTS.vendor.no else None
    found: dict[str, None] = {}
    for each in record.about("vendor-dependency"):
        for subject in nodes(each, "subjects"):
            defined = record.plan.named(text(subject, "subject-uuid"))
            found[(defined.name if defined else "") or text(subject, "title")] = None
    item.vendor_product = "\n".join(each for each in found if each)


def write_vendor(record: Record, item: PlanItem) -> None:
    """Write the dependency, and the product as the component that its observation is about."""
    told = record.told("vendor-dependency")
    if item.vendor_dependency and told not in FACTS.vendor.yes:
        record.set_property("vendor-dependency", FACTS.vendor.written)
    elif not item.vendor_dependency and told in FACTS.vendor.yes:
        record.set_property("vendor-dependency")
    if item.vendor_dependency or item.vendor_product or record.about("vendor-dependency"):
        _write_product(record, item.vendor_product)


def _write_product(record: Record, products: str) -> None:
    observation = record.observation("vendor-dependency")
    names = [each.strip() for each in products.splitlines() if each.strip()]
    put(observation, "subjects", None)
    for name in names:
        subject: Node = {"subject-uuid": record.plan.component(name, "software"), "type": "component"}
        listed(observation, "subjects").append(subject)


def read_exploited(record: Record, item: PlanItem) -> None:
    """Read whether CISA knows the vulnerability to be exploited, and by when it is due."""
    told = record.told("kev-catalog").casefold()
    item.kev_tracking = {"yes": "Yes", "no": "No"}.get(told, "")
    item.kev_due = day(record.told("kev-due-date"))


def write_exploited(record: Record, item: PlanItem) -> None:
    """Write both as properties of the risk."""
    tracking = one_line(item.kev_tracking).lower()
    record.set_property("kev-catalog", *([tracking] if tracking in {"yes", "no"} else []))
    record.set_property("kev-due-date", *([instant(item.kev_due)] if item.kev_due else []))


def read_status(record: Record, item: PlanItem) -> None:
    """Read where the item stands; a finer state of ours counts only while the status is as we wrote it."""
    label = text(record.risk, "status")
    item.status_label = label
    own = record.own.get(OWN_STATE, [""])[0]
    state = _BY_WORD.get(own, State.UNKNOWN)
    if own and _status_of(state) == label:
        item.status = state
    elif "status" not in unsaid(record):
        item.status = _told(item, label)


def _told(item: PlanItem, label: str) -> State:
    if label == "closed" and item.false_positive == "Yes":
        return State.CLOSED_FALSE_POSITIVE
    if label == "deviation-requested":
        asked = [state for name, state in _REQUESTED.items() if getattr(item, name) == "Pending"]
        return asked[0] if asked else State.RISK_ACCEPTANCE_REVIEW
    if label == "deviation-approved" and item.operational_requirement == "Yes":
        return State.OPERATIONAL_REQUIREMENT
    return _STATES.get(label, State.UNKNOWN)


def _status_of(state: State) -> str:
    return "closed" if state in CLOSED_STATES else _STATUS.get(state, "open")


def write_status(record: Record, item: PlanItem) -> None:
    """Write where the item stands, and the finer state beside it where the status alone would not tell it."""
    risk = record.ensure_risk()
    for each in list(own_properties(record.item)):
        if text(each, "name") == OWN_STATE:
            remove(record.item, "props", each)
    label = _status_of(item.status)
    if _told(item, text(risk, "status")) != item.status:
        risk["status"] = label
    if item.status is not State.UNKNOWN and _told(item, text(risk, "status")) != item.status:
        made = {"name": OWN_STATE, "ns": FACTS.namespaces.own, "value": item.status.value}
        listed(record.item, "props").append(made)


def read_documents(record: Record, item: PlanItem) -> None:
    """Read the evidence that the observations name, by its title in the back matter, else by its address."""
    found: dict[str, None] = {}
    for observation in record.observations:
        for each in nodes(observation, "relevant-evidence"):
            found[document_name(record, each)] = None
    item.supporting_documents = tuple(each for each in found if each)


def document_name(record: Record, evidence: Node) -> str:
    """Return the name of a piece of evidence."""
    links = [text(evidence, "href"), *(text(each, "href") for each in nodes(evidence, "links"))]
    for link in filter(None, links):
        defined = record.plan.named(link[1:]) if link.startswith("#") else None
        if defined is not None and defined.name:
            return defined.name
    return next((each for each in links if each and not each.startswith("#")), "") or text(
        evidence, "description"
    )


def write_documents(record: Record, item: PlanItem) -> None:
    """Write the documents in their order: those named already stay, others become resources."""
    wanted = list(dict.fromkeys(each.strip() for each in item.supporting_documents if each.strip()))
    place = {name: number for number, name in enumerate(wanted)}
    there: set[str] = set()
    for observation in record.observations:
        named = [(document_name(record, each), each) for each in nodes(observation, "relevant-evidence")]
        kept = sorted((pair for pair in named if pair[0] in place), key=lambda pair: place[pair[0]])
        there.update(name for name, _ in kept)
        put(observation, "relevant-evidence", [each for _, each in kept])
    for name in wanted:
        if name not in there:
            made: Node = {"href": f"#{record.plan.document(name)}", "description": name}
            listed(record.observation(), "relevant-evidence").append(made)
    if len(wanted) > len(there) and there:
        found = nodes(record.observation(), "relevant-evidence")
        put(
            record.observation(),
            "relevant-evidence",
            sorted(found, key=lambda each: place[document_name(record, each)]),
        )
