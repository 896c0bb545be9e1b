"""FedRAMP's quarterly Ongoing Certification Report: what the provider states, and accepted vulnerabilities.

The register knows the vulnerabilities alone. Changes, recommendations, agencies and incidents are stated in a
file with FedRAMP's names; an empty list there says that there were none, a missing member is refused, so that
nothing is denied that nobody looked at.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import msgspec

from milepost.authorities.fedramp_vdr.values import Node
from milepost.domain.errors import NotAllowed
from milepost.domain.plan_item import SETTLED_STATES, PlanItem


class _Facts(msgspec.Struct, frozen=True):
    document: str
    rule: str
    verified: bool
    lists: dict[str, str]
    composed: dict[str, dict[str, str]]


_FACTS: Final = msgspec.convert(
    tomllib.loads(files(__package__).joinpath("ongoing_report.toml").read_text(encoding="utf-8")), _Facts
)
_PACKAGE: Final = "certificationPackageOverviewUri"
_ACCEPTED: Final = "acceptedVulnerabilities"


def ongoing_report(stated: Node, package: str, period: tuple[date, date], items: Iterable[PlanItem]) -> Node:
    """Return the report of a period, from what the provider states and the vulnerabilities as they stand.

    Further members of the statement stay. The vulnerabilities are counted and not described (CCM-OCR-LSI).

    Raises:
        NotAllowed: the address of the Certification Package Overview or something to be stated is missing.
    """
    address = package or stated.get(_PACKAGE)
    wrong = list(_wrong(stated))
    if not isinstance(address, str) or not address:
        wrong.insert(0, f"{_PACKAGE} is missing (give --package-uri)")
    if wrong:
        what = f"{'; '.join(wrong)} [{_FACTS.document}, {_FACTS.rule}]"
        raise NotAllowed(
            what, where="the statement", fix="state it; an empty list says that there is nothing"
        )
    first, last = period
    made: Node = {
        _PACKAGE: address,
        "reportPeriod": {"from": first.isoformat(), "to": last.isoformat()},
        _ACCEPTED: accepted_in_words(items),
    }
    return {**made, **{name: value for name, value in stated.items() if name not in made}}


def _wrong(stated: Node) -> Iterator[str]:
    for name, about in _FACTS.lists.items():
        if not _is_texts(stated.get(name)):
            yield f"{name} ({about}) is no list of texts"
    for name, members in _FACTS.composed.items():
        value = stated.get(name)
        for member, kind in members.items():
            if not isinstance(value, dict) or not _KINDS[kind](value.get(member)):
                yield f"{name}.{member} is no {kind}"


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_KINDS: Final = MappingProxyType({"list of texts": _is_texts, "list of objects": _is_objects, "day": _is_day})


def accepted_in_words(items: Iterable[PlanItem]) -> str:
    """Return how many vulnerabilities are accepted, by rating, the worst first."""
    accepted = [item for item in items if item.status in SETTLED_STATES]
    if not accepted:
        return "No vulnerability is accepted."
    counts = Counter(item.raw_severity or "without a rating" for item in accepted)
    rated = sorted((name for name in counts if name.startswith("N")), reverse=True)
    names = [*rated, *sorted(counts.keys() - set(rated))]
    said = ", ".join(f"{counts[name]} {name}" for name in names)
    are = "vulnerability is" if len(accepted) == 1 else "vulnerabilities are"
    return f"{len(accepted)} {are} accepted: {said}."
