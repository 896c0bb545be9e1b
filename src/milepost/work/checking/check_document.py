"""Checking a plan in a file: what it is, which rules apply, what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.authorities.intake.inventory import read_inventory
from milepost.authorities.intake.reading import read_plan
from milepost.authorities.profiles import Own, profile_of
from milepost.catalogs.kev import read_kev
from milepost.checks.context import Context, InventoryAsset, KnownExploited, Surroundings
from milepost.checks.registry import all_rules, rule_of
from milepost.checks.rule import Report, Rule
from milepost.checks.running import check, for_profiles
from milepost.checks.waivers import read_waivers
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.plan_document import PlanDocument
from milepost.domain.profile import Profile
from milepost.work.uncollected import uncollected

_DIRECTIVES = ("cisa-bod-26-04",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for: the day, profiles by name, rules to keep or leave out, files beside."""

    as_of: date
    profiles: Sequence[str] = ()
    only: Sequence[str] = ()
    without: Sequence[str] = ()
    previous: Path | None = None
    inventory: Path | None = None
    kev: Path | None = None
    waivers: Path | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A document with the profiles it was judged by, and what was found."""

    document: PlanDocument
    profiles: Sequence[str]
    report: Report


def check_document(path: Path, asked: Asked, name: str | None = None) -> Checked:
    """Check a plan in a file.

    Raises:
        InputRefused: a file cannot be taken.
        WrongUse: there is no such profile or rule.
    """
    with uncollected():
        return check_plan(read_plan(path, name), asked, surroundings(asked))


def check_plan(document: PlanDocument, asked: Asked, around: Surroundings, own: Own = ()) -> Checked:
    """Check a plan that was read, or gathered from the register; `own` are the organisation's profiles."""
    names = list(asked.profiles) or ([document.profile] if document.profile else [])
    profiles = _profiles(names, asked, own)
    names += [name for name in _DIRECTIVES if around.kev is not None and name not in names]
    rules = chosen(for_profiles(all_rules().values(), names), asked.only, asked.without)
    params: Mapping[str, Mapping[str, float]] = {rule.id: rule.params for rule in rules}
    context = Context(document, asked.as_of, profiles, around, params)
    waivers = read_waivers(asked.waivers) if asked.waivers else ()
    return Checked(document, names, check(context, rules, waivers))


def surroundings(asked: Asked) -> Surroundings:
    """Read what is given beside the plan.

    Raises:
        InputRefused: a file cannot be taken.
    """
    return Surroundings(
        previous=read_plan(asked.previous) if asked.previous else None,
        inventory=_inventory(asked.inventory) if asked.inventory else None,
        kev=_kev(asked.kev) if asked.kev else None,
    )


def chosen(rules: Sequence[Rule], only: Sequence[str], without: Sequence[str]) -> list[Rule]:
    """Return the rules that are asked for: by id, by group, or by the beginning of an id with `*`.

    Raises:
        WrongUse: a name fits no rule.
    """
    for name in (*only, *without):
        if not any(_fits(name, rule) for rule in all_rules().values()):
            rule_of(name)
    kept = [rule for rule in rules if not only or any(_fits(name, rule) for name in only)]
    return [rule for rule in kept if not any(_fits(name, rule) for name in without)]


def _fits(name: str, rule: Rule) -> bool:
    if name.endswith("*"):
        return rule.id.startswith(name[:-1].upper())
    return name.upper() == rule.id or name.lower() == rule.group


def _profiles(names: Sequence[str], asked: Asked, own: Own) -> list[Profile]:
    """Return the profiles; one that only the layout suggests may not be there."""
    found = []
    for name in names:
        try:
            found.append(profile_of(name, on=asked.as_of, own=own))
        except WrongUse:
            if name in asked.profiles:
                raise
    return found


def _kev(path: Path) -> dict[str, KnownExploited]:
    """Read CISA's catalog.

    Raises:
        InputRefused: the file cannot be read, or is not that catalog.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"the file cannot be read ({error.strerror})",
            where=path.name,
            fix="give CISA's known_exploited_vulnerabilities.json",
        ) from error
    return {
        each.cve: KnownExploited(each.added_on, each.due_on) for each in read_kev(body, path.name).entries
    }


def _inventory(path: Path) -> dict[str, InventoryAsset]:
    return {
        name: InventoryAsset(name, each.public, each.authenticated, each.scanned, each.end_of_life)
        for each in read_inventory(path)
        for name in each.names
    }
