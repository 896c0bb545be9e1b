"""What the model has: for each kind of object its properties, with XML names, order and first versions."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

ROOT: Final = "plan-of-action-and-milestones"
RESULTS: Final = "assessment-results"
VERSIONS: Final = ("1.0.4", "1.0.6", "1.1.0", "1.1.1", "1.1.2", "1.1.3", "1.2.0", "1.2.1", "1.2.2", "1.2.3")
"""The releases that can be written (usnistgov/OSCAL)."""
DEFAULT_VERSION: Final = "1.1.3"


class Property(NamedTuple):
    """A property of an object.

    `kind` is node, group (nodes within one more XML element), flag, value, line or text (markup), body (the
    text of the XML element itself) or flag-integer. `of` names the kind of object of a node.
    """

    name: str
    element: str
    kind: str
    of: str
    several: bool
    required: bool
    since: str

    @property
    def is_node(self) -> bool:
        """Whether it holds objects."""
        return bool(self.of)


@cache
def structure() -> Mapping[str, Mapping[str, Property]]:
    """Return the properties of every kind of object by name, in the order of XML."""
    data = json.loads(files(__package__).joinpath("structure.json").read_bytes())
    return {name: {each.name: each for each in map(_property, rows)} for name, rows in data["types"].items()}


def lacks(version: str, each: Property) -> bool:
    """Tell whether a release of OSCAL does not know a property."""
    return bool(each.since) and _number(version) < _number(each.since)


def _property(row: str) -> Property:
    name, element, kind, occurs, *since = row.split()
    kind, _, of = kind.partition(":")
    return Property(name, element, kind, of, occurs in "*+", occurs in "1+", "".join(since))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
