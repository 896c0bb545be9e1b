"""Assessment results read as items: what is not satisfied and every risk, with observations and evidence.

A finding is an item with its first risk; a risk that no such finding names is an item of its own, so that one
corrected during the assessment is read as closed.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from milepost.authorities.oscal.items import CARRIED, read_item
from milepost.authorities.oscal.nodes import Node, day, node, nodes, text
from milepost.authorities.oscal.plan_tree import PlanTree
from milepost.authorities.oscal.reading import records_of
from milepost.authorities.oscal.records import Record
from milepost.authorities.oscal.semantics import problems_of_results
from milepost.authorities.oscal.structure import RESULTS
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, State
from milepost.domain.problem import Problem

_CONTROL: Final = re.compile(r"([a-z]{2}-\d{1,3})(?:\.(\d{1,3}))?(?=[_.]|$)", re.IGNORECASE)
_REQUIREMENT: Final = re.compile(r"(?:[a-z-]*[._-])?0?(3\.\d{1,2}\.\d{1,2})(?=\D|$)", re.IGNORECASE)
_SATISFIED: Final = "satisfied"
_DEFINED: Final = ("components", "inventory-items")


def read_results(tree: Node, name: str, layout: str) -> PlanDocument:
    """Read assessment results from a tree.

    Raises:
        UnknownFormat: it holds no assessment results.
    """
    root = tree.get(RESULTS)
    if not isinstance(root, dict):
        what = f"there is no {RESULTS} in it"
        raise UnknownFormat(what, where=name, fix=f"give {RESULTS} of OSCAL 1.0 to 1.2")
    places = dict(_findings(root))
    dated = day(text(node(root, "metadata"), "published")) or _last_day(root)
    plan = PlanTree(_as_plan(root, [finding for finding, _ in places.values()]), dated or date.min)
    items = [_item(record, places) for record in records_of(plan)]
    problems = [*problems_of_results(root), *plan.problems]
    return PlanDocument(
        name=name,
        layout=layout,
        title="OSCAL assessment results",
        facts=_facts(root),
        dated=dated,
        items=items,
        fields=CARRIED,
        problems=[Problem(f"{name}, {each.where}", each.what, each.fix) for each in problems],
    )


def _last_day(root: Node) -> date | None:
    """Return the day on which the last result ended or began."""
    told = (day(text(each, "end") or text(each, "start")) for each in nodes(root, "results"))
    return max((each for each in told if each), default=None)


def _findings(root: Node) -> Iterator[tuple[int, tuple[Node, str]]]:
    """Yield what becomes an item with its place, by the identity of its object."""
    for number, result in enumerate(nodes(root, "results")):
        here = f"{RESULTS}.results[{number}]"
        risks = {text(each, "uuid").casefold() for each in nodes(result, "risks")}
        named: set[str] = set()
        for position, finding in enumerate(nodes(result, "findings")):
            if _is_satisfied(finding):
                continue
            related = (text(each, "risk-uuid").casefold() for each in nodes(finding, "related-risks"))
            named.update([each for each in related if each in risks][:1])
            yield id(finding), (finding, f"{here}.findings[{position}]")
        for position, risk in enumerate(nodes(result, "risks")):
            if text(risk, "uuid").casefold() not in named:
                finding = _of_risk(risk)
                yield id(finding), (finding, f"{here}.risks[{position}]")


def _is_satisfied(finding: Node) -> bool:
    return text(node(node(finding, "target"), "status"), "state") == _SATISFIED


def _of_risk(risk: Node) -> Node:
    """Return a risk as the finding that would name it."""
    told: Node = {name: risk[name] for name in ("uuid", "title", "description", "props") if name in risk}
    return {**told, "related-risks": [{"risk-uuid": text(risk, "uuid")}]}


def _as_plan(root: Node, findings: list[Node]) -> Node:
    """Return all results together as the plan that they would be; its objects are those of the document."""
    results = nodes(root, "results")
    local = [node(each, "local-definitions") for each in results]
    assets = [node(each, "assessment-assets") for each in local]
    definitions: Node = {name: [one for each in local for one in nodes(each, name)] for name in _DEFINED}
    definitions["assessment-assets"] = {
        "components": [one for each in assets for one in nodes(each, "components")]
    }
    return {
        **{name: root[name] for name in ("uuid", "metadata", "back-matter") if name in root},
        "local-definitions": definitions,
        "observations": [one for each in results for one in nodes(each, "observations")],
        "risks": [one for each in results for one in nodes(each, "risks")],
        "poam-items": findings,
    }


def _item(record: Record, places: dict[int, tuple[Node, str]]) -> PlanItem:
    record.place = places[id(record.item)][1]
    item = read_item(record)
    target = node(record.item, "target")
    identifier = text(target, "target-id")
    item.source_ref = item.source_ref or identifier
    item.source_type = item.source_type or "assessment"
    item.source_details = " ".join(filter(None, (text(target, "type"), identifier)))
    item.source_text = item.source_text or _found_by(record)
    item.controls = item.controls or _controls(identifier)
    if item.status is State.UNKNOWN and target:
        item.status = State.PLANNED
    return item


def _found_by(record: Record) -> str:
    """Return who or what the finding itself comes from, one a line."""
    named = (record.plan.named(text(each, "actor-uuid")) for each in record.actors([record.item]))
    return "\n".join(dict.fromkeys(each.name for each in named if each and each.name))


def _controls(target: str) -> tuple[str, ...]:
    """Return the control that an objective or statement belongs to: `ac-2.1_obj.a` is of AC-2(1)."""
    if found := _CONTROL.match(target):
        return (found[1].upper() + (f"({found[2]})" if found[2] else ""),)
    found = _REQUIREMENT.match(target)
    return (found[1],) if found else ()


def _facts(root: Node) -> dict[str, str]:
    metadata = node(root, "metadata")
    findings = [one for each in nodes(root, "results") for one in nodes(each, "findings")]
    facts = {
        "oscal_version": text(metadata, "oscal-version"),
        "document_title": text(metadata, "title"),
        "assessment_plan": text(node(root, "import-ap"), "href"),
        "satisfied": str(sum(map(_is_satisfied, findings)) or ""),
    }
    return {name: value for name, value in facts.items() if value}
