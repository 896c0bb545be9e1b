"""OSCAL plans of action and milestones as XML."""

import re
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.oscal.document import OscalPlan, Tree
from milepost.authorities.oscal.nodes import Node, node
from milepost.authorities.oscal.structure import ROOT
from milepost.authorities.oscal.xml import local_name, new_element, parse, written
from milepost.authorities.oscal.xml_tree import fill, object_of, patch
from milepost.domain.errors import UnknownFormat
from milepost.domain.problem import Problem

_CONTROL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00[01][0-9a-f]|[bf])")


def load_xml(path: Path, name: str, model: str = ROOT) -> Tree:
    """Read an XML document of a model into the tree that JSON has.

    Raises:
        InputRefused: it cannot be read, is not well-formed, or of another model.
    """
    root = parse(path, name)
    if local_name(root) != model:
        what = f"the outermost element is {local_name(root)}, not {model} of OSCAL 1.0"
        raise UnknownFormat(what, where=name, fix=f"give a document of OSCAL 1.0 to 1.2, {model}")
    problems: list[Problem] = []
    tree: Node = {model: object_of(root, model, problems)}
    return tree, [Problem(f"{name}, {each.where}", each.what, each.fix) for each in problems]


def _replaced(tree: Node) -> list[Problem]:
    """Tell how many characters XML cannot hold; each is written as the replacement character."""
    count = len(_CONTROL.findall(msgspec.json.encode(tree)))
    what = f"{count} control characters, which XML does not allow, were replaced"
    return [Problem("the document", what, "write JSON to keep them, or take them out")] if count else []


def _dump(tree: Node) -> bytes:
    root = new_element(ROOT)
    fill(root, ROOT, node(tree, ROOT), 0)
    return written(root)


def _patch(path: Path, tree: Node) -> bytes:
    root = parse(path, path.name)
    patch(root, ROOT, object_of(root, ROOT, []), node(tree, ROOT))
    return written(root)


FORMAT = OscalPlan(
    name="oscal-xml",
    title="OSCAL plan of action and milestones (XML)",
    suffix=".xml",
    signs=lambda head: head.startswith(b"<"),
    load=load_xml,
    dump=_dump,
    patch=_patch,
    told=_replaced,
)
