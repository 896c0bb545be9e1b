"""The rules that are more than days for a rating, as tables for the pages, from what computes them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import product
from types import MappingProxyType

from milepost.authorities.cisa import bod_18_02, bod_26_04, revoked
from milepost.authorities.cisa.bod_26_04 import Outcome
from milepost.authorities.fedramp_vdr import timeframes
from milepost.domain.circumstances import Evaluation, TechnicalImpact

_YES_NO = {True: "yes", False: "no"}
_IMPACTS = range(1, 6)
_STANDINGS = (
    ("internet-reachable and likely exploitable", True, True),
    ("likely exploitable, not internet-reachable", False, True),
    ("not likely exploitable", False, False),
)


def tables_of(profile: str) -> str:
    """Return the section of tables for a profile's page; empty where days for a rating say it all."""
    written = _TABLES.get(profile)
    return "\n".join(written()) if written else ""


def _decisions() -> Iterator[str]:
    yield "## The table\n"
    yield f"By CVE and asset, in calendar days ({bod_26_04.citation()}).\n"
    yield "| known to be exploited | publicly exposed | automatable | partial impact | total impact |"
    yield "|---|---|---|---|---|"
    for answers in product((False, True), repeat=3):
        exploited, exposed, automatable = answers
        cells = [
            _outcome(
                bod_26_04.decide(exploited=exploited, exposed=exposed, automatable=automatable, impact=impact)
            )
            for impact in TechnicalImpact
        ]
        yield _row(*(_YES_NO[each] for each in answers), *cells)
    yield "\n### Where an answer is missing\n"
    assumed = bod_26_04.ASSUMPTIONS
    yield (
        f"Unless the system chooses otherwise: an asset counts as"
        f" {'exposed' if assumed.exposed else 'internal'}, a CVE as"
        f" {'automatable' if assumed.automatable else 'not automatable'} and of"
        f" {assumed.technical_impact.value} impact, and the days run from the {assumed.clock.value} of CISA's"
        " entry and the detection on the asset. A system can also choose sixty days wherever an answer is"
        " missing. None of this is confirmed; each date that rests on it says so."
    )


def _outcome(outcome: Outcome) -> str:
    if outcome.days is None:
        return "at the next upgrade"
    return f"{outcome.days} days{' and forensic triage' if outcome.forensic_triage else ''}"


def _timeframes() -> Iterator[str]:
    yield "## The timeframes\n"
    yield "From evaluation to the next lower Potential Agency Impact (VDR-TFR-PVR, SHOULD); N1 has none.\n"
    yield _row("class", "vulnerability", *(f"N{impact}" for impact in _IMPACTS))
    yield "|---|---|" + "---|" * len(_IMPACTS)
    for name, (standing, reachable, exploitable) in product(timeframes.CLASSES, _STANDINGS):
        cells = [_hours(name, impact, reachable=reachable, exploitable=exploitable) for impact in _IMPACTS]
        yield _row(name, standing, *cells)
    yield "\nFrom detection to evaluation (VER-TFR-EVU, SHOULD):"
    days = (f"class {name} {timeframes.evaluation_days(name)} days" for name in timeframes.CLASSES)
    yield f"{', '.join(days)}."
    yield (
        f"What is not fully mitigated or remediated {timeframes.accepted_after_days()} days after evaluation"
        " is an accepted vulnerability (VER-TFR-MAV, MUST)."
    )


def _hours(name: str, impact: int, *, reachable: bool, exploitable: bool) -> str:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    evaluation = Evaluation(at, impact, internet_reachable=reachable, likely_exploitable=exploitable)
    hours = timeframes.reduction_hours(name, evaluation)
    if hours is None:
        return "none"
    days, rest = divmod(hours, 24)
    if rest:
        return f"{hours} hours"
    return "1 day" if days == 1 else f"{days} days"


def _history() -> Iterator[str]:
    yield "## The days\n"
    yield f"For what was detected before {revoked.REVOKED_ON:%Y-%m-%d}, the day of revocation.\n"
    yield "| directive | what | due |"
    yield "|---|---|---|"
    yield _row("BOD 19-02", "critical, on an internet-accessible system", f"{revoked.CRITICAL_DAYS} days")
    yield _row("BOD 19-02", "high, on an internet-accessible system", f"{revoked.HIGH_DAYS} days")
    yield _row("BOD 22-01", "in CISA's catalog, with a date", "that date")
    yield _row("BOD 22-01", "in the catalog without a date, CVE of 2021 or later", "two weeks from the entry")
    yield _row(
        "BOD 22-01", "in the catalog without a date, CVE from before 2021", "six months from the entry"
    )


def _high_value() -> Iterator[str]:
    yield "## The days\n"
    yield (
        f"Major and critical weaknesses: {bod_18_02.DAYS} calendar days after the assessment report."
        f" Otherwise a plan within {bod_18_02.DAYS} days of the report, of at most"
        f" {bod_18_02.LONGEST_PLAN_DAYS} days, signed by the Senior Accountable Official for Risk Management."
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


_TABLES: Mapping[str, Callable[[], Iterator[str]]] = MappingProxyType(
    {
        "cisa-bod-26-04": _decisions,
        "fedramp-vdr": _timeframes,
        "cisa-legacy": _history,
        "bod-18-02-hva": _high_value,
    }
)
