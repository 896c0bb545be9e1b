"""Which controls of NIST SP 800-53 rev. 4 a Nessus plugin concerns, by its number or its family."""

import csv
from functools import cache
from importlib.resources import files

from milepost.domain.ruling import Citation

CITATION = Citation("MITRE SAF, Nessus plugins to NIST SP 800-53 rev. 4", "nessus-plugins-nist-mapping")
_ANY = "*"


def controls_of_plugin(plugin: str, family: str) -> tuple[str, ...]:
    """Return the controls that the mapping names for a plugin, else for its family, if any."""
    known = _mapping()
    return known.get((family, plugin)) or known.get((family, _ANY), ())


@cache
def _mapping() -> dict[tuple[str, str], tuple[str, ...]]:
    text = files(__package__).joinpath("data", "nessus_families.csv").read_text(encoding="utf-8")
    return {
        (row["family"], row["plugin"]): tuple(row["controls"].split("|"))
        for row in csv.DictReader(text.splitlines())
    }
