"""What a schema does not catch: names used that nobody defines, identifiers given twice, steps without a day.

Unknown and ill-shaped properties are told too, for a reader passes over them; they stay in the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from milepost.authorities.oscal.facts import NO_SSP
from milepost.authorities.oscal.nodes import Node, day, fedramp_value, node, nodes, text
from milepost.authorities.oscal.structure import RESULTS, ROOT, Property, structure
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
_IN_PLAN: Final = _ELSEWHERE | {"task-uuid"}
_REFERRING: Final = frozenset({*_REFERENCES, *_ELSEWHERE, "role-id"})
_ILL_SHAPED: Final = "this is not {}, and was not read"
_OBJECTS: Final = "a list with at least one object"
_TEXTS: Final = "a list of texts"
_DEFINED_BY: Final = {"actor-uuid": "an actor", "subject-uuid": "a subject", "component-uuid": "a component"}


_Way: TypeAlias = tuple["_Way | None", str, int]
"""Where something stands: the way of what it stands in, its name, its place in a list (-1: no list)."""
_Key: TypeAlias = tuple[object, ...]


class _Shape(NamedTuple):
    """What the names and types of an object's values mean for its kind.

    `wrong` are the names with what is wrong there and how to mend it; then whether it has a uuid, and the
    names of references, of lists of texts, and of what holds objects.
    """

    wrong: tuple[tuple[str, str, str], ...]
    has_uuid: bool
    references: tuple[str, ...]
    lists: tuple[str, ...]
    nodes: tuple[Property, ...]


_NOTHING: Final = _Shape((), has_uuid=False, references=(), lists=(), nodes=())


@dataclass(slots=True)
class _Survey:
    """Everything in a document that is defined and used, with its place; shapes are looked through once."""

    roles: frozenset[str]
    shapes: dict[_Key, _Shape] = field(default_factory=dict)
    defined: dict[str, str] = field(default_factory=dict)
    used: list[tuple[str, str, _Way]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def shape(self, kind: str, parent: Node) -> _Shape:
        """Return the shape of an object."""
        key = (kind, *parent, *map(type, parent.values()))
        found = self.shapes.get(key)
        if found is None:
            found = self.shapes[key] = _shape(kind, parent)
        return found

    def tell(self, way: _Way, what: str, fix: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(_path(way), what, fix))


def _path(way: _Way) -> str:
    """Return a way as a JSON path."""
    before, name, position = way
    here = name if position < 0 else f"{name}[{position}]"
    return f"{_path(before)}.{here}" if before else here


def problems_of(root: Node) -> list[Problem]:
    """Return what is wrong with a plan though it may be valid, each with its JSON path."""
    survey = _surveyed(root, ROOT)
    return [
        *survey.problems,
        *_undefined(survey, _IN_SSP if _imports_ssp(root) else frozenset()),
        *_of_risks(root),
        *_of_items(root),
        *_import(root, survey),
    ]


def problems_of_results(root: Node) -> list[Problem]:
    """Return what is wrong with assessment results; what the plan of the assessment defines is not there."""
    survey = _surveyed(root, RESULTS)
    return [*survey.problems, *_undefined(survey, _IN_PLAN)]


def _surveyed(root: Node, kind: str) -> _Survey:
    roles = nodes(node(root, "metadata"), "roles")
    survey = _Survey(frozenset(text(each, "id") for each in roles))
    _walk(root, kind, survey.shape(kind, root), (None, kind, -1), survey)
    return survey


def _shape(kind: str, parent: Node) -> _Shape:
    known = structure()[kind]
    found = [known[name] for name in parent if name in known]
    wrong = [pair for name, value in parent.items() if (pair := _wrong(name, value, known.get(name)))]
    missing = [each.name for each in known.values() if each.required and each.name not in parent]
    wrong += [("", f"{name} is missing, which the model demands", f"add {name}") for name in sorted(missing)]
    told = frozenset(name for name, _, _ in wrong)
    sound = [each for each in found if each.name not in told]
    simple = [each.name for each in sound if not each.is_node and not each.several]
    shape = _Shape(
        tuple(wrong),
        "uuid" in simple,
        tuple(name for name in simple if name in _REFERRING),
        tuple(each.name for each in sound if each.several and not each.is_node),
        tuple(each for each in sound if each.is_node),
    )
    return _NOTHING if shape == _NOTHING else shape


def _wrong(name: str, value: object, known: Property | None) -> tuple[str, str, str] | None:
    if known is None:
        what = f"OSCAL knows no {name} here; it is kept, and not understood"
        return name, what, "check its spelling and place"
    wanted, kind = _wanted(known)
    return None if isinstance(value, kind) else (name, _ILL_SHAPED.format(wanted), f"write {wanted}")


def _wanted(known: Property) -> tuple[str, type[object]]:
    if known.several:
        return (_OBJECTS if known.is_node else _TEXTS), list
    if known.is_node:
        return "an object", dict
    return ("a number", int) if known.kind == "flag-integer" else ("a text", str)


def _walk(parent: Node, kind: str, shape: _Shape, way: _Way, survey: _Survey) -> None:
    for name, what, fix in shape.wrong:
        survey.tell((way, name, -1) if name else way, what, fix)
    if shape.has_uuid:
        _define(text(parent, "uuid").casefold(), kind, (way, "uuid", -1), survey)
    for name in shape.references:
        survey.used.append((name, text(parent, name), (way, name, -1)))
    for name in shape.lists:
        _walk_texts(parent[name], (way, name, -1), survey)
    for each in shape.nodes:
        _walk_nodes(parent[each.name], each, way, survey)


def _define(identifier: str, kind: str, way: _Way, survey: _Survey) -> None:
    if identifier in survey.defined and kind != "prop":
        survey.tell(way, f"the uuid {identifier} is given twice", "give each object a uuid of its own")
    survey.defined[identifier] = kind


def _walk_nodes(value: object, each: Property, way: _Way, survey: _Survey) -> None:
    name, kind = each.name, each.of
    if isinstance(value, dict):
        _walk(value, kind, survey.shape(kind, value), (way, name, -1), survey)
    elif not isinstance(value, list) or not value:
        _ill_shaped((way, name, -1), _OBJECTS, survey)
    else:
        for position, item in enumerate(value):
            if not isinstance(item, dict):
                _ill_shaped((way, name, position), "an object", survey)
            elif (shape := survey.shape(kind, item)) is not _NOTHING:
                _walk(item, kind, shape, (way, name, position), survey)


def _walk_texts(value: object, way: _Way, survey: _Survey) -> None:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        _ill_shaped(way, _TEXTS, survey)
    elif way[1] in _REFERENCES:
        survey.used += [(way[1], each, way) for each in value]


def _ill_shaped(way: _Way, wanted: str, survey: _Survey) -> None:
    survey.tell(way, _ILL_SHAPED.format(wanted), f"write {wanted}")


def _undefined(survey: _Survey, known_elsewhere: frozenset[str]) -> Iterator[Problem]:
    for name, value, way in survey.used:
        if name == "role-id":
            if survey.roles and value not in survey.roles:
                yield Problem(_path(way), f"the role {value} is not defined", "add it to metadata.roles")
        elif name not in known_elsewhere and not _is_defined(name, value, survey):
            yield _dangling(name, value, _path(way))


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
