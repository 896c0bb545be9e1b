"""From what a tool says of a weakness to the rows that hold it: the weakness, its names, the wording."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from milepost.domain import finding
from milepost.domain.identity import preferred_name, weakness_names
from milepost.domain.problem import Problem
from milepost.records import bulk
from milepost.records.intake.digests import digest, fitted
from milepost.records.wordings import Wordings

_ENCODER = msgspec.json.Encoder()
_WITHOUT_CONTROLS = b',"controls":[]}'
"""Facts that name no controls are kept as before reports could name them: nothing looks changed."""


class Held(NamedTuple):
    """Where a wording is held: the facts row, the weakness it speaks of, the weakness's own source id."""

    facts_id: int
    weakness_id: int
    source_id: str


class _Wording(NamedTuple):
    facts: finding.Facts
    body: str
    digest: int
    names: tuple[str, ...]


class WeaknessIntake:
    """Finds or makes the rows for facts; a reader shares one `Facts` object between equal findings.

    Lookups go by object identity (the objects are kept alive here), since a scan repeats the same facts on
    hundreds of assets.
    """

    def __init__(self, system_id: int) -> None:
        """Start with an empty memory for one import into one system."""
        self._system_id = system_id
        self._held: dict[int, Held] = {}
        self._kept: list[finding.Facts] = []
        self._weakness_by_name: dict[str, int] = {}
        self._source_ids: dict[int, str] = {}
        self.wordings = Wordings()
        self.problems: list[Problem] = []

    @property
    def held(self) -> Mapping[int, Held]:
        """Where facts are held, by the `id` of the object; `learn` comes first."""
        return self._held

    def source_id(self, weakness_id: int) -> str:
        """Return the source id of a weakness of the system."""
        if weakness_id not in self._source_ids:
            rows = bulk.select(
                "SELECT id, source_id FROM records_weakness WHERE system_id IN ({})", [self._system_id]
            )
            self._source_ids = dict(rows)
        return self._source_ids[weakness_id]

    def learn(self, all_facts: Iterable[finding.Facts]) -> None:
        """Find or make the rows for facts that were not met before in this import."""
        fresh = {id(facts): facts for facts in all_facts if id(facts) not in self._held}
        if not fresh:
            return
        wordings = [_wording(facts) for facts in fresh.values()]
        self._find_weaknesses(wordings)
        weakness_ids = self._weaknesses(wordings)
        facts_ids = self._facts_rows(wordings)
        self._kept.extend(fresh.values())
        for wording, weakness_id in zip(wordings, weakness_ids, strict=True):
            row, facts = facts_ids[wording.digest], wording.facts
            self.wordings.keep(row, facts, (rank(facts), wording.digest))
            self._held[id(facts)] = Held(row, weakness_id, facts.source_id)

    def _find_weaknesses(self, wordings: list[_Wording]) -> None:
        unknown = {name for wording in wordings for name in wording.names} - self._weakness_by_name.keys()
        found = bulk.select(
            "SELECT name, weakness_id FROM records_weaknessname WHERE system_id = %s AND name IN ({})",
            sorted(unknown),
            self._system_id,
        )
        self._weakness_by_name.update((str(name), _number(key)) for name, key in found)

    def _weaknesses(self, wordings: list[_Wording]) -> list[int]:
        newcomers: dict[int, _Wording] = {}
        new_names: list[tuple[int, str]] = []
        ids = bulk.reserve("records_weakness", len(wordings))
        result = []
        for wording in wordings:
            weakness_id = self._known_weakness(wording)
            if weakness_id is None:
                weakness_id = next(ids)
                newcomers[weakness_id] = wording
            for name in wording.names:
                if name not in self._weakness_by_name:
                    self._weakness_by_name[name] = weakness_id
                    new_names.append((weakness_id, name))
            result.append(weakness_id)
        self._insert(newcomers, new_names)
        return result

    def _known_weakness(self, wording: _Wording) -> int | None:
        own = self._weakness_by_name.get(wording.names[0])
        if len(wording.names) == 1:
            return own
        found = {self._weakness_by_name[name] for name in wording.names if name in self._weakness_by_name}
        if len(found) > 1:
            self.problems.append(_ambiguous(wording))
        return own if own is not None else min(found, default=None)

    def _insert(self, newcomers: dict[int, _Wording], names: list[tuple[int, str]]) -> None:
        bulk.insert(
            "records_weakness",
            (
                "id",
                "system_id",
                "name",
                "source_id",
                "kind",
                "title",
                "severity",
                "known_count",
                "open_count",
            ),
            [
                (
                    weakness_id,
                    self._system_id,
                    wording.names[0],
                    wording.names[0].partition(":")[2],
                    wording.facts.kind.value,
                    fitted(wording.facts.title, 1000),
                    rank(wording.facts),
                    0,
                    0,
                )
                for weakness_id, wording in newcomers.items()
            ],
        )
        bulk.insert(
            "records_weaknessname",
            ("system_id", "weakness_id", "name"),
            [(self._system_id, weakness_id, name) for weakness_id, name in names],
        )
        self._rename(names, newcomers)

    def _rename(self, names: list[tuple[int, str]], newcomers: dict[int, _Wording]) -> None:
        """Let each weakness go by its preferred name, whichever was met first."""
        gained: dict[int, list[str]] = {}
        for weakness_id, name in names:
            gained.setdefault(weakness_id, []).append(name)
        several = [each for each, new in gained.items() if each not in newcomers or len(new) > 1]
        rename(several)
        if several:
            self._source_ids.clear()

    def _facts_rows(self, wordings: list[_Wording]) -> dict[int, int]:
        by_digest = {wording.digest: wording for wording in wordings}
        found = bulk.select(
            "SELECT digest, id FROM records_facts WHERE system_id = %s AND digest IN ({})",
            by_digest,
            self._system_id,
        )
        ids = {_number(key): _number(row) for key, row in found}
        missing = [key for key in by_digest if key not in ids]
        ids.update(zip(missing, bulk.allocate("records_facts", len(missing)), strict=True))
        bulk.insert(
            "records_facts",
            ("id", "system_id", "digest", "severity", "body"),
            [
                (ids[key], self._system_id, key, rank(by_digest[key].facts), by_digest[key].body)
                for key in missing
            ],
        )
        return ids


def rename(weakness_ids: Iterable[int]) -> None:
    """Set the name and source id of weaknesses from all their names, preferring CVE ids."""
    names: dict[int, list[str]] = {}
    rows = bulk.select(
        "SELECT weakness_id, name FROM records_weaknessname WHERE weakness_id IN ({})", sorted(weakness_ids)
    )
    for weakness_id, name in rows:
        names.setdefault(_number(weakness_id), []).append(str(name))
    chosen = {weakness_id: preferred_name(each) for weakness_id, each in names.items()}
    bulk.update(
        "records_weakness",
        ("name", "source_id"),
        ("text", "text"),
        [(name, name.partition(":")[2], weakness_id) for weakness_id, name in sorted(chosen.items())],
    )


def rank(facts: finding.Facts) -> int:
    """Return the severity rank that counts: none for what the tool itself says needs no action."""
    return facts.severity.rank if facts.actionable else 0


def _wording(facts: finding.Facts) -> _Wording:
    body = _ENCODER.encode(facts)
    if body.endswith(_WITHOUT_CONTROLS):
        body = body[: -len(_WITHOUT_CONTROLS)] + b"}"
    return _Wording(
        facts, body.decode(), digest(body), tuple([fitted(name, 300) for name in weakness_names(facts)])
    )


def _ambiguous(wording: _Wording) -> Problem:
    return Problem(
        where=wording.names[0],
        what=f"{' and '.join(wording.names)} are held as different weaknesses; this report calls them one",
        fix="merge their items by hand if they are the same: milepost item merge",
    )


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
