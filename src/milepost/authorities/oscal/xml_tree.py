"""XML read into the tree that JSON has, and the tree written into elements, new ones or those there are.

Where a document is patched only what differs is touched: objects are found again by uuid or place;
comments, order and layout stay.
"""

from collections.abc import Sequence
from typing import Final

from milepost.authorities.oscal.markup import has_loose_text, legal, line_of, text_of, write_line, write_text
from milepost.authorities.oscal.nodes import Node, text
from milepost.authorities.oscal.structure import Property, structure
from milepost.authorities.oscal.xml import Element, element_children, laid_out, local_name, new_element
from milepost.domain.problem import Problem

_KNOWN_ATTRIBUTES: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


def object_of(element: Element, kind: str, problems: list[Problem]) -> Node:
    """Return an element as an object; what the model does not know is told and left in the element."""
    known = structure()[kind]
    found: Node = {}
    for name, value in element.attrib.items():
        each = known.get(str(name))
        if each is not None and each.kind.startswith("flag"):
            found[each.name] = _flag(str(value), each)
        elif not str(name).startswith(_KNOWN_ATTRIBUTES):
            _tell_unknown(element, f"the attribute {name}", problems)
    by_element = {each.element: each for each in known.values() if not each.kind.startswith("flag")}
    for child in element_children(element):
        each = by_element.get(local_name(child))
        if each is None:
            _tell_unknown(child, f"the element {local_name(child)}", problems)
        else:
            _take(child, each, found, problems)
    body = next((each for each in known.values() if each.kind == "body"), None)
    if body is not None:
        found[body.name] = (element.text or "").strip()
    return {name: found[name] for name in known if name in found}


def _flag(value: str, each: Property) -> object:
    return int(value) if each.kind == "flag-integer" and value.strip().isdigit() else value


def _tell_unknown(element: Element, what: str, problems: list[Problem]) -> None:
    told = f"{what} is not known here; it is kept, and not understood"
    problems.append(Problem(f"line {element.sourceline}", told, "check its spelling and place"))


def _take(element: Element, each: Property, found: Node, problems: list[Problem]) -> None:
    if each.kind == "group":
        found[each.name] = [object_of(child, each.of, problems) for child in element_children(element)]
        return
    if each.kind == "text" and has_loose_text(element):
        what = f"text stands directly in {each.element}; it was read as a paragraph"
        problems.append(Problem(f"line {element.sourceline}", what, "put it into a p element"))
    value = _value(element, each, problems)
    if each.several:
        held = found.setdefault(each.name, [])
        if isinstance(held, list):
            held.append(value)
    else:
        found[each.name] = value


def _value(element: Element, each: Property, problems: list[Problem]) -> object:
    if each.is_node:
        return object_of(element, each.of, problems)
    if each.kind == "text":
        return text_of(element)
    return line_of(element) if each.kind == "line" else (element.text or "").strip()


def made(value: object, each: Property, level: int) -> Element:
    """Return a new element for a value of a property."""
    element = new_element(each.element)
    if each.is_node and isinstance(value, dict):
        fill(element, each.of, value, level)
    elif each.kind == "text":
        write_text(element, str(value))
        laid_out(element, level, 1)
    elif each.kind == "line":
        write_line(element, str(value))
    else:
        element.text = legal(str(value))
    return element


def fill(element: Element, kind: str, value: Node, level: int) -> None:
    """Write an object into an empty element."""
    for each in structure()[kind].values():
        if each.name in value:
            _set(element, kind, each, None, value[each.name], level)
    laid_out(element, level, 1)


def patch(element: Element, kind: str, before: Node, after: Node, level: int = 0) -> None:
    """Change an element that says one object so that it says another, and leave alone what is the same."""
    for each in structure()[kind].values():
        old, new = before.get(each.name), after.get(each.name)
        if old != new:
            _set(element, kind, each, old, new, level)


def _set(element: Element, kind: str, each: Property, old: object, new: object, level: int) -> None:
    if each.kind.startswith("flag"):
        _set_flag(element, each.element, new)
    elif each.kind == "body":
        element.text = legal(str(new or ""))
    elif each.kind == "group":
        _set_group(element, kind, each, new, level)
    else:
        there = [child for child in element_children(element) if local_name(child) == each.element]
        _set_elements(element, kind, each, (there, _several(old, each), _several(new, each)), level)


def _set_flag(element: Element, name: str, value: object) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, legal(str(value)))


def _set_group(element: Element, kind: str, each: Property, new: object, level: int) -> None:
    """Write a list that has an element of its own around it; it is made anew where it changed."""
    for child in list(element_children(element)):
        if local_name(child) == each.element:
            _take_out(child)
    if isinstance(new, list):
        around = new_element(each.element)
        inner = Property(each.of, each.of, "node", each.of, several=False, required=False, since="")
        for value in new:
            around.append(made(value, inner, level + 2))
        laid_out(around, level + 1, 1)
        _insert(element, kind, each, around, None, level)


def _several(value: object, each: Property) -> list[object]:
    if value is None:
        return []
    return value if each.several and isinstance(value, list) else [value]


_Pair = tuple[Element, object]
_Lists = tuple[Sequence[Element], list[object], list[object]]


def _set_elements(element: Element, kind: str, each: Property, lists: _Lists, level: int) -> None:
    """Let the elements of a property say the new values: the same ones stay, changed ones are patched."""
    there, old, new = lists
    left = list(zip(there, old, strict=False))
    kept: list[Element | None] = []
    for value in new:
        found = _match(left, value, new, single=not each.several)
        if found is not None:
            left.remove(found)
            kept.append(_changed(found, value, each, level))
        else:
            kept.append(None)
    for gone, _ in left:
        _take_out(gone)
    last: Element | None = None
    for value, child in zip(new, kept, strict=True):
        present = child
        if present is None:
            present = made(value, each, level + 1)
            _insert(element, kind, each, present, last, level)
        elif last is not None and element.index(present) < element.index(last):
            _move(present, last)
        last = present


def _move(element: Element, after: Element) -> None:
    """Put an element behind another one; what lies between elements stays where it is."""
    layout = element.tail
    _take_out(element)
    element.tail, after.tail = after.tail, layout
    after.addnext(element)


def _match(left: list[_Pair], value: object, new: list[object], *, single: bool) -> _Pair | None:
    """Return the element that said this: the one with its uuid, the very same, or the next without uuid."""
    if uuid := _uuid(value):
        return next((pair for pair in left if _uuid(pair[1]) == uuid), None)
    same = next((pair for pair in left if pair[1] == value), None)
    if same or single:
        return same or next(iter(left), None)
    return next((pair for pair in left if not _uuid(pair[1]) and pair[1] not in new), None)


def _uuid(value: object) -> str:
    return text(value, "uuid") if isinstance(value, dict) else ""


def _changed(pair: _Pair, value: object, each: Property, level: int) -> Element:
    element, old = pair
    if old == value:
        return element
    if each.is_node and isinstance(old, dict) and isinstance(value, dict):
        patch(element, each.of, old, value, level + 1)
        return element
    anew = made(value, each, level + 1)
    anew.tail = element.tail
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, anew)
    return anew


def _take_out(element: Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = element.tail if element.getnext() is None else before.tail
    parent.remove(element)


def _insert(
    element: Element, kind: str, each: Property, new: Element, after: Element | None, level: int
) -> None:
    """Put a new element after another one, or where the model has its place."""
    before = after if after is not None else _place_before(element, kind, each)
    position = 0 if before is None else element.index(before) + 1
    inner = "\n" + "  " * (level + 1)
    if before is not None:
        new.tail, before.tail = before.tail or "\n" + "  " * level, inner
    else:
        new.tail, element.text = inner if len(element) else "\n" + "  " * level, inner
    element.insert(position, new)


def _place_before(element: Element, kind: str, each: Property) -> Element | None:
    """Return the last element that has to stand before those of a property."""
    order = {found.element: number for number, found in enumerate(structure()[kind].values())}
    limit = order[each.element]
    last: Element | None = None
    for child in element_children(element):
        if order.get(local_name(child), -1) <= limit:
            last = child
    return last
