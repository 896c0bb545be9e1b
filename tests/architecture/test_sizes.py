"""Nothing is too long to be read at one sitting; the figures are those of docs/decisions/0005."""

from statistics import median, quantiles

from tests.architecture.sources import PACKAGE, modules

_MODULES = modules()


def test_modules_are_short() -> None:
    """Half of all modules have at most 130 lines, nine of ten at most 300, none more than 500."""
    sizes = {module.name: module.lines for module in _MODULES if module.lines > 1}
    assert median(sizes.values()) <= 130
    assert quantiles(sizes.values(), n=10)[-1] <= 300
    assert {name: size for name, size in sizes.items() if size > 500} == {}


def test_functions_are_short() -> None:
    """Half of all functions have at most 8 lines, 99 of 100 at most 45, none more than 60."""
    functions = [function for module in _MODULES for function in module.functions()]
    sizes = {function.where: function.lines for function in functions}
    assert median(sizes.values()) <= 8
    assert quantiles(sizes.values(), n=100)[-1] <= 45
    assert {where: size for where, size in sizes.items() if size > 60} == {}


def test_no_folder_is_a_haystack() -> None:
    """No folder of the product holds more than 40 modules, so that its listing can be read as a table."""
    folders = {module.path.parent for module in _MODULES}
    counts = {folder.relative_to(PACKAGE).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > 40} == {}
