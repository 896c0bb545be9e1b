"""Read an assessment from JSON: what is NOT MET, what does not apply, and what is known around it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from milepost.authorities.cmmc.closeout import Closeout
from milepost.authorities.cmmc.draft import Draft, GivenPoints
from milepost.authorities.cmmc.finding_words import Meaning, meaning_of
from milepost.authorities.cmmc.identifiers import Named, identify
from milepost.authorities.cmmc.operational_plan import Origin
from milepost.authorities.cmmc.points import points_in
from milepost.authorities.cmmc.requirements import requirement_of
from milepost.authorities.cmmc.results import Finding, Part, Statement
from milepost.authorities.cmmc.spellings import date_of, kind_of, letters, level_of, shown, truth_of
from milepost.authorities.cmmc.tables import Table, read_table, state
from milepost.domain.errors import InputRefused

_LISTS = {
    "notmet": Meaning(Finding.NOT_MET),
    "notimplemented": Meaning(Finding.NOT_MET),
    "met": Meaning(Finding.MET),
    "implemented": Meaning(Finding.MET),
    "notapplicable": Meaning(Finding.NOT_APPLICABLE),
    "na": Meaning(Finding.NOT_APPLICABLE),
    "operationalplan": Meaning(Finding.MET, origin=Origin.TEMPORARY),
    "temporarydeficiencies": Meaning(Finding.MET, origin=Origin.TEMPORARY),
    "enduringexceptions": Meaning(Finding.MET, origin=Origin.ENDURING),
}
_RESULTS = ("objectives", "requirements", "results", "controls", "practices", "findings")
_NAMES = (
    "name",
    "system",
    "notes",
    "comment",
    "description",
    "organization",
    "scope",
    "title",
    "items",
    "uid",
    "cage",
)
_CLOSED = (
    "allmet",
    "closed",
    "met",
    "passed",
    "success",
    "successful",
    "complete",
    "completed",
    "result",
    "status",
)
_POSTED = (
    "date",
    "on",
    "postedon",
    "posted",
    "posteddate",
    "performedon",
    "performed",
    "closedon",
    "closeddate",
    "completedon",
    "resultsposted",
    "resultspostedon",
    "closeoutdate",
    "assessedon",
    "dateposted",
)


class _Reader(Protocol):
    """Reads the value of one key into a draft."""

    def __call__(self, draft: Draft, value: object, *, where: str) -> None:
        """Read it, or refuse it by name."""


def read_answers(draft: Draft, document: object) -> None:
    """Add what a JSON document says to a draft; keys are taken whatever their case and separators.

    Raises:
        InputRefused: an identifier, date, level or truth in it cannot be told.
    """
    if isinstance(document, list):
        _read_records(draft, document, draft.name)
        return
    if not isinstance(document, Mapping):
        raise InputRefused(
            "the document is no assessment", where=draft.name, fix="give an object with not_met"
        )
    fields = _by_letters(document, draft.name)
    _check_keys(draft, set(fields))
    for key, (written, value) in fields.items():
        _read_field(draft, key, written, value)
    closeout = fields.get("closeout", ("", None))[1]
    if closeout:
        draft.closeout = _closeout(draft, closeout)


def _check_keys(draft: Draft, keys: set[str]) -> None:
    """Refuse a document that says nothing of an assessment; ask about one that states no results."""
    results = {*_LISTS, *_RESULTS, "partial"}
    if keys.isdisjoint({*results, *_READERS, "closeout"}):
        fix = "give level, kind and not_met at the top"
        raise InputRefused("the document says nothing of an assessment", where=draft.name, fix=fix)
    if keys.isdisjoint(results):
        draft.note("no results are stated, so everything counts as MET", "give not_met, even if it is empty")


def _by_letters(document: Mapping[object, object], where: str) -> dict[str, tuple[str, object]]:
    fields: dict[str, tuple[str, object]] = {}
    for written, value in document.items():
        key = letters(written)
        if key in fields:
            what = f"{fields[key][0]} and {written} mean the same"
            raise InputRefused(what, where=where, fix="give it once")
        fields[key] = (str(written), value)
    return fields


def _read_field(draft: Draft, key: str, written: str, value: object) -> None:
    where = f"{draft.name}, {written}"
    if key in _LISTS:
        _read_list(draft, _LISTS[key], value, where)
    elif key in _RESULTS:
        _read_results(draft, value, where)
    elif key in _READERS:
        if value is not None:
            _READERS[key](draft, value, where=where)
    elif key not in _NAMES and key != "closeout":
        draft.note(f"{written} means nothing here and is left out", "check how it is written")


def _read_list(draft: Draft, meaning: Meaning, value: object, where: str) -> None:
    for text in _texts(value, where):
        draft.note_edition(text, where)
        for named in identify(text, where=where):
            draft.statements.append(Statement(named, meaning.finding, where=where))
            if meaning.origin is not None:
                draft.elsewhere.append((named, meaning.origin))


def _texts(value: object, where: str) -> Iterable[str]:
    """Return the identifiers of a list, a single text, or objects that carry one."""
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    return [_text(each, where) for each in listed]


def _text(value: object, where: str) -> str:
    if isinstance(value, Mapping):
        fields = _by_letters(value, where)
        for key in ("id", "requirement", "identifier", "control", "practice", "objective", "requirementid"):
            if key in fields:
                return _text(fields[key][1], where)
    if not isinstance(value, str):
        raise InputRefused(
            f"{shown(value)} is no identifier", where=where, fix="list identifiers as text, “3.1.1”"
        )
    return value


def _read_results(draft: Draft, value: object, where: str) -> None:
    if value is None:
        return
    if isinstance(value, list):
        if value:
            _read_records(draft, value, where)
        return
    for text, result in _spread(_pairs(value, where)):
        for each in identify(text, where=where):
            state(draft, each, _meaning(result, where), f"{where}, {text}")


def _spread(pairs: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """Yield the results of objectives that stand by letter below their requirement like all others."""
    for text, result in pairs:
        if isinstance(result, Mapping) and result and all(_is_letter(key) for key in result):
            yield from ((f"{text}[{str(key).strip('[]')}]", each) for key, each in result.items())
        else:
            yield text, result


def _is_letter(key: object) -> bool:
    letter = str(key).strip("[]")
    return len(letter) == 1 and letter.isalpha()


def _meaning(result: object, where: str) -> Meaning:
    if isinstance(result, Mapping):
        fields = _by_letters(result, where)
        found = next(
            (fields[key][1] for key in ("result", "status", "finding", "met") if key in fields), None
        )
        return _meaning(found, where)
    meaning = meaning_of(result)
    if meaning is None:
        raise InputRefused(f"{shown(result)} is no result", where=where, fix="use MET, NOT MET or N/A")
    return meaning


def _read_records(draft: Draft, records: list[object], where: str) -> None:
    """Read a list of objects as the table that it is."""
    if not all(isinstance(each, Mapping) for each in records):
        what = "a plain list does not say what was found"
        raise InputRefused(
            what, where=where, fix="use not_met for what is NOT MET, or objects with id and status"
        )
    rows: list[tuple[str, list[object]]] = []
    for number, record in enumerate(records, 1):
        if isinstance(record, Mapping):
            rows += [(where, list(record)), (f"{where}, {number}", list(record.values()))]
    read_table(draft, Table(rows, {}))


def _read_parts(draft: Draft, value: object, *, where: str) -> None:
    for text, word in _pairs(value, where):
        if word is None:
            continue
        meaning = meaning_of(points_words(word)) if not isinstance(word, bool) else None
        if meaning is None or (meaning.part is Part.UNSAID and meaning.finding is not Finding.MET):
            fix = "use “partial” or “not_fips” for the part, “none” for nothing"
            raise InputRefused(
                f"{shown(word)} does not say how much of {text} is there", where=where, fix=fix
            )
        for named in identify(text, where=where):
            _state_part(draft, named, meaning, where)


def points_words(word: object) -> object:
    """Read a number of points as the part that it stands for: 3 is a part, 5 nothing."""
    return {3: "partial", 5: "none"}.get(points_in(word) or 0, word)


def _state_part(draft: Draft, named: Named, meaning: Meaning, where: str) -> None:
    known = requirement_of(named.number).partial_points is not None
    if not known and meaning.part is Part.PARTLY:
        what = f"the rule knows no part of {named}; it counts as NOT MET with all its points"
        draft.note(what, "only 3.5.3 and 3.13.11 cost less in part", where)
    draft.statements.append(Statement(named, meaning.finding, meaning.part if known else Part.UNSAID, where))


def _read_points(draft: Draft, value: object, *, where: str) -> None:
    for text, points in _pairs(value, where):
        number = points_in(points)
        if number is None:
            raise InputRefused(f"{shown(points)} is no number of points", where=where, fix="give 1, 3 or 5")
        draft.points.extend(GivenPoints(named, number, where) for named in identify(text, where=where))


def _pairs(value: object, where: str) -> list[tuple[str, object]]:
    if not isinstance(value, Mapping):
        fix = "give an object from identifier to result"
        raise InputRefused(f"{shown(value)} is no list of results", where=where, fix=fix)
    return [(str(key), each) for key, each in value.items()]


def _closeout(draft: Draft, value: object) -> Closeout:
    where = f"{draft.name}, closeout"
    if not isinstance(value, Mapping):
        fix = "give an object with date and all_met"
        raise InputRefused(f"{shown(value)} is no closeout", where=where, fix=fix)
    fields = _by_letters(value, where)
    days = [date_of(each, where=where) for each in _said(fields, _POSTED)]
    if not days:
        what = "the closeout has no date"
        raise InputRefused(what, where=where, fix="give the day on which its results were posted")
    found = _found_open(fields, where)
    said = [_all_met(draft, each, where) for each in _said(fields, _CLOSED)]
    if not said and found is None:
        draft.note("the closeout does not say what it found; it is taken as all MET", "give all_met", where)
    if found and any(said):
        what = "the closeout is said to be all MET and lists NOT MET; it counts as not closed"
        draft.note(what, "correct it", where)
    return Closeout(max(days), all(said) and not found)


def _said(fields: Mapping[str, tuple[str, object]], keys: Iterable[str]) -> list[object]:
    return [fields[key][1] for key in keys if key in fields and fields[key][1] is not None]


def _found_open(fields: Mapping[str, tuple[str, object]], where: str) -> list[str] | None:
    """Return what a closeout lists as NOT MET; None where it lists nothing at all."""
    listed = _said(fields, ("notmet", "remaining", "open"))
    results = [pair for value in _said(fields, _RESULTS) for pair in _spread(_pairs(value, where))]
    if not listed and not results:
        return None
    failing = [text for text, result in results if _meaning(result, where).finding in {Finding.NOT_MET, None}]
    texts = [text for value in listed for text in _texts(value, where)] + failing
    return [str(named) for text in texts for named in identify(text, where=where)]


def _all_met(draft: Draft, value: object, where: str) -> bool:
    """Tell whether a closeout found everything MET: stated so, or by the list of what it found MET."""
    if not isinstance(value, list):
        return truth_of(value, where=where)
    closed = {named.number for text in _texts(value, where) for named in identify(text, where=where)}
    failing = {each.named.number for each in draft.statements if each.finding in {Finding.NOT_MET, None}}
    return failing <= closed


def _read_level(draft: Draft, value: object, *, where: str) -> None:
    draft.level = level_of(value, where=where)


def _read_kind(draft: Draft, value: object, *, where: str) -> None:
    draft.kind = kind_of(value, where=where)


def _read_ssp(draft: Draft, value: object, *, where: str) -> None:
    draft.ssp_in_place = truth_of(value, where=where)


def _read_level2_final(draft: Draft, value: object, *, where: str) -> None:
    draft.level2_final = truth_of(value, where=where)


def _read_status_date(draft: Draft, value: object, *, where: str) -> None:
    draft.status_date = date_of(value, where=where)


def _read_as_of(draft: Draft, value: object, *, where: str) -> None:
    draft.as_of = date_of(value, where=where)


def _read_later(draft: Draft, value: object, *, where: str) -> None:
    """Read what was found after the assessment: it changes no result of it."""
    found = (named for text in _texts(value, where) for named in identify(text, where=where))
    draft.elsewhere.extend((named, Origin.LATER) for named in found)


_READERS: dict[str, _Reader] = {
    "level": _read_level,
    "cmmclevel": _read_level,
    "kind": _read_kind,
    "assessmenttype": _read_kind,
    "type": _read_kind,
    "sspinplace": _read_ssp,
    "ssp": _read_ssp,
    "level2final": _read_level2_final,
    "statusdate": _read_status_date,
    "cmmcstatusdate": _read_status_date,
    "asof": _read_as_of,
    "partial": _read_parts,
    "weights": _read_points,
    "points": _read_points,
    "foundlater": _read_later,
    "foundafterassessment": _read_later,
}
