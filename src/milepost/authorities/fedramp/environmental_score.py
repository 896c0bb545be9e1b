"""How FedRAMP Rev 5 adjusts a rating by CVSS: environmental metrics on the tool's own base vector."""

from collections.abc import Mapping

from milepost.authorities.fedramp.severity import rate
from milepost.catalogs.cvss import REMEDIATION_LEVEL, Vector, environmental_score
from milepost.catalogs.cvss_versions import MetricGroup, Version, group_of
from milepost.domain.errors import NotAllowed
from milepost.domain.rating import Rated
from milepost.domain.ruling import Citation, Ruling

TARGET_DISTRIBUTION = "TD"
_SOURCE = Citation("FedRAMP Automated Vulnerability Risk Adjustment Framework", "CVSS metrics")
_FORM = Citation("FedRAMP Deviation Request form", "columns X to AM")


def may_use(version: Version, metrics: Mapping[str, str], *, by_hand: bool) -> Ruling:
    """Rule whether an adjustment may rest on these metrics; `by_hand` means a deviation request.

    Environmental metrics alone, without Target Distribution; the Remediation Level only by hand. The threat
    metric of CVSS 4.0, which the sources do not mention, counts as temporal.
    """
    for metric in metrics:
        if metric == REMEDIATION_LEVEL and group_of(version, metric) is MetricGroup.TEMPORAL and by_hand:
            continue
        if metric == TARGET_DISTRIBUTION or group_of(version, metric) is not MetricGroup.ENVIRONMENTAL:
            return _refused(version, metric)
    return Ruling(
        allowed=True,
        reason=f"these are metrics of CVSS {version} that an adjustment may use",
        citation=_FORM if by_hand else _SOURCE,
    )


def adjusted_rating(vector: Vector, metrics: Mapping[str, str], *, by_hand: bool) -> Rated:
    """Rate a weakness by its base vector and environmental metrics; critical counts as High.

    Raises:
        NotAllowed: the adjustment may not rest on one of the metrics.
        InputRefused: a metric has no such value.
    """
    ruling = may_use(vector.version, metrics, by_hand=by_hand)
    if not ruling.allowed:
        raise NotAllowed(f"{ruling.reason} ({ruling.citation})", fix=ruling.way_out)
    score = environmental_score(vector, metrics)
    reason = (
        f"CVSS {score.version} {score.value} ({score.band}), from {vector.base.value} ({vector.base.band})"
    )
    return Rated(rate(score.severity).rating, reason, _SOURCE)


def _refused(version: Version, metric: str) -> Ruling:
    group = group_of(version, metric)
    if metric == TARGET_DISTRIBUTION:
        reason = "Target Distribution may not be used"
    elif metric == REMEDIATION_LEVEL and group:
        reason = "the Remediation Level may be used in a deviation request only"
    else:
        reason = f"{metric} is {'a ' + group if group else 'no'} metric of CVSS {version}"
    return Ruling(
        allowed=False, reason=reason, citation=_SOURCE, way_out="leave it out: use environmental metrics"
    )
