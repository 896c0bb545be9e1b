"""Rules S: is the rating founded?"""

from milepost.catalogs.risk_matrices import DOD_RESIDUAL_RISK, NIST_RISK, named
from milepost.checks.context import Context
from milepost.checks.registry import item_rule
from milepost.checks.rule import Found, Judged
from milepost.domain.plan_item import PlanItem
from milepost.domain.scale import Level

RANK = {
    "very low": 1,
    "low": 2,
    "cat iii": 2,
    "moderate": 3,
    "cat ii": 3,
    "high": 4,
    "cat i": 4,
    "very high": 5,
    "critical": 5,
}
"""Ratings in order; worse is larger."""
_LEVELS = {level.value.casefold(): level for level in Level} | {"critical": Level.VERY_HIGH}
_BANDS = ((9.0, "critical"), (7.0, "high"), (4.0, "moderate"), (0.1, "low"))
_HIGH = RANK["high"]


def rank(rating: str) -> int:
    """Return the place of a rating in the order; 0 for none."""
    return RANK.get(rating.casefold(), 0)


def lowered(item: PlanItem) -> bool:
    """Tell whether the adjusted rating is below the first one."""
    return 0 < rank(item.adjusted_severity) < rank(item.raw_severity)


@item_rule("S01L", when="adjusted_severity")
def _no_rationale(item: PlanItem, context: Context) -> Judged:
    del context
    said = item.severity_rationale or item.mitigations or item.deviation_rationale
    if lowered(item) and not said:
        what = f"lowered from {item.raw_severity} to {item.adjusted_severity} without a reason"
        yield Found("adjusted_severity", what)


@item_rule("S02L", when="adjusted_severity")
def _only_planned(item: PlanItem, context: Context) -> Judged:
    del context
    request = item.deviation
    if lowered(item) and request and request.mitigations_implemented is False:
        yield Found("adjusted_severity", "lowered although no mitigation is in place yet")


@item_rule("S03L", when="adjusted_severity")
def _unapproved(item: PlanItem, context: Context) -> Judged:
    del context
    approved = item.risk_adjustment == "Yes" or any(
        each.kind == "risk_adjustment" and each.decision == "approved" for each in item.approvals
    )
    if lowered(item) and not approved:
        what = f"{item.adjusted_severity} instead of {item.raw_severity}, and nobody approved it"
        yield Found("adjusted_severity", what)


@item_rule("S04L", when="history")
def _overwritten(item: PlanItem, context: Context) -> Judged:
    del context
    for change in item.history:
        if change.field == "raw_severity" and change.before and change.before != change.after:
            yield Found(
                "raw_severity", f"the first rating was changed from {change.before} to {change.after}"
            )


@item_rule("S05L", when="cvss")
def _band(item: PlanItem, context: Context) -> Judged:
    del context
    if item.source_type == "scan" and item.cvss and item.raw_severity:
        band = next((name for least, name in _BANDS if item.cvss >= least), "")
        same = {band, "high"} if band == "critical" else {band}
        if band and item.raw_severity.casefold() not in same:
            yield Found("raw_severity", f"CVSS {item.cvss} is {band}, the item says {item.raw_severity}")


@item_rule("S06L", when="likelihood")
def _matrix(item: PlanItem, context: Context) -> Judged:
    row, column = _LEVELS.get(item.likelihood.casefold()), _LEVELS.get(item.impact.casefold())
    if row is None or column is None or not item.risk_level:
        return
    matrix = named(DOD_RESIDUAL_RISK if context.layout.startswith("emass") else NIST_RISK)
    level = matrix.look_up(row, column).level
    if level.value != item.risk_level:
        what = f"likelihood {row} and impact {column} give {level}, the item says {item.risk_level}"
        yield Found("risk_level", f"{what} ({matrix.citation})", unconfirmed=not matrix.verified)


@item_rule("S07L", when="cves")
def _exploited(item: PlanItem, context: Context) -> Judged:
    known = [cve for cve in item.cves if cve in (context.around.kev or ())]
    if known and item.is_open and 0 < rank(item.severity) < _HIGH:
        yield Found("raw_severity", f"{known[0]} is known to be exploited and rated {item.severity}")
