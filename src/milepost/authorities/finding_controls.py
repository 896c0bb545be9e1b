"""Which controls a finding concerns: those that the report names, else what a published mapping says."""

from typing import NamedTuple

from milepost.catalogs import cci, nessus_families
from milepost.domain.finding import Facts, WeaknessKind
from milepost.domain.ruling import Citation

_REPORT = Citation("the report", "its own fields")


class NamedControls(NamedTuple):
    """Controls of NIST SP 800-53 with the reason and where it stands; `procedures` are those of the CCIs."""

    controls: tuple[str, ...]
    procedures: tuple[str, ...]
    reason: str
    citation: Citation


def controls_named(facts: Facts) -> NamedControls | None:
    """Return the controls that a finding concerns, by the first source that names any; None if none does.

    The order: the report itself, its CCIs (revision 5, or 4 where only that knows them), the mapping of
    Nessus plugins and families.
    """
    if facts.controls:
        return NamedControls(facts.controls, (), "the report names them", _REPORT)
    if facts.ccis:
        return _by_ccis(facts)
    if facts.source == "nessus" and facts.kind is WeaknessKind.VULNERABILITY:
        controls = nessus_families.controls_of_plugin(facts.source_id, facts.family)
        if controls:
            reason = f"the family of the plugin is {facts.family}"
            return NamedControls(controls, (), reason, nessus_families.CITATION)
    return None


def _by_ccis(facts: Facts) -> NamedControls | None:
    found = cci.correlated(facts.ccis)
    if not found.controls:
        return None
    reason = f"it fails {', '.join(facts.ccis)}"
    if found.older:
        reason = f"{reason}; {', '.join(found.older)} only revision 4 knows"
    if found.unknown:
        reason = f"{reason}; {', '.join(found.unknown)} the list does not know"
    return NamedControls(found.controls, found.procedures, reason, cci.CITATION)
