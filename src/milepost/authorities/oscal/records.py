"""An item of the document with what belongs to it: its risk, its observations, its own properties."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from milepost.authorities.oscal.facts import CONTACT, FACTS, PROVIDER
from milepost.authorities.oscal.nodes import (
    Node,
    fedramp_values,
    listed,
    node,
    nodes,
    put,
    set_fedramp,
    text,
    texts,
)
from milepost.authorities.oscal.plan_tree import PlanTree
from milepost.domain.problem import Problem

SPECIAL: Final = frozenset(
    {"risk-adjustment", "false-positive", "operational-requirement", "vendor-dependency", "closure"}
)
"""Types of observation that tell about a decision, not about what was found."""
_ITSELF: Final = ""


@dataclass(slots=True)
class Record:
    """An item: its own object, the risk (an empty one where it has none), the observations, its place."""

    plan: PlanTree
    id: str
    item: Node
    risk: Node
    observations: list[Node]
    place: str
    number: int = 0
    """Which of several items with the same identifier this is, from 0."""
    own: dict[str, list[str]] = field(default_factory=dict)
    """Values of the item's properties of our own by name, as they were read."""
    _by_type: dict[str, list[Node]] = field(default_factory=dict)
    _told: dict[str, str] | None = None

    def identifier(self, *parts: str) -> str:
        """Return the identifier of a part of this item."""
        again = (str(self.number),) if self.number else ()
        return self.plan.identifier("item", self.id, *again, *parts)

    def found_by(self) -> list[Node]:
        """Return the observations of the weakness itself."""
        return self.about(_ITSELF)

    def about(self, kind: str) -> list[Node]:
        """Return the observations of a type."""
        if not self._by_type:
            for each in self.observations:
                types = texts(each, "types")
                for name in types if not SPECIAL.isdisjoint(types) else (_ITSELF,):
                    self._by_type.setdefault(name, []).append(each)
        return list(self._by_type.get(kind, ()))

    def told(self, name: str) -> str:
        """Return the value of the risk's first property of FedRAMP with a name."""
        if self._told is None:
            self._told = fedramp_values(self.risk)
        return self._told.get(name, "")

    def observation(self, kind: str = "") -> Node:
        """Return the first observation of a type, or of the weakness itself; made now if it was not there."""
        found = self.about(kind) if kind else self.found_by()
        return found[0] if found else self._observe(kind)

    def _observe(self, kind: str) -> Node:
        identifier = self.identifier("observation", kind)
        method = "EXAMINE" if kind else "TEST"
        made: Node = {
            "uuid": identifier,
            "description": kind.replace("-", " ").capitalize() if kind else text(self.item, "description"),
            "methods": [method],
            "types": [kind or "finding"],
            "collected": f"{self.plan.as_of}T00:00:00Z",
        }
        listed(self.plan.root, "observations").append(made)
        listed(self.item, "related-observations").append({"observation-uuid": identifier})
        if self.risk:
            listed(self.risk, "related-observations").append({"observation-uuid": identifier})
        self.observations.append(made)
        self._by_type.clear()
        return made

    def forget(self, observation: Node) -> None:
        """Take an observation of this item out of the document."""
        gone = text(observation, "uuid")
        self.observations = [each for each in self.observations if each is not observation]
        self._by_type.clear()
        kept = [each for each in listed(self.plan.root, "observations") if each is not observation]
        put(self.plan.root, "observations", kept)
        for parent in (self.item, self.risk):
            left = [
                each for each in nodes(parent, "related-observations") if each.get("observation-uuid") != gone
            ]
            put(parent, "related-observations", left)

    def ensure_risk(self) -> Node:
        """Return the risk, made now if the item had none."""
        if not self.risk:
            identifier = self.identifier("risk")
            self.risk = {
                "uuid": identifier,
                "title": text(self.item, "title"),
                "description": text(self.item, "description"),
                "statement": FACTS.nothing_said.statement,
                "status": "open",
            }
            listed(self.plan.root, "risks").append(self.risk)
            listed(self.item, "related-risks").append({"risk-uuid": identifier})
        return self.risk

    def response(self, lifecycle: str) -> Node:
        """Return the first response of a kind, an empty one where there is none."""
        found = nodes(self.risk, "remediations")
        return next((each for each in found if text(each, "lifecycle") == lifecycle), {})

    def ensure_response(self, lifecycle: str) -> Node:
        """Return the first response of a kind, made now if there was none."""
        found = self.response(lifecycle)
        if not found:
            nothing = FACTS.nothing_said
            planned = lifecycle == "planned"
            found = {
                "uuid": self.identifier("response", lifecycle),
                "lifecycle": lifecycle,
                "title": "Remediation plan" if planned else "Recommendation",
                "description": nothing.plan if planned else nothing.recommendation,
            }
            listed(self.ensure_risk(), "remediations").append(found)
        return found

    def entries(self) -> list[Node]:
        """Return the entries of the risk's log."""
        return nodes(node(self.risk, "risk-log"), "entries")

    def actors(self, observations: Iterable[Node]) -> Iterator[Node]:
        """Yield who or what made observations."""
        for observation in observations:
            for origin in nodes(observation, "origins"):
                yield from nodes(origin, "actors")

    def provider(self) -> Node:
        """Return an actor for what nobody is named for: the provider of the system."""
        metadata = node(self.plan.root, "metadata")
        for each in nodes(metadata, "responsible-parties"):
            if text(each, "role-id") == PROVIDER and texts(each, "party-uuids"):
                return {"type": "party", "actor-uuid": texts(each, "party-uuids")[0]}
        return {"type": "party", "actor-uuid": self.plan.party(self.plan.system or CONTACT)}

    def set_property(self, name: str, *values: str) -> None:
        """Let the risk have these properties of FedRAMP."""
        if values or self.told(name):
            set_fedramp(self.ensure_risk(), name, *values)
            if self._told is not None:
                self._told[name] = values[0] if values else ""

    def problem(self, where: str, what: str, fix: str) -> None:
        """Note something about this item."""
        self.plan.problems.append(Problem(f"{self.place}{where}", what, fix))
