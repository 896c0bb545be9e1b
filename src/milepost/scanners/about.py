"""What a reader says of itself: which fields it takes from where, its key, its coverage, its grade."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from milepost.domain.severity import Severity


class Grade(StrEnum):
    """How well a reader is proved, each grade with all that those before it ask (`docs/scanners.md`).

    Bronze: reads a real report as independently counted, refuses foreign files. Silver: three real reports
    or more, the hostile family passes, problems name their place. Gold: the same file twice changes nothing,
    every field is documented with its source, speed is measured. Platinum: checked by the tool's own schema.
    """

    NONE = "none"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a format; printed in `docs/scanners.md`, and held against what is read.

    `versions` are the shapes and versions that are read. `key` says in the report's own field names what
    makes an occurrence the same next month. `coverage` says what counts as assessed and what never does.
    `fields` maps the names of `Facts`, `Finding` and `Asset` that the reader fills to the report's field.
    `severities` maps the tool's words (lower case) to the common scale. `sources` name the documents in
    which the fields are described. `samples` are folders of real reports, below the folder of real files;
    `memory` states the bound: `streaming…` where 150 MB do for 300, or what it grows with. `repeats` says
    why a report tells of one occurrence several times, where the reader leaves it to the register to take
    them as one.
    """

    versions: str
    key: str
    coverage: str
    fields: Mapping[str, str]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    memory: str = ""
    repeats: str = ""
    grade: Grade = Grade.BRONZE


UNKNOWN = About(versions="", key="", coverage="", fields={}, grade=Grade.NONE)
"""What is known of a reader that says nothing of itself."""
