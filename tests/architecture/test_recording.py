"""Whatever people do through a door is written down: no way leads from a door to a change past an event."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PACKAGE

_DOORS = ("cli", "web", "demo")
_WRITES = frozenset(
    {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "update"}
)
_BULK = frozenset({"insert", "update", "execute"})
_UNRECORDED = {
    "work.export_poam.export_poam": "an export remembers its highest number; it changes nothing of an item",
    "work.conmon.package.write_package": "as the export that it holds",
    "work.importing.import_bundle._imported": "a bundle groups imports; each of them has its event",
    "work.importing.import_bundle._bundle": "as above",
}
"""What writes rows without an event, and why."""


class _Function:
    """A function, class or table of the product: whom it names, whether it writes, whether it records."""

    def __init__(self, name: str, node: ast.stmt, names: dict[str, str]) -> None:
        """Look through its code; `names` says what each name of its module stands for."""
        self.name = name
        parts = list(ast.walk(node))
        calls = [each for each in parts if isinstance(each, ast.Call)]
        self.writes = any(map(_is_write, calls))
        self.verb = next(filter(None, map(_verb, calls)), "")
        self.named = {names[each.id] for each in parts if isinstance(each, ast.Name) and each.id in names}
        self.named |= {
            f"{names[each.value.id]}.{each.attr}"
            for each in parts
            if isinstance(each, ast.Attribute)
            if isinstance(each.value, ast.Name) and each.value.id in names
        }


def _is_write(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    if isinstance(function.value, ast.Name) and function.value.id == "bulk":
        return function.attr in _BULK
    return function.attr in _WRITES and _is_stored(function.value)


def _is_stored(value: ast.expr) -> bool:
    """Tell a row or a set of rows from a dictionary, a set or a digest."""
    text = ast.unparse(value)
    return "objects" in text or text.split("(")[0].split(".")[-1] not in {
        "digest",
        "found",
        "running",
        "values",
        "total",
    }


def _verb(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name) and call.func.id == "recorded" and call.args:
        return str(ast.literal_eval(call.args[0])) if isinstance(call.args[0], ast.Constant) else "its own"
    return ""


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def _functions(path: Path) -> Iterator[_Function]:
    tree, module = ast.parse(path.read_text(encoding="utf-8")), _module(path)
    own = {name: node for node in tree.body for name in _bound(node)}
    names = {**_imported(tree), **{name: f"{module}.{name}" for name in own}}
    for name, node in own.items():
        yield _Function(f"{module}.{name}", node, names)


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a statement of a module binds: a function, a class, a table."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets += [node.target] if isinstance(node, ast.AnnAssign) else []
    return [each.id for each in targets if isinstance(each, ast.Name)]


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return what the names stand for that a module imports from the product, anywhere in it."""
    return {
        each.asname or each.name: f"{(node.module or '').removeprefix('milepost.')}.{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("milepost.")
        for each in node.names
    }


_ALL = {each.name: each for path in sorted((PACKAGE / "work").rglob("*.py")) for each in _functions(path)}


def verbs() -> set[str]:
    """Return the verbs: the functions that write an event, by the name that stands in it."""
    return {each.verb for each in _ALL.values() if each.verb}


def _from_doors() -> set[str]:
    paths = [path for door in _DOORS for path in (PACKAGE / door).rglob("*.py")]
    return {name for path in paths for each in _functions(path) for name in each.named}


def test_no_way_leads_past_the_ledger() -> None:
    """From what a door calls, every write in `work/` lies inside a function that records an event."""
    waiting, seen, past = list(_from_doors()), set[str](), defaultdict(list)
    while waiting:
        name = waiting.pop()
        function = _ALL.get(name)
        if function is None or name in seen or function.verb:
            continue
        seen.add(name)
        if name not in _UNRECORDED:
            if function.writes:
                past[name].append("writes without an event")
            waiting += function.named
    assert dict(past) == {}


def test_every_event_is_named_after_its_verb() -> None:
    """An event carries the name of the function that writes it."""
    misnamed = {each.name: each.verb for each in _ALL.values() if each.verb}
    inside = {
        "work.lifecycle.take_step._false_positive": "close_false_positive",
        "work.import_scan._imported": "import_scan",
    }
    assert {name: verb for name, verb in misnamed.items() if name.split(".")[-1] != verb} == inside
