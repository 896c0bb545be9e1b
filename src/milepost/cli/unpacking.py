"""What is given on the command line as files: archives and folders opened below the home."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from milepost.scanners.archives import Given, Taken, shown, taken


@contextmanager
def unpacked(files: Sequence[Path]) -> Iterator[Taken]:
    """Take the files out of archives and folders into a folder below the home, for as long as the block."""
    from milepost.settings import variables

    given = [Given(path, shown(path.name or path.resolve().name)) for path in files]
    with taken(given, variables.made_home() / "unpacked") as found:
        yield found


def name_of(files: Sequence[Path]) -> str:
    """Return the name by which files that were given together are known."""
    first = files[0].name or files[0].resolve().name
    more = len(files) - 1
    return shown(first) + (f" and {more} more" if more else "")
