"""By when an item is due under all that its system answers to: the strictest rule wins, and says so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from milepost.authorities import remediation
from milepost.authorities.cisa import bod_18_02, bod_26_04, revoked
from milepost.authorities.fedramp_vdr import timeframes
from milepost.domain.circumstances import Circumstances, DateKind
from milepost.domain.deadline import Candidate, DateRule, Deadline, Remark, after, earliest
from milepost.domain.profile import Profile
from milepost.domain.ruling import Citation

CMMC_DAYS = 180
_CATALOG = Citation("CISA Known Exploited Vulnerabilities Catalog", "dueDate")
_KEV = {
    "fedramp-rev5": Citation(
        "FedRAMP POA&M Template 3.0 (2025-11-17)", "column AA, Binding Operational Directive 22-01 Due Date"
    ),
    "fedramp-vdr": Citation("FedRAMP Consolidated Rules 2026.07.14.01", "VDR-TFR-KEV (SHOULD)"),
    "cisa-bod-26-04": _CATALOG,
    **dict.fromkeys(("hhs", "gsa", "va", "dhs-4300a", "doj-csam", "other-agencies"), _CATALOG),
}
_PLAN = DateRule(
    "plan",
    "the plan's own scheduled completion date",
    Citation("38 U.S.C. 5727(16)", "scheduled completion date"),
)
_EXTENDED = DateRule(
    "extension",
    "an approved extension holds instead of the days for the rating",
    Citation("OpenFISMA workflow; C-PAT, extension requests", "approved expected completion date"),
)
_CLOSEOUT = DateRule(
    "cmmc:closeout",
    "everything on the plan of a conditional CMMC status is closed within 180 calendar days of its date",
    Citation("32 CFR 170.21(b)", "POA&M closeout assessment"),
)
_SET = {
    DateKind.ADVISORY: DateRule(
        "advisory",
        "the comply-by date of an advisory (IAVM)",
        Citation("IAVM notice", "comply-by date, as given with the item"),
    ),
    DateKind.CONTRACT: DateRule(
        "contract", "a contract names this date", Citation("the contract", "as given with the item")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One authority that a system answers to: the profile's version, and what the system is under it.

    `lineage` holds the names of the profile and of all that it derives from: their own rules hold for it as
    well. `level` is the class, impact or level of the system there (`C`, `moderate`, `2`).
    """

    profile: Profile
    lineage: frozenset[str]
    level: str = ""
    assumptions: bod_26_04.Assumptions = bod_26_04.ASSUMPTIONS


def deadline(found: Circumstances, terms: Iterable[Terms]) -> Deadline:
    """Return the date that holds under all terms together, with every candidate, its rule and its source."""
    unrated = "the item has no rating yet, and days follow from the rating"
    otherwise = "no rule that its system answers to gives a date" if found.rating else unrated
    return earliest(all_candidates(found, terms), otherwise=otherwise)


def all_candidates(found: Circumstances, terms: Iterable[Terms]) -> Iterator[Candidate | Remark]:
    """Yield the candidates of every authority, and of the dates that others or the plan itself set."""
    for each in terms:
        yield from _of_authority(found, each)
    for kind, rule in _SET.items():
        stated = found.on(kind)
        if stated is not None:
            yield Candidate(stated.on, rule, concerning=stated.source)
    if found.planned_on is not None:
        yield Candidate(found.planned_on, _PLAN)


def _of_authority(found: Circumstances, terms: Terms) -> Iterator[Candidate | Remark]:
    yield from _days(found, terms)
    yield from _catalog(found, terms)
    for name, rules in _RULES.items():
        if name in terms.lineage:
            yield from rules(found, terms)


def _days(found: Circumstances, terms: Terms) -> Iterator[Candidate]:
    if found.extended_to is not None:
        yield Candidate(found.extended_to, _EXTENDED)
        return
    restarts = "fedramp-rev5" in terms.lineage
    yield from remediation.candidates(found, terms.profile, vendor_release_restarts=restarts)


def _catalog(found: Circumstances, terms: Terms) -> Iterator[Candidate]:
    """Yield the dates of CISA's catalog where the authority takes them over."""
    bound = next((name for name in _KEV if name in terms.lineage), None)
    if bound is not None:
        for known in found.vulnerabilities:
            if known.kev_due_on is not None:
                yield Candidate(known.kev_due_on, _catalog_rules[bound], concerning=known.cve)


_catalog_rules: Mapping[str, DateRule] = MappingProxyType(
    {
        name: DateRule(f"{name}:kev", "CISA lists it as known to be exploited, with this date", citation)
        for name, citation in _KEV.items()
    }
)


def _vulnerability_rules(found: Circumstances, terms: Terms) -> Iterator[Candidate | Remark]:
    yield from timeframes.candidates(found, terms.level.upper())


def _by_decision_table(found: Circumstances, terms: Terms) -> Iterator[Candidate | Remark]:
    yield from bod_26_04.candidates(found, terms.assumptions)


def _revoked(found: Circumstances, _terms: Terms) -> Iterator[Candidate | Remark]:
    yield from revoked.candidates(found)


def _high_value_assets(found: Circumstances, _terms: Terms) -> Iterator[Candidate | Remark]:
    yield from bod_18_02.candidates(found)


def _closeout(found: Circumstances, _terms: Terms) -> Iterator[Candidate | Remark]:
    if found.conditional_since is not None:
        yield after(found.conditional_since, CMMC_DAYS, _CLOSEOUT)


_RULES: Mapping[str, Callable[[Circumstances, Terms], Iterator[Candidate | Remark]]] = MappingProxyType(
    {
        "fedramp-vdr": _vulnerability_rules,
        "cisa-bod-26-04": _by_decision_table,
        "cisa-legacy": _revoked,
        "bod-18-02-hva": _high_value_assets,
        "cmmc-l2": _closeout,
        "cmmc-l3": _closeout,
    }
)
"""The rules that are more than days for a rating, by the profile that brings them."""
