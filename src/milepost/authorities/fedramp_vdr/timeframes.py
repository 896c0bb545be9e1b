"""By when FedRAMP's rules of 2026 want a vulnerability evaluated, reduced, or listed as accepted."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import msgspec

from milepost.authorities.tables import table
from milepost.domain.circumstances import Circumstances, Evaluation
from milepost.domain.deadline import Candidate, DateRule, Remark, after
from milepost.domain.ruling import Citation

CLASSES = ("A", "B", "C", "D")
_HOURS_OF_A_DAY = 24


class _Table(msgspec.Struct):
    document: str
    accepted_after_days: int
    evaluation_days: dict[str, int]
    reduction_hours: dict[str, dict[str, tuple[int, int, int]]]


def _facts() -> _Table:
    facts: _Table = table(__package__, "timeframes.toml", _Table)
    return facts


def reduction_hours(system_class: str, evaluation: Evaluation) -> int | None:
    """Return the hours from evaluation to the next lower impact; None for N1 (VDR-TFR-PVR)."""
    return _hours(system_class, evaluation.impact, _column(evaluation))


def _hours(system_class: str, impact: int, column: int) -> int | None:
    by_impact = _facts().reduction_hours[system_class].get(f"N{impact}")
    return None if by_impact is None else by_impact[column]


def evaluation_days(system_class: str) -> int:
    """Return the days from detection to evaluation (VER-TFR-EVU)."""
    return _facts().evaluation_days[system_class]


def accepted_after_days() -> int:
    """Return the days from evaluation after which a vulnerability counts as accepted (VER-TFR-MAV)."""
    return _facts().accepted_after_days


def _column(evaluation: Evaluation) -> int:
    if not evaluation.likely_exploitable:
        return 2
    return 0 if evaluation.internet_reachable else 1


def candidates(found: Circumstances, system_class: str) -> Iterator[Candidate | Remark]:
    """Yield what the rules ask for: an evaluation first, then the reduction and the 192 days."""
    if found.evaluation is None:
        yield after(found.detected_on, evaluation_days(system_class), _evaluate(system_class))
        return
    yield _reduction(found.evaluation, system_class)
    yield after(found.evaluation.evaluated_at.date(), accepted_after_days(), _accepted())


def _reduction(evaluation: Evaluation, system_class: str) -> Candidate | Remark:
    """Return the date of the next reduction; in hours where the rule counts less than a day."""
    rule = _reduce(system_class, evaluation.impact, _column(evaluation))
    hours = reduction_hours(system_class, evaluation)
    if hours is None:
        return Remark(rule, "N1 has no timeframe")
    if hours % _HOURS_OF_A_DAY:
        at = evaluation.evaluated_at + timedelta(hours=hours)
        return Candidate(at.date(), rule, at=at)
    return after(evaluation.evaluated_at.date(), hours // _HOURS_OF_A_DAY, rule)


def _evaluate(system_class: str) -> DateRule:
    days = evaluation_days(system_class)
    words = f"class {system_class} evaluates a vulnerability within {days} days of detection"
    return DateRule("ver-tfr-evu", words, _citation("VER-TFR-EVU (SHOULD)"), duty="evaluate it")


def _accepted() -> DateRule:
    words = "what is not fully mitigated or remediated 192 days after evaluation is an accepted vulnerability"
    return DateRule("ver-tfr-mav", words, _citation("VER-TFR-MAV (MUST)"), duty="or list it as accepted")


@cache
def _reduce(system_class: str, impact: int, column: int) -> DateRule:
    standing = (
        "internet-reachable and likely exploitable",
        "likely exploitable but not internet-reachable",
        "not likely exploitable",
    )[column]
    hours = _hours(system_class, impact, column)
    length = "has no timeframe"
    if hours is not None:
        whole = hours % _HOURS_OF_A_DAY == 0
        length = f"{hours // _HOURS_OF_A_DAY} days" if whole else f"{hours} hours"
        length = f"is to be reduced within {length} of its evaluation"
    words = f"class {system_class}, N{impact}, {standing}: {length}"
    return DateRule("vdr-tfr-pvr", words, _citation("VDR-TFR-PVR (SHOULD)"))


def _citation(section: str) -> Citation:
    return Citation(_facts().document, section)
