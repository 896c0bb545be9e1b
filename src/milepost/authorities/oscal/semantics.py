"""What a schema does not catch: names used that nobody defines, identifiers given twice, steps without a day.

Unknown and ill-shaped properties are told too, for a reader passes over them; they stay in the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from milepost.authorities.oscal.facts import NO_SSP
from milepost.authorities.oscal.nodes import Node, day, fedramp_value, node, nodes, text
from milepost.authorities.oscal.structure import ROOT, Property, structure
from milepost.domain.problem import Problem

_REFERENCES: Final = {
    "observation-uuid": "observation",
    "risk-uuid": "risk",
    "finding-uuid": "finding",
    "party-uuid": "party",
    "party-uuids": "party",
    "location-uuids": "location",
    "member-of-organizations": "party",
    "response-uuid": "response",
    "task-uuid": "task",
}
_ELSEWHERE: Final = frozenset({"actor-uuid", "subject-uuid", "component-uuid"})
"""References that may point into another document."""
_IN_SSP: Final = frozenset({"subject-uuid", "component-uuid"})
_DEFINED_BY: Final = {"actor-uuid": "an actor", "subject-uuid": "a subject", "component-uuid": "a component"}


@dataclass(slots=True)
class _Survey:
    """Everything in a document that is defined and used, with its place."""

    defined: dict[str, str] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    used: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def problems_of(root: Node) -> list[Problem]:
    """Return what is wrong with a plan though it may be valid, each with its JSON path."""
    survey = _Survey()
    _walk(root, ROOT, ROOT, survey)
    return [
        *survey.problems,
        *_undefined(survey, root),
        *_of_risks(root),
        *_of_items(root),
        *_import(root, survey),
    ]


def _walk(parent: Node, kind: str, path: str, survey: _Survey) -> None:
    known = structure()[kind]
    identifier = parent.get("uuid")
    if isinstance(identifier, str):
        _define(identifier.casefold(), kind, path, survey)
    for name, value in parent.items():
        each = known.get(name)
        if each is None:
            what = f"OSCAL knows no {name} here; it is kept, and not understood"
            survey.problems.append(Problem(f"{path}.{name}", what, "check its spelling and place"))
        elif each.is_node:
            _walk_nodes(value, each, f"{path}.{name}", survey)
        elif each.several:
            _walk_values(value, name, f"{path}.{name}", survey)
        elif not isinstance(value, int if each.kind == "flag-integer" else str):
            survey.problems.append(_ill_shaped(f"{path}.{name}", "a text"))
        elif (name in _REFERENCES or name in _ELSEWHERE or name == "role-id") and isinstance(value, str):
            survey.used.append((name, value, f"{path}.{name}"))
    for each in _required(kind):
        if each not in parent:
            survey.problems.append(
                Problem(path, f"{each} is missing, which the model demands", f"add {each}")
            )


def _required(kind: str) -> tuple[str, ...]:
    found = _REQUIRED.get(kind)
    if found is None:
        found = tuple(each.name for each in structure()[kind].values() if each.required)
        _REQUIRED[kind] = found
    return found


_REQUIRED: Final[dict[str, tuple[str, ...]]] = {}


def _define(identifier: str, kind: str, path: str, survey: _Survey) -> None:
    if kind == "prop":
        return
    if identifier in survey.defined:
        what = f"the uuid {identifier} is given twice"
        survey.problems.append(Problem(f"{path}.uuid", what, "give each object a uuid of its own"))
    survey.defined[identifier] = kind


def _walk_nodes(value: object, each: Property, path: str, survey: _Survey) -> None:
    found = value if each.several else [value]
    if not isinstance(found, list) or (each.several and not found):
        survey.problems.append(_ill_shaped(path, "a list with at least one object"))
        return
    for position, item in enumerate(found):
        where = f"{path}[{position}]" if each.several else path
        if isinstance(item, dict):
            _walk(item, each.of, where, survey)
            if each.of == "role":
                survey.roles.add(text(item, "id"))
        else:
            survey.problems.append(_ill_shaped(where, "an object"))


def _walk_values(value: object, name: str, path: str, survey: _Survey) -> None:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        survey.problems.append(_ill_shaped(path, "a list of texts"))
    elif name in _REFERENCES:
        survey.used += [(name, each, path) for each in value]


def _ill_shaped(path: str, wanted: str) -> Problem:
    return Problem(path, f"this is not {wanted}, and was not read", f"write {wanted}")


def _undefined(survey: _Survey, root: Node) -> Iterator[Problem]:
    known_elsewhere = _IN_SSP if _imports_ssp(root) else frozenset()
    for name, value, path in survey.used:
        if name == "role-id":
            if survey.roles and value not in survey.roles:
                yield Problem(path, f"the role {value} is not defined", "add it to metadata.roles")
        elif name not in known_elsewhere and not _is_defined(name, value, survey):
            yield _dangling(name, value, path)


def _is_defined(name: str, value: str, survey: _Survey) -> bool:
    found = survey.defined.get(value.casefold())
    return found is not None and (name in _ELSEWHERE or found == _REFERENCES[name])


def _dangling(name: str, value: str, path: str) -> Problem:
    if name in _ELSEWHERE:
        what = f"{_DEFINED_BY[name]}, {value}, is not defined in this document"
        return Problem(path, what, "define it here, or make sure that the imported documents do")
    return Problem(
        path, f"no {_REFERENCES[name]} has the uuid {value}", "correct the reference, or add what it names"
    )


def _imports_ssp(root: Node) -> bool:
    """Tell whether another document is imported that may define subjects and components."""
    href = text(node(root, "import-ssp"), "href")
    for each in nodes(node(root, "back-matter"), "resources"):
        if href == f"#{text(each, 'uuid')}":
            return fedramp_value(each, "type") != NO_SSP
    return bool(href) and not href.startswith("#")


def _of_risks(root: Node) -> Iterator[Problem]:
    for number, risk in enumerate(nodes(root, "risks")):
        for place, response in enumerate(nodes(risk, "remediations")):
            path = f"{ROOT}.risks[{number}].remediations[{place}].tasks"
            yield from _of_tasks(response, path)
        if risk.get("deadline") and day(text(risk, "deadline")) is None:
            what = f"{risk['deadline']} is no day"
            yield Problem(f"{ROOT}.risks[{number}].deadline", what, "write it as 2026-05-31T00:00:00Z")


def _of_tasks(response: Node, path: str) -> Iterator[Problem]:
    for position, task in enumerate(nodes(response, "tasks")):
        if text(task, "type") == "milestone" and not node(task, "timing"):
            yield Problem(f"{path}[{position}]", "the milestone has no day", "add timing.on-date")


def _of_items(root: Node) -> Iterator[Problem]:
    for position, item in enumerate(nodes(root, "poam-items")):
        count = len(nodes(item, "related-risks"))
        if count != 1:
            what = f"the item has {count or 'no'} related risks; FedRAMP's guide asks for exactly one"
            yield Problem(f"{ROOT}.poam-items[{position}]", what, "relate the item to one risk")


def _import(root: Node, survey: _Survey) -> Iterator[Problem]:
    href = text(node(root, "import-ssp"), "href")
    if href.startswith("#") and href[1:].casefold() not in survey.defined:
        what = f"import-ssp points to {href}, which is not in the document"
        yield Problem(
            f"{ROOT}.import-ssp.href", what, "point it to a resource of the back matter, or to a file"
        )
