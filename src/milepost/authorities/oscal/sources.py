"""What found a weakness and where: origins and subjects of observations, and the source's identifier."""

from typing import Final

from milepost.authorities.oscal.nodes import (
    Node,
    fedramp_props,
    listed,
    nodes,
    one_line,
    put,
    set_fedramp,
    text,
)
from milepost.authorities.oscal.records import Record
from milepost.domain.plan_item import PlanItem

_PEOPLE: Final = frozenset({"assessment", "audit", "pentest"})
_IDENTIFIERS: Final = ("vulnerability-id", "plugin-id")
_SUBJECTS: Final = frozenset({"inventory-item", "component", "resource"})


def read_source(record: Record, item: PlanItem) -> None:
    """Read who or what made the observations, tools and people, one a line."""
    names: dict[str, None] = {}
    for actor in record.actors(record.found_by()):
        defined = record.plan.named(text(actor, "actor-uuid"))
        if defined is not None and defined.name:
            names[defined.name] = None
        if text(actor, "type") == "tool":
            item.source_type = "scan"
    item.source_text = "\n".join(names)


def write_source(record: Record, item: PlanItem) -> None:
    """Write the origins of the first observation: a tool each, or a party where people found it."""
    names = [each.strip() for each in item.source_text.splitlines() if each.strip()]
    for each in record.found_by():
        each.pop("origins", None)
    if names:
        people = item.source_type in _PEOPLE
        actors = [_actor(record, name, people=people) for name in dict.fromkeys(names)]
        record.observation()["origins"] = [{"actors": actors}]


def _actor(record: Record, name: str, *, people: bool) -> Node:
    if people or record.plan.has_party(name):
        return {"type": "party", "actor-uuid": record.plan.party(name)}
    return {"type": "tool", "actor-uuid": record.plan.component(name, "software")}


def identified_actors(record: Record) -> list[Node]:
    """Return the actors of the risk's characterizations that name the weakness in their own way."""
    origins = [
        origin
        for each in nodes(record.risk, "characterizations")
        if isinstance(origin := each.get("origin"), dict)
    ]
    actors = [actor for origin in origins for actor in nodes(origin, "actors")]
    return [
        actor for actor in actors if any(True for name in _IDENTIFIERS for _ in fedramp_props(actor, name))
    ]


def read_reference(record: Record, item: PlanItem) -> None:
    """Read the identifier that the source gives the weakness: of the vulnerability, else of the plugin."""
    for name in _IDENTIFIERS:
        found = [
            text(each, "value") for actor in identified_actors(record) for each in fedramp_props(actor, name)
        ]
        if found:
            item.source_ref = "\n".join(dict.fromkeys(found))
            return


def write_reference(actor: Node, item: PlanItem) -> None:
    """Write the identifier into an actor, under the name that it has there."""
    name = next(
        (each for each in _IDENTIFIERS if any(True for _ in fedramp_props(actor, each))), _IDENTIFIERS[0]
    )
    set_fedramp(actor, name, *(one_line(each) for each in item.source_ref.splitlines() if each.strip()))


def read_assets(record: Record, item: PlanItem) -> None:
    """Read the subjects by name; one that another document defines is called by its title or UUID."""
    found: dict[str, None] = {}
    for observation in record.found_by():
        for subject in nodes(observation, "subjects"):
            found[_name(record, subject)] = None
    item.assets = tuple(each for each in found if each)


def write_assets(record: Record, item: PlanItem) -> None:
    """Write the subjects in their order: those named already stay, others become inventory items."""
    names = list(dict.fromkeys(each.strip() for each in item.assets if each.strip()))
    wanted = list(names)
    for observation in record.found_by():
        kept = [each for each in nodes(observation, "subjects") if _stays(record, each, wanted)]
        put(observation, "subjects", kept)
    for name in wanted:
        subject: Node = {"subject-uuid": record.plan.asset(name), "type": "inventory-item"}
        listed(record.observation(), "subjects").append(subject)
    place = {name: number for number, name in enumerate(names)}
    for observation in record.found_by():
        subjects = nodes(observation, "subjects")
        put(
            observation,
            "subjects",
            sorted(subjects, key=lambda each: place.get(_name(record, each), len(place))),
        )


def _stays(record: Record, subject: Node, wanted: list[str]) -> bool:
    """Tell whether a subject is one of those wanted, which it then is no longer; others than assets stay."""
    name = _name(record, subject)
    if name in wanted:
        wanted.remove(name)
        return True
    return text(subject, "type") not in _SUBJECTS


def _name(record: Record, subject: Node) -> str:
    identifier = text(subject, "subject-uuid")
    defined = record.plan.named(identifier)
    return (defined.name if defined else "") or text(subject, "title") or identifier
