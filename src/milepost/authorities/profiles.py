"""The profiles that Milepost knows, the list of them, and which version of which holds on a day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from milepost.authorities.profile_reading import StatedProfile, StatedVersion, read_profiles
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.profile import Approvers, Fact, Profile, RemediationDays, RequiredField, StatusName

FOLDERS: Mapping[str, str] = {
    "bod-18-02-hva": "cisa",
    "cisa-bod-26-04": "cisa",
    "cisa-legacy": "cisa",
    "cjis": "cjis",
    "cmmc-l1": "cmmc",
    "cmmc-l2": "cmmc",
    "cmmc-l3": "cmmc",
    "cms": "cms",
    "cms-ede-nee": "cms",
    "dhs-4300a": "dhs",
    "dod-30-180-365": "dod",
    "dod-30-90-180": "dod",
    "dod-cpat": "dod",
    "doj-csam": "csam",
    "emass": "emass",
    "fedramp-rev5": "fedramp",
    "fedramp-vdr": "fedramp_vdr",
    "govramp": "govramp",
    "gsa": "gsa",
    "hhs": "hhs",
    "internal": "internal",
    "irs-1075": "irs",
    "nist-rmf": "nist",
    "odni-boe": "odni",
    "omb-fisma": "omb",
    "other-agencies": "agencies",
    "tx-ramp": "tx_ramp",
    "va": "va",
}
"""Each profile that comes with Milepost, and the folder of its authority."""

_HERE = Path(__file__).parent
Own = Sequence[StatedProfile]
"""An organisation's own profiles; several of one name hold different versions of it."""


class _Facts(TypedDict, total=False):
    remediation_days: Fact[tuple[RemediationDays, ...]]
    clock_start: Fact[str]
    severities: Fact[tuple[str, ...]]
    statuses: Fact[tuple[StatusName, ...]]
    required_fields: Fact[tuple[RequiredField, ...]]
    approvers: Fact[tuple[Approvers, ...]]
    two_stage_severities: Fact[tuple[str, ...]]
    risk_matrix: Fact[str]
    review_days: Fact[int]
    high_value_review_days: Fact[int]
    create_within_days: Fact[int]
    acceptance_max_days: Fact[int]
    accepted_counts_as_open: Fact[bool]
    accepted_on_plan: Fact[bool]
    false_positives_on_plan: Fact[bool]
    vendor_check_in_days: Fact[int]
    due_soon_days: Fact[int]
    notice_days: Fact[tuple[int, ...]]
    milestone_text_characters: Fact[int]
    plan_max_days: Fact[int]
    retention_years: Fact[int]
    scheduled_date_frozen: Fact[bool]
    delay_reason_required: Fact[bool]


def profile_of(name: str, *, on: date, own: Own = ()) -> Profile:
    """Return the version of a profile that is in force on a day.

    Raises:
        WrongUse: there is no such profile, or none of its versions is in force that day.
        InputRefused: an own profile extends what does not exist, or itself.
    """
    stated = stated_profile(name, own)
    return _resolved(stated, _in_force(stated, on), own, ())


def profile_at(key: str, *, own: Own = ()) -> Profile:
    """Return a profile in the version that an item was opened under: `hhs@2.0`.

    Raises:
        WrongUse: there is no such profile, or it has no such version.
        InputRefused: an own profile extends what does not exist, or itself.
    """
    name, _, version = key.partition("@")
    stated = stated_profile(name, own)
    return _resolved(stated, _named(stated, version), own, ())


def all_profiles(*, own: Own = ()) -> tuple[Profile, ...]:
    """Return every version of every profile, by name and first day.

    Raises:
        InputRefused: an own profile extends what does not exist, or itself.
    """
    found = [stated_profile(name, own) for name in profile_names(own)]
    return tuple(_resolved(stated, version, own, ()) for stated in found for version in stated.versions)


def profile_names(own: Own = ()) -> tuple[str, ...]:
    """Return the names of all profiles in alphabetical order."""
    return tuple(sorted({*FOLDERS, *(stated.name for stated in own)}))


def stated_profile(name: str, own: Own = ()) -> StatedProfile:
    """Return what a profile states itself, nothing inherited.

    Raises:
        WrongUse: there is no such profile.
    """
    if name in FOLDERS:
        return _built_in(FOLDERS[name])[name]
    parts = [stated for stated in own if stated.name == name]
    if parts:
        return _joined(parts)
    known = ", ".join(profile_names(own))
    raise WrongUse(f"{name} is no profile that Milepost knows", fix=f"use one of {known}")


@cache
def _built_in(folder: str) -> dict[str, StatedProfile]:
    file = _HERE / folder / "profile.toml"
    return {stated.name: stated for stated in read_profiles(file.read_bytes(), f"{folder}/profile.toml")}


def _joined(parts: Sequence[StatedProfile]) -> StatedProfile:
    """Join the versions of an own profile; what is not of a version is as the latest says."""
    versions = sorted(
        (version for part in parts for version in part.versions), key=lambda version: version.effective_from
    )
    latest = max(parts, key=lambda part: max(version.effective_from for version in part.versions))
    return StatedProfile(
        name=latest.name,
        title=latest.title,
        kind=latest.kind,
        applies_to=latest.applies_to,
        summary=latest.summary,
        versions=tuple(versions),
        file=latest.file,
    )


def _in_force(stated: StatedProfile, on: date) -> StatedVersion:
    begun = [version for version in stated.versions if version.effective_from <= on]
    if begun and (begun[-1].effective_until or on) >= on:
        return begun[-1]
    held = ", ".join(f"{v.version} from {v.effective_from:%Y-%m-%d}" for v in stated.versions)
    raise WrongUse(
        f"no version of {stated.name} is in force on {on:%Y-%m-%d}", fix=f"choose a day of one of {held}"
    )


def _named(stated: StatedProfile, version: str) -> StatedVersion:
    for known in stated.versions:
        if known.version == version:
            return known
    names = ", ".join(known.version for known in stated.versions)
    raise WrongUse(f"{stated.name} has no version {version or 'without a name'}", fix=f"use one of {names}")


def _last_day(stated: StatedProfile, version: StatedVersion) -> date | None:
    """Return the stated last day, or the one before the next version begins."""
    if version.effective_until is not None:
        return version.effective_until
    begun = version.effective_from
    later = [other.effective_from for other in stated.versions if other.effective_from > begun]
    return min(later) - timedelta(days=1) if later else None


def _resolved(stated: StatedProfile, version: StatedVersion, own: Own, trail: tuple[str, ...]) -> Profile:
    if stated.name in FOLDERS:
        return _built_in_resolved(stated.name, version.version)
    return _composed(stated, version, own, trail)


@cache
def _built_in_resolved(name: str, version: str) -> Profile:
    stated = stated_profile(name)
    return _composed(stated, _named(stated, version), (), ())


def _composed(stated: StatedProfile, version: StatedVersion, own: Own, trail: tuple[str, ...]) -> Profile:
    parents = _parents(stated, version, own, (*trail, stated.name))
    _refuse_lost_days(stated, version, parents)
    facts: dict[str, object] = {}
    further: dict[str, Fact[str]] = {}
    for parent in reversed(parents):
        facts |= {key: getattr(parent, key) for key in _Facts.__optional_keys__ if getattr(parent, key)}
        further |= parent.further
    return Profile(
        name=stated.name,
        title=stated.title,
        kind=stated.kind,
        applies_to=stated.applies_to,
        version=version.version,
        effective_from=version.effective_from,
        effective_until=_last_day(stated, version),
        effective_verified=version.effective_verified,
        effective_note=version.effective_note,
        summary=stated.summary,
        extends=tuple(parent.key for parent in parents),
        lineage=frozenset({stated.name}).union(*(parent.lineage for parent in parents)),
        further={**further, **version.further},
        **cast("_Facts", {**facts, **version.facts}),
    )


def _refuse_lost_days(stated: StatedProfile, version: StatedVersion, parents: Sequence[Profile]) -> None:
    """Refuse a table of days that leaves out a severity which the profile before it has days for."""
    before = next((parent.remediation_days for parent in parents if parent.remediation_days), None)
    after = cast("_Facts", version.facts).get("remediation_days")
    if before is None or after is None:
        return
    named = {row.severity for row in after.value}
    lost = [row.severity for row in before.value if row.severity not in named]
    if lost:
        raise InputRefused(
            f"it gives no days for {', '.join(dict.fromkeys(lost))}, for which {before.profile} has some",
            where=f"{stated.file}, remediation_days of version {version.version}",
            fix="state the days for every severity: a table that you state replaces the one before",
        )


def _parents(
    stated: StatedProfile, version: StatedVersion, own: Own, trail: tuple[str, ...]
) -> tuple[Profile, ...]:
    """Return what a version extends: as pinned (`hhs@2.0`), else the version in force on its first day.

    So a version always means the same, whatever is published later.
    """
    found = []
    for named in version.extends:
        name, _, pinned = named.partition("@")
        if name in trail:
            circle = " extends ".join((*trail, name))
            raise _refused(stated, f"it extends itself ({circle})", "take one of them out")
        try:
            parent = stated_profile(name, own)
            held = _named(parent, pinned) if pinned else _in_force(parent, version.effective_from)
        except WrongUse as error:
            raise _refused(stated, error.what, error.fix) from error
        found.append(_resolved(parent, held, own, trail))
    return tuple(found)


def _refused(stated: StatedProfile, what: str, fix: str) -> InputRefused:
    return InputRefused(what, where=f"{stated.file}, extends", fix=fix)
