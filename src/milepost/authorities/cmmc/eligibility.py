"""Which NOT MET requirements keep an assessment from Conditional, each with its reason (32 CFR 170.21(a))."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from milepost.authorities.cmmc.requirements import REQUIREMENTS, Deferral
from milepost.authorities.cmmc.rules import SSP, Level, allowed, refused
from milepost.authorities.cmmc.scoring import Shortfall
from milepost.domain.ruling import Ruling


class Reason(StrEnum):
    """Why something cannot be left to a POA&M."""

    POINT_VALUE_3 = "point_value_3"
    POINT_VALUE_5 = "point_value_5"
    NAMED_NEVER = "named_never"
    LEVEL1_NO_POAM = "level1_no_poam"
    LEVEL2_NOT_FINAL = "level2_not_final"


class Block(NamedTuple):
    """What blocks Conditional: the official identifier, the reason as a code, and the rule in words."""

    identifier: str
    reason: Reason
    ruling: Ruling


PREREQUISITE_STATUS = "Final Level 2 (C3PAO)"
_EVERY_POINTS: dict[int | None, Reason] = {3: Reason.POINT_VALUE_3, 5: Reason.POINT_VALUE_5}
_ORDER = (
    PREREQUISITE_STATUS,
    *(each.identifier for level in reversed(Level) for each in REQUIREMENTS[level].values()),
)


def may_be_deferred(short: Shortfall) -> Ruling:
    """Rule whether a NOT MET requirement may stand on the POA&M of the assessment."""
    requirement = short.requirement
    must = f"implement {requirement.identifier} before the assessment"
    if requirement.deferral is Deferral.NO_PLAN:
        return refused("Level 1 permits no POA&M", "170.21(a)(1)", must)
    named = "170.21(a)(3)" if requirement.number.endswith("e") else "170.21(a)(2)(iii)"
    if requirement.deferral is Deferral.NAMED:
        return refused("the rule names it as never on a POA&M", named, must)
    if requirement.deferral is Deferral.WHEN_PARTIAL and short.result.partial:
        reason = "encryption is employed and only not FIPS-validated: allowed at 3 points"
        return allowed(reason, "170.21(a)(2)(ii)")
    if requirement.deferral is Deferral.ALLOWED:
        return allowed("worth one point and not named as an exception", "170.21(a)")
    reason = f"worth {short.points} points, and only 1 may be deferred"
    return refused(reason, "170.21(a)(2)(ii)", must)


def blocks(
    level: Level, short: Iterable[Shortfall], *, ssp_in_place: bool, level2_final: bool
) -> tuple[Block, ...]:
    """Return everything that keeps the assessment from a status, in the order of the requirements.

    A missing system security plan blocks as CA.L2-3.12.4; Level 3 without Final Level 2 (C3PAO) blocks under
    the name of that status (170.18(a)).
    """
    listed = tuple(short)
    found = [_block(each, ruling) for each in listed if not (ruling := may_be_deferred(each)).allowed]
    if level is Level.THREE and not level2_final:
        found.append(_prerequisite())
    if level is not Level.ONE and not ssp_in_place and not any(b.identifier == f"CA.L2-{SSP}" for b in found):
        found.append(_no_plan())
    return tuple(sorted(found, key=lambda block: _ORDER.index(block.identifier)))


def _block(short: Shortfall, ruling: Ruling) -> Block:
    reasons = {Deferral.NO_PLAN: Reason.LEVEL1_NO_POAM, Deferral.NAMED: Reason.NAMED_NEVER}
    reason = reasons.get(short.requirement.deferral) or _EVERY_POINTS[short.points]
    return Block(short.requirement.identifier, reason, ruling)


def _prerequisite() -> Block:
    reason = "Level 3 builds on Final Level 2 (C3PAO) for the same or a larger scope"
    way_out = "reach Final Level 2 (C3PAO) first, and state it"
    return Block(PREREQUISITE_STATUS, Reason.LEVEL2_NOT_FINAL, refused(reason, "170.18(a)", way_out))


def _no_plan() -> Block:
    reason = "there is no system security plan, and without one no assessment can be completed"
    ruling = refused(reason, "170.24(c)(2)", "write the plan, then assess")
    return Block(f"CA.L2-{SSP}", Reason.NAMED_NEVER, ruling)
