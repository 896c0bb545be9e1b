"""The code explains itself: docstrings that say what is here, comments that give reasons, plain names."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, Module, modules

_PRODUCT = modules()
_TESTS = modules(ROOT / "tests")
_EVERYTHING = [*_PRODUCT, *_TESTS]
_VAGUE = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "base",
    "manager",
    "handler",
    "stuff",
    "core",
}
_SUPPRESSION = re.compile(r"#\s*(noqa|type: ignore|pragma)")
_REASONED = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(, [A-Z]+\d+)*|type: ignore\[[a-z, -]+\]|pragma: no cover)[ #:–-]+\w.{5,}"
)


def test_every_module_says_what_is_in_it() -> None:
    """Each module, of product and tests, opens with a docstring."""
    assert [module.name for module in _EVERYTHING if not ast.get_docstring(module.tree)] == []


def test_what_is_public_is_explained() -> None:
    """At least 95 of 100 public classes and functions of the product have a docstring."""
    public = [found for module in _PRODUCT for found in _public(module)]
    silent = [where for where, docstring in public if not docstring]
    assert len(silent) <= 0.05 * len(public), silent


def test_every_test_says_what_it_shows() -> None:
    """Each test has a sentence."""
    tests = [test for module in _TESTS for test in module.functions() if test.node.name.startswith("test_")]
    assert [test.where for test in tests if not ast.get_docstring(test.node)] == []


def test_comments_are_few() -> None:
    """There are at most 5 comments in 100 lines, and no module drowns in them."""
    comments = {module.name: len(module.comments) for module in _PRODUCT}
    assert sum(comments.values()) <= 0.05 * sum(module.lines for module in _PRODUCT)


def test_nothing_is_left_for_later() -> None:
    """No comment puts work off; what is to be done stands in an issue."""
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = [
        (module.name, line) for module in _EVERYTHING for line, text in module.comments if later.search(text)
    ]
    assert found == []


def test_suppressions_have_a_code_and_a_reason() -> None:
    """No rule is switched off in a line without naming the rule and the reason; at most one in 1000 lines."""
    suppressed = [
        (module.name, line, text)
        for module in _EVERYTHING
        for line, text in module.comments
        if _SUPPRESSION.match(text)
    ]
    assert [found for found in suppressed if not _REASONED.match(found[2])] == []
    in_product = [found for found in suppressed if found[0].startswith("src/") and "noqa" in found[2]]
    assert len(in_product) <= max(1, sum(module.lines for module in _PRODUCT) // 1000), in_product


def test_functions_are_typed() -> None:
    """Every parameter and every result has a type."""
    untyped = [
        function.where
        for module in _EVERYTHING
        for function in module.functions()
        if function.node.returns is None or not all(_typed(function.node.args))
    ]
    assert untyped == []


def test_names_say_what_is_inside() -> None:
    """No module or folder has a name that would fit anything."""
    paths = [module.path.relative_to(ROOT).with_suffix("") for module in _PRODUCT]
    assert [path for path in paths if not _VAGUE.isdisjoint(path.parts)] == []


def _public(module: Module) -> Iterator[tuple[str, str | None]]:
    for scope in ast.walk(module.tree):
        if not isinstance(scope, ast.Module | ast.ClassDef):
            continue
        for node in scope.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and node.name != "Meta":
                yield f"{module.name}:{node.lineno} {node.name}", ast.get_docstring(node)


def _typed(arguments: ast.arguments) -> Iterator[bool]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in [*named, arguments.vararg, arguments.kwarg]:
        if argument is not None and argument.arg not in {"self", "cls"}:
            yield argument.annotation is not None
