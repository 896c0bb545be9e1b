"""The terms of many systems and items, worked out once for all items that share them."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from milepost.authorities import newest_profile
from milepost.authorities.deadlines import Terms
from milepost.authorities.profiles import Own
from milepost.authorities.remediation import EXPOSED, INTERNAL
from milepost.records.deadlines import Obligation
from milepost.records.systems import System
from milepost.work.own_profiles import own_profiles
from milepost.work.terms import Answering, answering, chosen, terms_of

_BY_ASSET: Final = frozenset({"cisa-bod-26-04", "cisa-legacy"})


class SystemTerms:
    """What some systems answer to; `zones` gives the time zone of each, `own` the organisation's profiles."""

    def __init__(self, systems: Iterable[System]) -> None:
        """Look up the obligations of all the systems at once."""
        known = list(systems)
        self.zones = {system.pk: system.time_zone for system in known}
        further: dict[int, list[Obligation]] = {system.pk: [] for system in known}
        for each in Obligation.objects.filter(system__in=known):
            further[each.system_id].append(each)
        self._answers = {system.pk: answering(system, further[system.pk]) for system in known}
        self.own = own_profiles()
        self._terms: dict[tuple[int, str, date], tuple[Terms, ...]] = {}

    def of(self, system_id: int, opened_under: str, opened_on: date) -> tuple[Terms, ...]:
        """Return the terms of an item, by the versions and the day that it was opened under."""
        key = (system_id, opened_under, opened_on)
        if key not in self._terms:
            answers = self._answers[system_id]
            self._terms[key] = terms_of(answers, opened_under, opened_on=opened_on, own=self.own)
        return self._terms[key]

    def answers_to(self, system_id: int, profile: str) -> bool:
        """Tell whether a system answers to a profile, or to one that derives from it."""
        names = (answer.profile for answer in self._answers[system_id])
        return any(profile in newest_profile(name, own=self.own).lineage for name in names)

    def conditional_since(self, system_id: int) -> date | None:
        """Return the status date of the conditional CMMC status that a system has, if it has one."""
        dates = (chosen(answer).conditional_since for answer in self._answers[system_id])
        return next((each for each in dates if each is not None), None)

    @property
    def ask_of_each_asset(self) -> bool:
        """Tell whether a rule of any of the systems looks at each asset."""
        answers = {answer for several in self._answers.values() for answer in several}
        return any(_asks_of_each_asset(answer, self.own) for answer in answers)


def _asks_of_each_asset(answer: Answering, own: Own) -> bool:
    profile = newest_profile(answer.profile, own=own)
    days = profile.remediation_days.value if profile.remediation_days else ()
    narrowed = any(row.when in {EXPOSED, INTERNAL} for row in days)
    return narrowed or bool(_BY_ASSET & profile.lineage)
