"""A tree read into a plan: its items with risks and observations, its facts, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from milepost.authorities.oscal.facts import NO_SSP, OWN, PROVIDER
from milepost.authorities.oscal.items import CARRIED, read_item
from milepost.authorities.oscal.nodes import Node, day, fedramp_value, node, nodes, text, texts
from milepost.authorities.oscal.own_properties import own_properties, own_value
from milepost.authorities.oscal.plan_tree import PlanTree
from milepost.authorities.oscal.records import Record
from milepost.authorities.oscal.semantics import problems_of
from milepost.authorities.oscal.structure import ROOT
from milepost.authorities.oscal.wording import identifier_of
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import PlanDocument
from milepost.domain.problem import Problem

_EXAMPLE: Final = "[example]"
_FIX: Final = "give a plan-of-action-and-milestones of OSCAL 1.0 to 1.2"


def plan_root(tree: Node, name: str) -> Node:
    """Return the plan in a document.

    Raises:
        UnknownFormat: it holds another model of OSCAL, or none.
    """
    root = tree.get(ROOT)
    if not isinstance(root, dict):
        found = ", ".join(str(key) for key in tree if key != "$schema")[:80] or "nothing"
        raise UnknownFormat(f"there is no {ROOT}, but {found}", where=name, fix=_FIX)
    return root


def records_of(plan: PlanTree, *, examples: bool = False) -> Iterator[Record]:
    """Yield the items with what belongs to them; a template's examples only if asked for."""
    risks = {text(each, "uuid").casefold(): each for each in nodes(plan.root, "risks")}
    observations = {text(each, "uuid").casefold(): each for each in nodes(plan.root, "observations")}
    seen: Counter[str] = Counter()
    for position, item in enumerate(nodes(plan.root, "poam-items")):
        if is_example(item) and not examples:
            continue
        name = identifier_of(item) or text(item, "uuid") or f"item-{position + 1}"
        related = (text(each, "risk-uuid").casefold() for each in nodes(item, "related-risks"))
        risk = next((risks[each] for each in related if each in risks), {})
        about = [
            text(each, "observation-uuid").casefold()
            for parent in (item, risk)
            for each in nodes(parent, "related-observations")
        ]
        found = [observations[each] for each in dict.fromkeys(about) if each in observations]
        yield Record(plan, name, item, risk, found, f"{ROOT}.poam-items[{position}]", seen[name])
        seen[name] += 1


def is_example(item: Node) -> bool:
    """Tell whether an item is there only to show how one looks."""
    return text(item, "title").strip().casefold().startswith(_EXAMPLE)


def read_tree(tree: Node, name: str, layout: str) -> PlanDocument:
    """Read a plan from a tree.

    Raises:
        UnknownFormat: it holds no plan of action and milestones.
    """
    root = plan_root(tree, name)
    dated = day(text(node(root, "metadata"), "published")) or day(
        text(node(root, "metadata"), "last-modified")
    )
    plan = PlanTree(root, dated or date.min)
    items = [read_item(record) for record in records_of(plan)]
    problems = [*problems_of(root), *plan.problems, *_left_out(root)]
    return PlanDocument(
        name=name,
        layout=layout,
        title="OSCAL plan of action and milestones",
        facts=_facts(plan),
        dated=dated,
        items=items,
        fields=CARRIED,
        problems=[Problem(f"{name}, {each.where}", each.what, each.fix) for each in problems],
    )


def _left_out(root: Node) -> Iterator[Problem]:
    for position, item in enumerate(nodes(root, "poam-items")):
        if is_example(item):
            what = "an example of the template, which is no item"
            yield Problem(
                f"{ROOT}.poam-items[{position}]", what, "take [EXAMPLE] from the title if it is one"
            )


def _facts(plan: PlanTree) -> dict[str, str]:
    metadata = node(plan.root, "metadata")
    facts = {
        "system_id": text(node(plan.root, "system-id"), "id"),
        "oscal_version": text(metadata, "oscal-version"),
        "document_title": text(metadata, "title"),
        "marking": fedramp_value(metadata, "marking"),
        "system": _system(plan.root),
        "provider": _provider(plan),
    }
    facts |= {text(each, "name").replace("-", "_"): own_value(each) for each in own_properties(metadata)}
    return {name: value for name, value in facts.items() if value}


def _system(root: Node) -> str:
    """Return the name of the system: as we wrote it, else that of the resource in place of an SSP."""
    for each in nodes(node(root, "back-matter"), "resources"):
        if fedramp_value(each, "type") == NO_SSP and any(
            each.get("ns") == OWN for each in nodes(each, "props")
        ):
            return text(each, "title")
    return ""


def _provider(plan: PlanTree) -> str:
    for each in nodes(node(plan.root, "metadata"), "responsible-parties"):
        if text(each, "role-id") == PROVIDER:
            for party in texts(each, "party-uuids"):
                if (defined := plan.named(party)) is not None:
                    return defined.name
    return ""
