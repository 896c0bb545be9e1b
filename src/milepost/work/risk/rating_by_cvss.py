"""A weakness rated by its CVSS vector: as it is, in its environment, and as FedRAMP lets it be adjusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from milepost.authorities.fedramp.environmental_score import adjusted_rating, may_use
from milepost.authorities.fedramp.risk_adjustment import (
    RatingChange,
    may_adjust_automatically,
    may_request,
    needs_no_request,
)
from milepost.authorities.fedramp.severity import rate
from milepost.catalogs.cvss import Vector, environmental_score, read_vector
from milepost.catalogs.cvss_versions import MetricGroup, Score, Version, metrics_of
from milepost.domain.errors import InputRefused
from milepost.domain.rating import Rated, Rating
from milepost.domain.ruling import Ruling


@dataclass(frozen=True, slots=True)
class FedRampView:
    """What FedRAMP says: the rating of the vector, what an adjustment may rest on, and what it would give.

    `by_hand` rules on the metrics in a deviation request, `automatic` in the provider's own method. `usable`
    are all metrics of the version that a request may use. `adjusted`, `request` and `in_one_step` are None
    where the metrics are refused; the last rules on the automatic way for a method that is approved.
    """

    rating: Rated
    usable: tuple[str, ...]
    by_hand: Ruling
    automatic: Ruling
    adjusted: Rated | None
    request: Ruling | None
    in_one_step: Ruling | None


@dataclass(frozen=True, slots=True)
class RatedVector:
    """A vector with its environmental metrics; `environmental` is None without them, or where refused."""

    vector: Vector
    modified: Mapping[str, str]
    environmental: Score | None
    fedramp: FedRampView | None


def rated_vector(text: str, modified: Iterable[str], *, fedramp: bool, note: str = "") -> RatedVector:
    """Score a vector; `modified` are metrics as `MAV:A`. `note` says why High should become Low.

    Raises:
        InputRefused: the vector or a metric cannot be read, or a metric is not environmental; where FedRAMP
            is asked, such a metric is ruled on instead.
    """
    vector = read_vector(text)
    metrics = read_metrics(modified)
    view = _fedramp(vector, metrics, note) if fedramp else None
    refused = view is not None and not view.by_hand.allowed
    score = environmental_score(vector, metrics) if metrics and not refused else None
    return RatedVector(vector, metrics, score, view)


def read_metrics(texts: Iterable[str]) -> dict[str, str]:
    """Read metrics as `MAV:A`; several may stand in one text, with slashes between them.

    Raises:
        InputRefused: one is not written so, or stands twice.
    """
    metrics: dict[str, str] = {}
    for each in (part.strip() for text in texts for part in text.split("/")):
        metric, _, value = each.upper().partition(":")
        if not metric or not value:
            raise InputRefused(f"'{each}' is no metric with its value", fix="write it like MAV:A")
        if metric in metrics:
            raise InputRefused(f"{metric} is given twice", fix="give each metric once")
        metrics[metric] = value
    return metrics


def _fedramp(vector: Vector, metrics: Mapping[str, str], note: str) -> FedRampView:
    by_hand = may_use(vector.version, metrics, by_hand=True)
    adjusted = adjusted_rating(vector, metrics, by_hand=True) if metrics and by_hand.allowed else None
    rating = rate(vector.base.severity)
    change = _change(rating, adjusted)
    return FedRampView(
        rating=rating,
        usable=_usable(vector.version),
        by_hand=by_hand,
        automatic=may_use(vector.version, metrics, by_hand=False),
        adjusted=adjusted,
        request=_request(change, note) if change else None,
        in_one_step=(
            may_adjust_automatically(change, assessor_approved=True, official_approved=True)
            if change and change.steps_down
            else None
        ),
    )


def _request(change: RatingChange, note: str) -> Ruling:
    unchanged = needs_no_request(change, by_scanner=False)
    return unchanged if unchanged.allowed else may_request(change, note=note)


def _change(rating: Rated, adjusted: Rated | None) -> RatingChange | None:
    """Return the change of rating, if there is one between two ratings of FedRAMP."""
    if adjusted is None or Rating.NONE in {rating.rating, adjusted.rating}:
        return None
    return RatingChange(rating.rating, adjusted.rating)


def _usable(version: Version) -> tuple[str, ...]:
    groups = (MetricGroup.ENVIRONMENTAL, MetricGroup.TEMPORAL)
    metrics = (metric for group in groups for metric in metrics_of(version, group))
    return tuple(metric for metric in metrics if may_use(version, {metric: ""}, by_hand=True).allowed)
