"""How deep a scan went: hosts without credentials are told, and measured by the authority's rule."""

from milepost.authorities.fedramp import scan_depth
from milepost.domain.problem import Problem
from milepost.records.intake.effect import Effect
from milepost.records.systems import System
from milepost.work.obligations.system_terms import SystemTerms

_FEDRAMP = "fedramp-rev5"


def depth_problems(system: System, effect: Effect, terms: SystemTerms, file_name: str) -> list[Problem]:
    """Tell how many hosts were scanned without credentials, where the report says so."""
    hosts, without = len(effect.told_depth), len(effect.told_depth - effect.credentialed)
    if not without:
        return []
    ruling = scan_depth.authentication(hosts, without)
    if not ruling.allowed and terms.answers_to(system.pk, _FEDRAMP):
        return [Problem(file_name, f"{ruling.reason} ({ruling.citation})", ruling.way_out)]
    what = f"{without} of {hosts} hosts were scanned without credentials, which see less"
    fix = "what an earlier scan saw with credentials is not taken as gone there; repair the scan account"
    return [Problem(file_name, what, fix)]
