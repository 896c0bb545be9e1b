"""The product's own source and the project's files, as the tests of its architecture read them."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "milepost"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """One function: where it is, and how many lines it takes from `def` to its end, docstring apart."""

    where: str
    node: FunctionNode

    @property
    def lines(self) -> int:
        """Return the lines of the signature and the body; what explains is not counted against it."""
        return _span(self.node) - _docstring_lines(self.node)


@dataclass(frozen=True)
class Module:
    """One Python file of the project."""

    path: Path

    @cached_property
    def name(self) -> str:
        """Return the path from the top of the project."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        """Return the whole text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Return the parsed text."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """Return the number of lines, everything counted."""
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, FunctionNode):
                yield Function(f"{self.name}:{node.lineno} {node.name}", node)

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """Return line number and text of every comment."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return tuple((each.start[0], each.string) for each in tokens if each.type == tokenize.COMMENT)


@cache
def modules(folder: Path = PACKAGE) -> list[Module]:
    """Return the modules below a folder; migrations, which Django writes, apart."""
    paths = sorted(folder.rglob("*.py"))
    return [Module(path) for path in paths if "migrations" not in path.parts]


def project_files() -> list[Path]:
    """Return every file that is, or is about to be, kept in the project's history."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 the user's git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else _names_without_git()
    return [path for name in names if name and (path := ROOT / name).is_file()]


def _names_without_git() -> Iterator[str]:
    """Yield the files of a checkout that came as an archive."""
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT)
        if not any(part.startswith(".") or part == "__pycache__" for part in name.parts[:-1]):
            yield name.as_posix()


def _docstring_lines(node: FunctionNode) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return _span(first) if is_docstring else 0


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1
