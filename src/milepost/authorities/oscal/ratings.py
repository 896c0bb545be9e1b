"""How bad a weakness is: the facets of the risk's characterizations, initial and adjusted, and CVEs."""

from collections.abc import Iterator
from typing import Final

from milepost.authorities.oscal.facts import FACTS, OWN
from milepost.authorities.oscal.nodes import Node, inside, listed, nodes, one_line, put, remove, text
from milepost.authorities.oscal.own_properties import own_property
from milepost.authorities.oscal.records import Record
from milepost.authorities.oscal.sources import identified_actors, write_reference
from milepost.domain.plan_item import PlanItem

_CVE: Final = "cve-id"
_DERIVED: Final = "derived"
_ADJUSTED: Final = "adjusted"
_RATED: Final = ("risk", "severity")
_SCORES: Final = frozenset({"score", "base-score", "cvss-base-score"})
_PLACES: Final = (
    ("raw_severity", "risk", "initial"),
    ("adjusted_severity", "risk", "adjusted"),
    ("likelihood", "likelihood", "initial"),
    ("impact", "impact", "initial"),
)


def facets_of(record: Record) -> Iterator[tuple[Node, Node]]:
    """Yield every facet with its characterization."""
    for characterization in nodes(record.risk, "characterizations"):
        for facet in nodes(characterization, "facets"):
            yield characterization, facet


def state_of(facet: Node) -> str:
    """Return which risk a facet speaks of, initial or adjusted; initial where it does not say."""
    for each in nodes(facet, "props"):
        if each.get("name") == "state":
            return text(each, "value")
    return "initial"


def read_ratings(record: Record, item: PlanItem) -> None:
    """Read ratings, their reason and CVEs; facets of known systems count first, those of CVSS not at all."""
    known: dict[tuple[str, str], str] = {}
    foreign: dict[tuple[str, str], str] = {}
    facets = [facet for _, facet in facets_of(record)]
    for facet in facets:
        key = text(facet, "name"), state_of(facet)
        system = text(facet, "system")
        if system in FACTS.facets.systems:
            known.setdefault(key, _rating(facet))
        elif system != FACTS.facets.cve and system not in FACTS.facets.cvss:
            foreign.setdefault(key, _rating(facet))
    told = foreign | known
    for name, facet_name, state in _PLACES:
        names = _RATED if facet_name == "risk" else (facet_name,)
        setattr(item, name, next((told[each, state] for each in names if told.get((each, state))), ""))
    _read_cves(facets, item)
    item.severity_rationale = _rationale(facets)


def _rating(facet: Node) -> str:
    nothing = text(facet, "system") == FACTS.facets.unknown and text(facet, "value") == "unknown"
    if nothing or _is_derived(facet):
        return ""
    value = text(facet, "value")
    return value.title() if value.islower() else value


def _is_derived(facet: Node) -> bool:
    return any(each.get("ns") == OWN and text(each, "name") == _DERIVED for each in nodes(facet, "props"))


def _read_cves(facets: list[Node], item: PlanItem) -> None:
    found = dict.fromkeys(text(facet, "value") for facet in facets if text(facet, "name") == _CVE)
    item.cves = tuple(found)
    for facet in facets:
        if text(facet, "system") in FACTS.facets.cvss and text(facet, "name") in _SCORES:
            item.cvss = _number(text(facet, "value"))


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _rationale(facets: list[Node]) -> str:
    """Return why the risk was adjusted: what the first adjusted facet remarks that remarks anything."""
    states = (
        each
        for facet in facets
        if state_of(facet) == _ADJUSTED
        for each in nodes(facet, "props")
        if text(each, "name") == "state"
    )
    return next((said for each in states if (said := text(each, "remarks"))), "")


def write_ratings(record: Record, item: PlanItem) -> None:
    """Write ratings, CVEs and the source's identifier, which stand together in a characterization."""
    rated = any(text(facet, "name") in _RATED for _, facet in facets_of(record))
    for name, facet_name, state in _PLACES:
        names = _RATED if facet_name == "risk" else (facet_name,)
        _set_facet(record, names, state, _word(getattr(item, name)))
    if not rated:
        _derive_impact(record, item)
    _write_cves(record, item)
    _write_reference(record, item)
    for each in nodes(record.risk, "characterizations"):
        if not nodes(each, "facets"):
            _without_facets(record, each)


def _word(rating: str) -> str:
    rating = one_line(rating)
    return rating.lower() if rating.lower().title() == rating else rating


def _set_facet(record: Record, names: tuple[str, ...], state: str, value: str) -> None:
    """Change the facets of a name and state, or add one; those of foreign systems that say the same stay."""
    found = [
        (characterization, facet)
        for characterization, facet in facets_of(record)
        if text(facet, "name") in names and state_of(facet) == state and _speaks(facet)
    ]
    for characterization, facet in found:
        if not value or _is_derived(facet):
            remove(characterization, "facets", facet)
        elif _word(_rating(facet)) != value:
            facet["value"] = value
    if value and not any(text(facet, "value") for _, facet in found if not _is_derived(facet)):
        _add_facet(record, names[0], state, value)


def _speaks(facet: Node) -> bool:
    system = text(facet, "system")
    return system != FACTS.facets.cve and system not in FACTS.facets.cvss


def _add_facet(record: Record, name: str, state: str, value: str, *, derived: bool = False) -> None:
    props: list[Node] = [{"name": "state", "value": state}]
    if derived:
        props.append(own_property(_DERIVED, "yes"))
    made: Node = {"name": name, "system": FACTS.facets.written, "value": value, "props": props}
    listed(_characterization(record), "facets").append(made)


def _derive_impact(record: Record, item: PlanItem) -> None:
    """Write the rating as the impact where none is told, for FedRAMP's rules look at the impact."""
    if item.raw_severity and not item.impact:
        _add_facet(record, "impact", "initial", _word(item.raw_severity), derived=True)


def _characterization(record: Record) -> Node:
    risk = record.ensure_risk()
    found = nodes(risk, "characterizations")
    if found:
        return found[0]
    actor = next(record.actors(record.found_by()), None) or record.provider()
    made: Node = {"origin": {"actors": [_bare(actor)]}}
    listed(risk, "characterizations").append(made)
    return made


def _bare(actor: Node) -> Node:
    return {"type": text(actor, "type"), "actor-uuid": text(actor, "actor-uuid")}


def _write_cves(record: Record, item: PlanItem) -> None:
    wanted = [one_line(each) for each in dict.fromkeys(item.cves) if each.strip()]
    found = [pair for pair in facets_of(record) if text(pair[1], "name") == _CVE]
    for (_, facet), value in zip(found, wanted, strict=False):
        facet["value"] = value
    for characterization, facet in found[len(wanted) :]:
        remove(characterization, "facets", facet)
    for each in wanted[len(found) :]:
        made: Node = {"name": _CVE, "system": FACTS.facets.cve, "value": each}
        listed(_characterization(record), "facets").append(made)


def _write_reference(record: Record, item: PlanItem) -> None:
    actors = identified_actors(record)
    if not actors and item.source_ref.strip():
        actors = nodes(inside(_characterization(record), "origin"), "actors")[:1]
    for actor in actors[:1]:
        write_reference(actor, item)


def _without_facets(record: Record, characterization: Node) -> None:
    """Take away a characterization that says nothing, or let it say that nothing is known of the risk."""
    if any(nodes(actor, "props") for actor in nodes(inside(characterization, "origin"), "actors")):
        facet: Node = {"name": "risk", "system": FACTS.facets.unknown, "value": "unknown"}
        put(characterization, "facets", [facet])
    else:
        remove(record.risk, "characterizations", characterization)
