"""Change the rules, line by line, and see whether a test notices: `./run mutate [--sample NUMBER] [MODULE…]`.

Each mutant of what decides (`domain`, `catalogs`, `authorities`, `checks`) runs against the tests that reach
it. A mutant that differs in words alone (the text of a reason) is counted apart: what a sentence says is for
readers to judge, and a test that repeats it word for word proves nothing. What runs while a module is
imported cannot be changed this way: a function that only builds constants is better written as the constants.
All mutants of all rooms take days; a random sample of them says the same to within a few percent.
"""

import argparse
import ast
import json
import math
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
PURE = ("domain", "catalogs", "authorities", "checks")
TESTS = ("tests/domain", "tests/catalogs", "tests/authorities", "tests/checks")
LEAST = 95.0
_KILLED = {1, 3}
_TIMED_OUT = {36, 24, 152, 255}


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants of a module's logic the tests killed, and how many changed words alone."""

    module: str
    killed: int
    survived: tuple[str, ...]
    words: int

    @property
    def mutants(self) -> int:
        """All mutants that count."""
        return self.killed + len(self.survived)


def main() -> int:
    """Run the mutants of the modules asked for; 1 if fewer than the least share of them was killed."""
    parser = argparse.ArgumentParser(prog="mutate", description=__doc__)
    parser.add_argument(
        "modules", nargs="*", help="files or folders below src/milepost; all pure ones if none"
    )
    parser.add_argument(
        "--least", type=float, default=LEAST, help="the share (percent) that has to be killed"
    )
    parser.add_argument(
        "--tests", nargs="+", default=None, help="the tests to run, if not all of the pure rooms"
    )
    parser.add_argument("--show", action="store_true", help="list the mutants that survived")
    parser.add_argument("--sample", type=int, default=0, help="try this many mutants, taken at random")
    parser.add_argument("--seed", type=int, default=0, help="take the sample that this number stands for")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="milepost-mutants-") as name:
        folder = Path(name)
        _copy(folder)
        _undecorate(folder, asked.modules or PURE)
        _configure(folder, asked.modules or PURE, asked.tests or _present(TESTS))
        _mutmut(folder, *(_sample(folder, asked.sample, asked.seed) if asked.sample else ()))
        scores = sorted(_scores(folder), key=lambda score: score.module)
        sys.stdout.write(f"{_table(scores, show=asked.show)}\n")
    killed, mutants = sum(each.killed for each in scores), sum(each.mutants for each in scores)
    share = 100 * killed / mutants if mutants else 0.0
    within = f" ± {_margin(killed, mutants):.1f}" if asked.sample and mutants else ""
    sys.stdout.write(
        f"{killed} of {mutants} mutants killed: {share:.1f}{within} % (at least {asked.least:.0f} %)\n"
    )
    return int(share < asked.least)


def _mutmut(folder: Path, *mutants: str) -> None:
    command = [sys.executable, "-m", "mutmut", "run", *mutants]
    subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _sample(folder: Path, size: int, seed: int) -> list[str]:
    """Have all mutants made without trying one, and return some of those that differ in more than words."""
    _mutmut(folder, "none of them")
    names = [name for meta in _metas(folder) for name in _meant(meta)]
    return random.Random(seed).sample(names, min(size, len(names)))  # noqa: S311 a sample that can be taken again


def _margin(killed: int, mutants: int) -> float:
    """Return how far off a sample's share may be, in percent: 1.96 standard errors, so 19 times of 20."""
    share = killed / mutants
    return 196 * math.sqrt(share * (1 - share) / mutants)


def _present(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


def _copy(folder: Path) -> None:
    """Copy the checkout as it stands, without what is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 the user's git
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _undecorate(folder: Path, modules: Iterable[str]) -> None:
    """Let functions of a module stand without decorators, which mutmut passes over, and decorate them after.

    A cache is left out: what was computed before the mutant lived would hide it.
    """
    for module in modules:
        path = folder / "src" / "milepost" / module.removeprefix("src/milepost/")
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.FunctionDef) and node.decorator_list for node in tree.body):
                tree.body = [part for node in tree.body for part in _apart(node)]
                file.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")


def _apart(node: ast.stmt) -> Iterator[ast.stmt]:
    yield node
    if isinstance(node, ast.FunctionDef):
        decorators, node.decorator_list = node.decorator_list, []
        for decorator in reversed(decorators):
            if "cache" not in ast.unparse(decorator):
                name = ast.Name(node.name, ast.Load())
                called = ast.Call(decorator, [name], [])
                yield ast.Assign([ast.Name(node.name, ast.Store())], called)


def _configure(folder: Path, modules: Iterable[str], tests: Iterable[str]) -> None:
    paths = [f"src/milepost/{module.removeprefix('src/milepost/')}" for module in modules]
    settings = {
        "source_paths": paths,
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": ["-p", "no:randomly", "-m", "not samples and not libreoffice"],
        "also_copy": ["src", "tests", "bench", "docs", "pyproject.toml"],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "[tool.mutmut]", *lines, ""]))


def _scores(folder: Path) -> Iterator[Score]:
    for meta in _metas(folder):
        codes, meant = _codes(meta), _meant(meta)
        counted = {name: codes[name] for name in meant if codes[name] is not None}
        survived = tuple(sorted(name for name, code in counted.items() if code not in _KILLED | _TIMED_OUT))
        module = meta.relative_to(folder / "mutants" / "src").with_suffix("").with_suffix("")
        yield Score(module.as_posix(), len(counted) - len(survived), survived, len(codes) - len(meant))


def _metas(folder: Path) -> list[Path]:
    """Return where mutmut keeps what became of each module's mutants."""
    return sorted((folder / "mutants").rglob("*.py.meta"))


def _codes(meta: Path) -> dict[str, int | None]:
    found: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def _meant(meta: Path) -> list[str]:
    """Return the mutants of a module that differ from it in more than words."""
    bodies = _bodies(meta.with_suffix(""))
    return [name for name in _codes(meta) if not _differs_in_words(name, bodies)]


def _bodies(path: Path) -> dict[str, ast.AST]:
    """Return every function of a mutated module by its name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _differs_in_words(mutant: str, bodies: dict[str, ast.AST]) -> bool:
    """Tell whether a mutant is the original but for the text of its strings."""
    name = mutant.rpartition(".")[2]
    original = f"{name.rpartition('_mutmut_')[0]}_mutmut_orig"
    return name in bodies and original in bodies and _wordless(bodies[name]) == _wordless(bodies[original])


def _wordless(function: ast.AST) -> str:
    """Return a function without its name and the text of its strings."""
    copy = ast.parse(ast.unparse(function)).body[0]
    for node in ast.walk(copy):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.name = ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(copy)


def _table(scores: Iterable[Score], *, show: bool) -> str:
    lines = []
    for score in filter(lambda score: score.mutants, scores):
        share = 100 * score.killed / score.mutants if score.mutants else 100.0
        lines.append(
            f"{share:5.1f} %  {score.killed:4} of {score.mutants:4}  {score.words:4} words  {score.module}"
        )
        if show:
            lines += [f"          survived: {name}" for name in score.survived]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
