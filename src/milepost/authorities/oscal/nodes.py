"""Objects of a document as plain data, asked for what should be there; what is of another kind is not."""

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from milepost.authorities.oscal.facts import FACTS

Node: TypeAlias = dict[str, object]


def node(parent: Node, name: str) -> Node:
    """Return an object within an object; where there is none an empty one, not part of the document."""
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def nodes(parent: Node, name: str) -> list[Node]:
    """Return the objects of a list."""
    found = parent.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def text(parent: Node, name: str) -> str:
    """Return a text; nothing where there is none."""
    found = parent.get(name)
    return found if isinstance(found, str) else ""


def texts(parent: Node, name: str) -> list[str]:
    """Return the texts of a list."""
    found = parent.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def listed(parent: Node, name: str) -> list[object]:
    """Return a list to add to; it becomes part of the document if it was not there."""
    found = parent.get(name)
    if isinstance(found, list):
        return found
    made: list[object] = []
    parent[name] = made
    return made


def put(parent: Node, name: str, value: object) -> None:
    """Set a property; an empty one is taken away, for the model allows none."""
    if value in ("", None, [], {}):
        parent.pop(name, None)
    else:
        parent[name] = value


def remove(parent: Node, name: str, gone: Node) -> None:
    """Take an object out of a list, and the list away that is empty then."""
    put(parent, name, [each for each in listed(parent, name) if each is not gone])


def inside(parent: Node, name: str) -> Node:
    """Return an object to add to; it becomes part of the document if it was not there."""
    found = parent.get(name)
    if isinstance(found, dict):
        return found
    made: Node = {}
    parent[name] = made
    return made


def fedramp_props(parent: Node, name: str) -> Iterator[Node]:
    """Yield the properties of FedRAMP with a name, in either of its namespaces or in none."""
    for each in nodes(parent, "props"):
        if text(each, "name") == name and (not each.get("ns") or each["ns"] in FACTS.namespaces.fedramp):
            yield each


def fedramp_value(parent: Node, name: str) -> str:
    """Return the value of the first of them."""
    return next((text(each, "value") for each in fedramp_props(parent, name)), "")


def fedramp_values(parent: Node) -> dict[str, str]:
    """Return the values of its properties of FedRAMP by name, of several with one name the first."""
    found: dict[str, str] = {}
    for each in nodes(parent, "props"):
        if not each.get("ns") or each["ns"] in FACTS.namespaces.fedramp:
            found.setdefault(text(each, "name"), text(each, "value"))
    return found


def set_fedramp(parent: Node, name: str, *values: str) -> None:
    """Let an object have these properties of FedRAMP with a name, and no others."""
    found = list(fedramp_props(parent, name))
    for each in found[len(values) :]:
        remove(parent, "props", each)
    for each, value in zip(found, values, strict=False):
        each["value"] = value
    for value in values[len(found) :]:
        listed(parent, "props").append({"name": name, "ns": FACTS.namespaces.written, "value": value})


def day(value: str) -> date | None:
    """Return the day of an instant as its author wrote it, whatever the zone; None where it is none."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def instant(value: date) -> str:
    """Return the beginning of a day in UTC."""
    return f"{value.isoformat()}T00:00:00Z"


def one_line(value: str) -> str:
    """Return a text as a line: what stood on several, with blanks between."""
    return " ".join(value.split("\n")).strip() if "\n" in value else value.strip()
