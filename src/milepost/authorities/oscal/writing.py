"""A plan written into a tree: a new one, or the user's own, in which everything else stays as it is."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.oscal.facts import FACTS, NO_SSP, OWN, PROVIDER
from milepost.authorities.oscal.items import read_item, write_item
from milepost.authorities.oscal.nodes import Node, inside, instant, listed, node, nodes, put, text
from milepost.authorities.oscal.own_properties import own_property
from milepost.authorities.oscal.plan_tree import PlanTree
from milepost.authorities.oscal.reading import is_example, plan_root, records_of
from milepost.authorities.oscal.records import Record
from milepost.authorities.oscal.structure import DEFAULT_VERSION, ROOT, VERSIONS, lacks, structure
from milepost.domain.errors import NotAllowed, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

_NAMED: Final = frozenset({"system", "system_id", "provider", "oscal_version", "document_title", "marking"})
_ORDER: Final = ("risks", "poam-items", "observations")


def written_tree(
    plan: PlanDocument, writing: Writing, earlier: Node | None, name: str
) -> tuple[Node, Written]:
    """Return a plan as a tree, with what it counts and what could not be written as it is.

    `earlier` is the document that is patched: its items are found by their identifiers, and only what differs
    from what they said is written; items that only it has stay.

    Raises:
        WrongUse: there is no such version.
        NotAllowed: the plan holds no item, which the model forbids.
    """
    version = _version(writing, earlier, name)
    tree: Node = earlier if earlier is not None else {ROOT: _beginning(plan, writing)}
    target = PlanTree(plan_root(tree, name), writing.as_of, _system(plan) if earlier is None else "")
    wrote = _write_items(plan, target)
    if not nodes(target.root, "poam-items"):
        what = "the plan holds no item (OSCAL 1.0.4 to 1.2.3, poam-items: at least one)"
        raise NotAllowed(what, where=plan.name, fix="add an item, or write no document")
    if wrote:
        inside(target.root, "metadata")["last-modified"] = instant(writing.as_of)
    if earlier is not None:
        _settle_version(target, version)
    else:
        _put_in_order(target.root)
    return tree, Written(_counts(target), tuple(target.problems))


def _version(writing: Writing, earlier: Node | None, name: str) -> str:
    """Return the version to write: the chosen one, else that of the document that is patched."""
    there = ""
    if earlier is not None:
        there = text(node(plan_root(earlier, name), "metadata"), "oscal-version")
    version = writing.choices.get("version") or there or DEFAULT_VERSION
    if version not in VERSIONS and version != there:
        raise WrongUse(
            f"there is no version {version} to write", fix=f"set version to one of {', '.join(VERSIONS)}"
        )
    return version


def _system(plan: PlanDocument) -> str:
    return plan.facts.get("system_id") or plan.facts.get("system") or plan.name


def _write_items(plan: PlanDocument, target: PlanTree) -> bool:
    """Write the items; tell whether the document is another than before."""
    there: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records_of(target):
        there[record.id].append(record)
    counts: Counter[str] = Counter()
    wrote = False
    for item in plan.items:
        number = counts[item.id]
        counts[item.id] += 1
        known = there[item.id]
        if number < len(known):
            wrote |= write_item(known[number], item, read_item(known[number]))
        else:
            write_item(_new_record(target, item, number), item)
            wrote = True
    _tell_kept(there, counts, target)
    if wrote:
        _drop_examples(target)
    return wrote


def _new_record(target: PlanTree, item: PlanItem, number: int) -> Record:
    listing = listed(target.root, "poam-items")
    made: Node = {}
    record = Record(target, item.id, made, {}, [], f"{ROOT}.poam-items[{len(listing)}]", number)
    made["uuid"] = record.identifier()
    listing.append(made)
    return record


def _tell_kept(there: dict[str, list[Record]], counts: Counter[str], target: PlanTree) -> None:
    for identifier, records in list(there.items()):
        for record in records[counts[identifier] :]:
            what = f"the item {identifier} is in the document that is filled and not in the plan; it stays"
            fix = "close it in the plan, or take it out of the document"
            target.problems.append(Problem(record.place, what, fix))


def _drop_examples(target: PlanTree) -> None:
    """Take a template's examples out with their risks and observations, unless an item needs those."""
    if not any(map(is_example, nodes(target.root, "poam-items"))):
        return
    examples = [each for each in records_of(target, examples=True) if is_example(each.item)]
    needed = {id(each) for record in records_of(target) for each in (record.risk, *record.observations)}
    gone = {
        id(each) for record in examples for each in (record.item, record.risk, *record.observations)
    } - needed
    for name in _ORDER:
        put(target.root, name, [each for each in nodes(target.root, name) if id(each) not in gone])


def _settle_version(target: PlanTree, version: str) -> None:
    metadata = inside(target.root, "metadata")
    if metadata.get("oscal-version") != version:
        metadata["oscal-version"] = version
        metadata["last-modified"] = instant(target.as_of)
        target.problems += _without_newer(target.root, ROOT, ROOT, version)


def _without_newer(parent: Node, kind: str, path: str, version: str) -> Iterator[Problem]:
    """Take out what a version does not know, and tell it."""
    known = structure()[kind]
    for name in list(parent):
        each = known.get(name)
        if each is None:
            continue
        if lacks(version, each):
            del parent[name]
            what = f"OSCAL {version} has no {name} here; it was left out"
            yield Problem(f"{path}.{name}", what, f"write version {each.since} or later to keep it")
        elif each.is_node:
            for position, item in enumerate(nodes(parent, name) if each.several else [node(parent, name)]):
                yield from _without_newer(item, each.of, f"{path}.{name}[{position}]", version)


def _counts(target: PlanTree) -> dict[str, int]:
    return {name: len(nodes(target.root, name)) for name in ("poam-items", "risks", "observations")}


def _beginning(plan: PlanDocument, writing: Writing) -> Node:
    """Return a new document with metadata, the system and what stands in place of its security plan."""
    seed = PlanTree({}, writing.as_of, _system(plan))
    system, provider = plan.facts.get("system") or plan.name, plan.facts.get("provider", "")
    party, ssp = seed.identifier("provider"), seed.identifier("ssp")
    resource = _no_ssp(ssp, system, seed.system)
    metadata: Node = {
        "title": _line(plan.facts.get("document_title", "") or f"{system} Plan of Action and Milestones"),
        "published": instant(plan.dated or writing.as_of),
        "last-modified": instant(writing.as_of),
        "version": writing.choices.get("document-version", writing.as_of.isoformat()),
        "oscal-version": writing.choices.get("version", DEFAULT_VERSION),
        "roles": [{"id": each.id, "title": each.title} for each in FACTS.roles],
        "parties": [{"uuid": party, "type": "organization", "name": _line(provider or system)}],
    }
    put(metadata, "props", list(_metadata_props(plan, writing)))
    if provider:
        metadata["responsible-parties"] = [{"role-id": PROVIDER, "party-uuids": [party]}]
    link = writing.choices.get("ssp")
    found: Node = {"uuid": seed.identifier("plan"), "metadata": metadata}
    found["import-ssp"] = {"href": link or f"#{ssp}"}
    found["system-id"] = {"identifier-type": FACTS.system["identifier-type"], "id": _line(seed.system)}
    found["back-matter"] = {"resources": [resource]}
    return found


def _no_ssp(identifier: str, system: str, system_id: str) -> Node:
    namespace = FACTS.namespaces.written
    return {
        "uuid": identifier,
        "title": _line(system),
        "props": [
            {"name": "type", "ns": namespace, "value": NO_SSP},
            {"name": "system-id", "ns": namespace, "value": _line(system_id)},
            {"name": "system", "ns": OWN, "value": "yes"},
        ],
    }


def _metadata_props(plan: PlanDocument, writing: Writing) -> Iterator[Node]:
    marking = writing.choices.get("marking") or plan.facts.get("marking", "")
    if marking.strip():
        yield {"name": "marking", "value": _line(marking)}
    for name, value in plan.facts.items():
        if name not in _NAMED and value.strip():
            yield own_property(name, value)


def _line(value: str) -> str:
    return " ".join(value.split()) or "unnamed"


def _put_in_order(root: Node) -> None:
    """Let the parts stand in the order that XML demands, which is also the one that people expect."""
    for name in structure()[ROOT]:
        if name in root:
            root[name] = root.pop(name)
    for name, kind in (("risks", "risk"), ("poam-items", "poam-item"), ("observations", "observation")):
        order = tuple(structure()[kind])
        for each in nodes(root, name):
            for inner in order:
                if inner in each:
                    each[inner] = each.pop(inner)
