"""Read a number of points as documents write it: `5`, `-5`, `5 pts`, `**-5 points**`."""

import re

_POINTS = re.compile(r"\W*([+-]?\d{1,2})(?:\.0+)?\s*(?:points?|pts?)?\W*", re.IGNORECASE)


def points_in(cell: object) -> int | None:
    """Return the points without their sign; None where the cell is no number."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return abs(int(cell)) if cell % 1 == 0 else None
    found = _POINTS.fullmatch(str(cell).replace("\u2212", "-"))
    return abs(int(found[1])) if found else None
