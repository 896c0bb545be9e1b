"""Reports in which one value is of another type than it should be, one value after the other."""

import json
from collections.abc import Iterator
from pathlib import Path

from milepost.domain.errors import MilepostError
from tests.scanners.reading import Reading, read_text

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

WRONG: tuple[Json, ...] = (None, 5, -1.5, True, "", "odd", [], [None], [7], {}, {"odd": 1}, 10**30, [[]])


def variants(document: Json) -> Iterator[str]:
    """Yield the document once for every value in it and every wrong value in its place."""
    for path in _paths(document):
        for wrong in WRONG:
            yield json.dumps(_with(document, path, wrong))


def read_or_refuse(folder: Path, text: str) -> Reading | None:
    """Read a report; None where the product refuses it in its own words. Any other exception is a defect."""
    try:
        reading = read_text(folder, text)
    except MilepostError as error:
        if not str(error):
            raise AssertionError from error
        return None
    for report in reading.reports:
        keys = [(each.facts.source, each.facts.source_id, each.locator) for each in report.findings]
        assert len(set(keys)) == len(keys)
        assert all(each.coverage < len(report.coverage) for each in report.findings)
    return reading


def _paths(value: Json, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield (*before, key)
        yield from _paths(member, (*before, key))


def _with(value: Json, path: tuple[str | int, ...], wrong: Json) -> Json:
    """Return the value with another one at a path; what is not on the way is shared."""
    if not path:
        return wrong
    first, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {key: _with(each, rest, wrong) if key == first else each for key, each in value.items()}
    if isinstance(value, list):
        return [_with(each, rest, wrong) if key == first else each for key, each in enumerate(value)]
    return value
