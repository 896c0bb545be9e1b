"""Asking for another rating: what FedRAMP rules on it, and the rating that a CVSS environment gives."""

from collections.abc import Iterable
from dataclasses import dataclass

from milepost.authorities.fedramp.environmental_score import adjusted_rating
from milepost.authorities.fedramp.risk_adjustment import RatingChange, may_request
from milepost.catalogs.cvss import environmental_score, read_vector
from milepost.domain.errors import InputRefused, NotAllowed
from milepost.domain.rating import Rated, Rating
from milepost.domain.ruling import Ruling
from milepost.records.items import Item
from milepost.work.obligations.system_terms import SystemTerms
from milepost.work.risk.rating_by_cvss import read_metrics
from milepost.work.terms import authority_for


@dataclass(frozen=True, slots=True)
class AdjustedByCvss:
    """The rating that a vector has in its environment, and the scores with metrics and source in words."""

    rating: Rating
    words: str


def ruling_on_adjustment(item: Item, adjusted: Rating, note: str) -> Ruling | None:
    """Rule on a request for another rating; None where the item was not opened under FedRAMP Rev. 5.

    `note` is the reason given. What counts as the original is the first rating, or a higher one that the
    scanner raised it to. A ruling that allows it and still names a way out is a warning.

    Raises:
        InputRefused: the item's rating or the one asked for is not a rating of FedRAMP.
    """
    if not under_fedramp(item):
        return None
    try:
        change = RatingChange(_worst(item), adjusted)
    except InputRefused as refused:
        raise InputRefused(refused.what, where=item.identifier, fix=refused.fix) from refused
    return may_request(change, note=note)


def _worst(item: Item) -> Rating:
    ratings = (Rating(item.original_risk), Rating(item.adjusted_risk))
    return max(ratings, key=lambda rating: rating.rank)


def check_adjustment(item: Item, adjusted: Rating, note: str) -> None:
    """Refuse a request for another rating that FedRAMP does not take.

    Raises:
        NotAllowed: the rule is against it; the sentence names its source.
        InputRefused: the item's rating or the one asked for is not a rating of FedRAMP.
    """
    ruling = ruling_on_adjustment(item, adjusted, note)
    if ruling is not None and not ruling.allowed:
        what = f"{ruling.reason} ({ruling.citation})"
        raise NotAllowed(what, where=item.identifier, fix=ruling.way_out)


def adjusted_by_cvss(item: Item, vector: str, modified: Iterable[str]) -> AdjustedByCvss:
    """Rate an item by a vector and environmental metrics, as its authority rates; for a request by hand.

    Raises:
        InputRefused: the vector or a metric cannot be read, there is no metric, or the score has no rating.
        NotAllowed: FedRAMP lets no adjustment rest on one of the metrics.
    """
    read, metrics = read_vector(vector), read_metrics(modified)
    if not metrics:
        raise InputRefused("no metric says how the environment differs", fix="give one, like MAV:A")
    if under_fedramp(item):
        rated = adjusted_rating(read, metrics, by_hand=True)
    else:
        score = environmental_score(read, metrics)
        authority = authority_for(item.system, item.opened_under)
        base = read.base
        reason = f"CVSS {score.version} {score.value} ({score.band}), from {base.value} ({base.band})"
        rated = Rated(authority.rate(score.severity).rating, reason, score.citation)
    if rated.rating is Rating.NONE:
        raise InputRefused(f"{rated.reason} has no rating", fix="claim a false positive instead")
    used = ", ".join(f"{metric}:{value}" for metric, value in metrics.items())
    return AdjustedByCvss(rated.rating, f"{rated.reason}: {read.text} with {used} ({rated.citation})")


def under_fedramp(item: Item) -> bool:
    """Tell whether an item was opened under FedRAMP Rev. 5, or a profile that derives from it."""
    terms = SystemTerms([item.system]).of(item.system_id, item.opened_under, item.opened_on)
    return any("fedramp-rev5" in each.lineage for each in terms)
