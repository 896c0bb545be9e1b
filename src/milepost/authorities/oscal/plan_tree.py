"""A plan of action and milestones as a tree, with what it defines: components, parties, assets, documents."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from milepost.authorities.oscal.facts import EVIDENCE, FACTS
from milepost.authorities.oscal.nodes import Node, inside, listed, node, nodes, one_line, text
from milepost.domain.problem import Problem

_SEED: Final = uuid.UUID("1f6b3c1e-7f0c-5a0e-9d0b-6f3a5f0f6e11").bytes
_NAMES: Final = ("asset-id", "fqdn", "hostname", "ipv4-address", "ipv6-address")
_VARIANTS: Final = "89ab"


class Defined(NamedTuple):
    """Something that the document defines: what it is, and its name for people."""

    kind: str
    name: str


@dataclass(slots=True)
class PlanTree:
    """The object under `plan-of-action-and-milestones`; `system` seeds the identifiers that are made.

    `as_of` stands for dates that the model demands and the plan does not say. `problems` are what was met.
    """

    root: Node
    as_of: date
    system: str = ""
    problems: list[Problem] = field(default_factory=list)
    _defined: dict[str, Defined] = field(default_factory=dict)
    _made: dict[Defined, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Learn what the document defines."""
        self.system = self.system or text(node(self.root, "system-id"), "id") or text(self.root, "uuid")
        local, metadata = node(self.root, "local-definitions"), node(self.root, "metadata")
        components = nodes(local, "components") + nodes(node(local, "assessment-assets"), "components")
        self._learn("component", components, "title")
        self._learn("party", nodes(metadata, "parties"), "name")
        self._learn("resource", nodes(node(self.root, "back-matter"), "resources"), "title")
        for each in nodes(local, "inventory-items"):
            self._define(text(each, "uuid"), Defined("inventory-item", _asset_name(each)))

    def identifier(self, *parts: str) -> str:
        """Return the identifier of a part of this plan, the same for the same parts (RFC 4122, type 5)."""
        name = "\n".join((self.system, *parts)).encode()
        digest = hashlib.sha1(_SEED + name, usedforsecurity=False).hexdigest()
        variant = _VARIANTS[int(digest[16], 16) & 3]
        return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"

    def named(self, identifier: str) -> Defined | None:
        """Return what an identifier stands for in this document."""
        return self._defined.get(identifier.casefold())

    def component(self, name: str, kind: str) -> str:
        """Return the identifier of a component, defined now if it was not."""
        return self._ensure(
            Defined("component", name),
            inside_of=("local-definitions", "components"),
            made={
                "type": kind,
                "title": one_line(name),
                "description": name,
                "status": {"state": "operational"},
            },
        )

    def asset(self, name: str) -> str:
        """Return the identifier of an inventory item, defined now if it was not."""
        props = [{"name": "asset-id", "value": one_line(name)}]
        return self._ensure(
            Defined("inventory-item", name),
            inside_of=("local-definitions", "inventory-items"),
            made={"description": name, "props": props},
        )

    def party(self, name: str, kind: str = "organization") -> str:
        """Return the identifier of a party, defined now if it was not."""
        return self._ensure(
            Defined("party", name),
            inside_of=("metadata", "parties"),
            made={"type": kind, "name": one_line(name)},
        )

    def has_party(self, name: str) -> bool:
        """Tell whether a party with this name is defined."""
        return Defined("party", name) in self._made

    def document(self, name: str) -> str:
        """Return the identifier of a document in the back matter, defined now if it was not."""
        props = [{"name": "type", "ns": FACTS.namespaces.written, "value": EVIDENCE}]
        made: Node = {"title": one_line(name), "props": props}
        if not any(sign.isspace() for sign in name):
            made["rlinks"] = [{"href": name}]
        return self._ensure(Defined("resource", name), inside_of=("back-matter", "resources"), made=made)

    def role(self, identifier: str) -> str:
        """Return the identifier of a role, defined now if it was not."""
        roles = listed(inside(self.root, "metadata"), "roles")
        if not any(isinstance(each, dict) and each.get("id") == identifier for each in roles):
            title = next((each.title for each in FACTS.roles if each.id == identifier), identifier)
            roles.append({"id": identifier, "title": title})
        return identifier

    def _ensure(self, wanted: Defined, *, inside_of: tuple[str, str], made: Node) -> str:
        found = self._made.get(wanted)
        if found is None:
            outer, inner = inside_of
            found = self.identifier(*wanted)
            listed(inside(self.root, outer), inner).append({"uuid": found, **made})
            self._define(found, wanted)
        return found

    def _learn(self, kind: str, found: Iterable[Node], name: str) -> None:
        for each in found:
            self._define(text(each, "uuid"), Defined(kind, text(each, name)))

    def _define(self, identifier: str, what: Defined) -> None:
        self._defined.setdefault(identifier.casefold(), what)
        self._made.setdefault(what, identifier)


def _asset_name(item: Node) -> str:
    """Return what an inventory item is called: asset identifier, else name in a network, else its text."""
    told = {text(each, "name"): text(each, "value") for each in nodes(item, "props")}
    return next((told[name] for name in _NAMES if told.get(name)), "") or text(item, "description")
