"""Who may know whom, who may ask for the time, who may open what: the walls of the house."""

import ast
import itertools
from collections.abc import Iterator

import grimp
from importlinter import api as import_linter
from importlinter.application import use_cases

from milepost.scanners import BUILT_IN
from tests.architecture.sources import PACKAGE, ROOT, Module, modules

_PRODUCT = modules()
_DOORS = ("src/milepost/cli", "src/milepost/web", "src/milepost/settings")
_UNFORESEEABLE = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "timezone.now",
    "time.time",
    "random.random",
    "uuid.uuid4",
    "uuid4",
}
_XML_DOORS = (
    "src/milepost/scanners/xml.py",
    "src/milepost/authorities/oscal/xml.py",
    "src/milepost/authorities/sheets/",
    "src/milepost/workbooks/",
)
_KEEPERS = ("src/milepost/records/", "src/milepost/ledger/", "src/milepost/work/")


def test_the_contracts_hold() -> None:
    """Every import contract of pyproject.toml holds."""
    assert use_cases.lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)


def test_no_import_is_excused() -> None:
    """No contract makes an exception for an import."""
    contracts = import_linter.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    assert contracts
    assert [contract["name"] for contract in contracts if contract.get("ignore_imports")] == []


def test_readers_do_not_know_each_other() -> None:
    """A tool's reader imports no other tool's reader: taking one away breaks none."""
    graph = grimp.build_graph("milepost", cache_dir=None)
    pairs = itertools.permutations((each.module for each in BUILT_IN), 2)
    assert [(a, b) for a, b in pairs if graph.find_shortest_chain(importer=a, imported=b)] == []


def test_no_two_modules_import_each_other() -> None:
    """There is no circle of imports anywhere."""
    graph = grimp.build_graph("milepost", cache_dir=None)
    circles = [
        (module, imported)
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if graph.find_shortest_chain(importer=imported, imported=module)
    ]
    assert circles == []


def test_the_clock_is_passed_in() -> None:
    """Only the doors ask what time it is, and nobody leaves a result to chance."""
    asked = [
        f"{module.name}:{node.lineno}"
        for module in _PRODUCT
        if not module.name.startswith(_DOORS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("datetime.") in _UNFORESEEABLE
    ]
    assert asked == []


def test_rows_are_met_in_three_rooms() -> None:
    """Only what keeps rows (`records`), keeps events (`ledger`) or changes rows (`work`) asks for them."""
    fetched = [
        f"{module.name}:{node.lineno}"
        for module in _PRODUCT
        if not module.name.startswith(_KEEPERS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert fetched == []


def test_xml_has_two_doors() -> None:
    """Hostile XML is met in one reader's door, the workbook's and OSCAL's; nobody else opens any."""
    openers = [
        module.name
        for module in _PRODUCT
        if any(name.startswith(("lxml", "xml")) for name in _imports(module.tree))
    ]
    assert [name for name in openers if not name.startswith(_XML_DOORS)] == []


def test_imports_stand_at_the_top() -> None:
    """Only the command line, the list of readers and Django's start-up import inside functions."""
    lazy = [
        function.where
        for module in _PRODUCT
        if not module.name.startswith(_DOORS) and not _is_registry(module)
        for function in module.functions()
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function.node))
    ]
    assert lazy == []


def _is_registry(module: Module) -> bool:
    relative = module.path.relative_to(PACKAGE).as_posix()
    return relative in {"scanners/__init__.py", "authorities/__init__.py"} or relative.endswith("apps.py")


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
