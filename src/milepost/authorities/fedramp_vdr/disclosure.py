"""What a report says to whom: details that help to exploit stay with agencies, and what is cut is said."""

from collections import Counter
from copy import deepcopy
from typing import Final

import msgspec

from milepost.authorities.fedramp_vdr.members import BY_PATH, held, only_known, paths_of
from milepost.authorities.fedramp_vdr.report_kinds import Kind, rule
from milepost.authorities.fedramp_vdr.report_reading import RATIONALE, detail_of, entries
from milepost.authorities.fedramp_vdr.values import Node
from milepost.authorities.tables import table
from milepost.domain.errors import WrongUse

DISCLOSURE: Final = "disclosure"
"""The member, our own, that says for whom a report is and what was cut from it."""
WITHHELD: Final = "withheld"
"""The member, our own, that names what was cut from a vulnerability."""


class _Public(msgspec.Struct, frozen=True):
    kept: frozenset[str]
    kept_when_over: frozenset[str]
    over: frozenset[str]
    replaced: frozenset[str]
    above: frozenset[str]


class _Facts(msgspec.Struct, frozen=True):
    rule: str
    verified: bool
    replacement: str
    audiences: tuple[str, ...]
    public: _Public


_FACTS: Final[_Facts] = table(__package__, "audiences.toml", _Facts)
AUDIENCES: Final = _FACTS.audiences
"""Who a report can be for."""


def withheld(tree: Node, kind: Kind, audience: str) -> Node:
    """Return a report as an audience may have it; agencies have all of it, unchanged.

    Members that nobody knows are cut for the public too: nobody knows what they give away.

    Raises:
        WrongUse: there is no such audience.
    """
    if audience not in AUDIENCES:
        raise WrongUse(f"{audience} is no audience", fix=f"use one of {', '.join(AUDIENCES)}")
    if audience == "agency":
        return tree
    counts: Counter[str] = Counter()
    lists = {kind.active, kind.accepted}
    found: Node = {
        name: deepcopy(value) for name, value in tree.items() if name in _FACTS.public.above or name in lists
    }
    counts.update(tree.keys() - found.keys() - {DISCLOSURE})
    for entry in entries(found, kind.active):
        _cut(entry, counts)
    for entry in entries(found, kind.accepted):
        _cut_accepted(entry, counts)
    found[DISCLOSURE] = {
        "audience": audience,
        "rule": str(rule(_FACTS.rule)),
        "withheld": [{"member": name, "times": count} for name, count in sorted(counts.items())],
    }
    return found


def _cut_accepted(entry: object, counts: Counter[str]) -> None:
    detail = detail_of(entry)
    if not isinstance(entry, dict) or detail is None:
        return
    _cut(detail, counts)
    for name in entry.keys() - {"vulnerabilityDetail"}:
        counts[name] += 1
        del entry[name]
    entry[RATIONALE] = _FACTS.replacement


def _cut(node: object, counts: Counter[str]) -> None:
    if not isinstance(node, dict):
        return
    public = _FACTS.public
    over = node.get("finalDisposition") in public.over
    kept = public.kept | (public.kept_when_over if over else frozenset())
    gone = [path for path in paths_of(node) if not _keep(node, path, kept)]
    for path in gone:
        _remove(node, path)
    names = sorted({".".join(path) for path in gone} - {WITHHELD})
    counts.update(names)
    if names:
        node[WITHHELD] = names


def _keep(node: Node, path: tuple[str, ...], kept: frozenset[str]) -> bool:
    """Keep a member that may be known, with nothing in it that nobody knows; tell whether it was kept."""
    member = BY_PATH.get(path)
    if member is None or member.name not in kept:
        return False
    plain = only_known(member, held(node, path))
    if plain is not None:
        _above(node, path)[path[-1]] = plain
    return plain is not None


def _remove(node: Node, path: tuple[str, ...]) -> None:
    if ".".join(path) in _FACTS.public.replaced:
        _above(node, path)[path[-1]] = _FACTS.replacement
    else:
        del _above(node, path)[path[-1]]


def _above(node: Node, path: tuple[str, ...]) -> Node:
    inner = node.get(path[0]) if len(path) > 1 else node
    return inner if isinstance(inner, dict) else node
