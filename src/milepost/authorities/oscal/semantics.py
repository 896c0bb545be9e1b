"""What a schema does not catch: names used that nobody defines, identifiers given twice, steps without a day.

Unknown and ill-shaped properties are told too, for a reader passes over them; they stay in the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

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
_REFERRING: Final = frozenset({*_REFERENCES, *_ELSEWHERE, "role-id"})
_DEFINED_BY: Final = {"actor-uuid": "an actor", "subject-uuid": "a subject", "component-uuid": "a component"}


class _Way(NamedTuple):
    """Where something stands: the way of what it stands in, its name, its place in a list (-1: no list)."""

    before: "_Way | None"
    name: str
    position: int = -1

    def __str__(self) -> str:
        """Return it as a JSON path."""
        here = self.name if self.position < 0 else f"{self.name}[{self.position}]"
        return f"{self.before}.{here}" if self.before else here


class _Kind(NamedTuple):
    """A kind of object: its properties that are texts without reference, all others, and those demanded."""

    plain: frozenset[str]
    known: Mapping[str, Property]
    required: frozenset[str]


@dataclass(slots=True)
class _Survey:
    """Everything in a document that is defined and used, with its place."""

    kinds: Mapping[str, _Kind]
    defined: dict[str, str] = field(default_factory=dict)
    roles: set[str] = field(default_factory=set)
    used: list[tuple[str, str, _Way]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def tell(self, way: _Way, what: str, fix: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(str(way), what, fix))


def problems_of(root: Node) -> list[Problem]:
    """Return what is wrong with a plan though it may be valid, each with its JSON path."""
    survey = _Survey(_kinds())
    _walk(root, ROOT, _Way(None, ROOT), survey)
    return [
        *survey.problems,
        *_undefined(survey, root),
        *_of_risks(root),
        *_of_items(root),
        *_import(root, survey),
    ]


@cache
def _kinds() -> Mapping[str, _Kind]:
    return {name: _kind(known) for name, known in structure().items()}


def _kind(known: Mapping[str, Property]) -> _Kind:
    simple = (each for each in known.values() if not each.is_node and not each.several)
    plain = frozenset(each.name for each in simple if each.kind != "flag-integer") - _REFERRING - {"uuid"}
    return _Kind(plain, known, frozenset(each.name for each in known.values() if each.required))


def _walk(parent: Node, kind: str, way: _Way, survey: _Survey) -> None:
    plain, known, required = survey.kinds[kind]
    for name, value in parent.items():
        if name in plain:
            if not isinstance(value, str):
                _ill_shaped(_Way(way, name), "a text", survey)
        elif name in known:
            _walk_part(known[name], value, way, kind, survey)
        else:
            what = f"OSCAL knows no {name} here; it is kept, and not understood"
            survey.tell(_Way(way, name), what, "check its spelling and place")
    if not required <= parent.keys():
        for name in sorted(required - parent.keys()):
            survey.tell(way, f"{name} is missing, which the model demands", f"add {name}")


def _walk_part(each: Property, value: object, way: _Way, kind: str, survey: _Survey) -> None:
    here = _Way(way, each.name)
    if each.is_node:
        _walk_nodes(value, each, way, survey)
    elif each.several:
        _walk_values(value, here, survey)
    elif not isinstance(value, int if each.kind == "flag-integer" else str):
        _ill_shaped(here, "a number" if each.kind == "flag-integer" else "a text", survey)
    elif each.name == "uuid":
        _define(str(value).casefold(), kind, here, survey)
    elif isinstance(value, str):
        survey.used.append((each.name, value, here))


def _define(identifier: str, kind: str, way: _Way, survey: _Survey) -> None:
    if identifier in survey.defined and kind != "prop":
        survey.tell(way, f"the uuid {identifier} is given twice", "give each object a uuid of its own")
    survey.defined[identifier] = kind


def _walk_nodes(value: object, each: Property, way: _Way, survey: _Survey) -> None:
    if not each.several:
        if isinstance(value, dict):
            _walk(value, each.of, _Way(way, each.name), survey)
        else:
            _ill_shaped(_Way(way, each.name), "an object", survey)
        return
    if not isinstance(value, list) or not value:
        _ill_shaped(_Way(way, each.name), "a list with at least one object", survey)
        return
    plain, _, required = survey.kinds[each.of]
    for position, item in enumerate(value):
        if not isinstance(item, dict):
            _ill_shaped(_Way(way, each.name, position), "an object", survey)
            continue
        if each.of == "role":
            survey.roles.add(text(item, "id"))
        if required <= item.keys() <= plain and all(isinstance(each, str) for each in item.values()):
            continue
        _walk(item, each.of, _Way(way, each.name, position), survey)


def _walk_values(value: object, way: _Way, survey: _Survey) -> None:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        _ill_shaped(way, "a list of texts", survey)
    elif way.name in _REFERENCES:
        survey.used += [(way.name, each, way) for each in value]


def _ill_shaped(way: _Way, wanted: str, survey: _Survey) -> None:
    survey.tell(way, f"this is not {wanted}, and was not read", f"write {wanted}")


def _undefined(survey: _Survey, root: Node) -> Iterator[Problem]:
    known_elsewhere = _IN_SSP if _imports_ssp(root) else frozenset()
    for name, value, way in survey.used:
        if name == "role-id":
            if survey.roles and value not in survey.roles:
                yield Problem(str(way), f"the role {value} is not defined", "add it to metadata.roles")
        elif name not in known_elsewhere and not _is_defined(name, value, survey):
            yield _dangling(name, value, str(way))


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
