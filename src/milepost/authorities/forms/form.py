"""A form as data: its headings in order, the field of an item that each says, its words for states."""

from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

import msgspec

from milepost.authorities.intake.words import folded
from milepost.domain.plan_item import PlanItem, State
from milepost.domain.ruling import Citation

_FIELDS = frozenset(each.name for each in fields(PlanItem))
_ALSO = {"phone": "owner_contact", "email": "owner_contact"}


class Rule(msgspec.Struct, frozen=True):
    """A field that must be said: always, or where an item is in one of some states."""

    field: str
    where: str
    states: tuple[State, ...] = ()


class _Stated(msgspec.Struct):
    source: str
    sheet: str
    columns: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, State], ...] = ()
    signature: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    only_these_words: bool = False
    date_format: str = "%Y-%m-%d"
    aliases: dict[str, str] = {}
    summary: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading; the field that it says, and the one that it falls back on.

    A `field` is one of `PlanItem`, or `fact:NAME` for what stands above the items, `count:FIELD`,
    `days_since:FIELD`, `phone`, `email`, `repeated`, `accepted`; empty for what no item has: kept as text.
    """

    heading: str
    field: str = ""
    fallback: str = ""

    @property
    def carried(self) -> str:
        """The field of an item that reading gives back; empty for none."""
        return _ALSO.get(self.field, self.field if self.field in _FIELDS else "")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form: `words` are its names of states in the order of preference, `signature` what it is known by.

    `date_format` is how days stand in text; in a workbook they are days. `aliases` are other headings with
    the form's own; `summary` adds a sheet that counts the items by status.
    """

    name: str
    title: str
    sheet: str
    columns: tuple[Column, ...]
    words: tuple[tuple[str, State], ...]
    only_these_words: bool
    signature: frozenset[str]
    wide: frozenset[str]
    rules: tuple[Rule, ...]
    source: Citation
    date_format: str
    aliases: tuple[tuple[str, str], ...] = ()
    summary: bool = False

    @property
    def carries(self) -> frozenset[str]:
        """The fields of an item that it can say."""
        return frozenset(column.carried for column in self.columns) - {""}

    def column_of(self, heading: str) -> Column | None:
        """Return the column with a heading, whatever its capitals, blanks and punctuation."""
        return _by_heading(self).get(folded(heading))

    def word_of(self, state: State) -> str:
        """Return the form's word for a state; its plain name where the form has none and leaves that open."""
        known = next((word for word, meant in self.words if meant is state), "")
        return known or ("" if self.only_these_words else plain_word(state))

    def state_of(self, word: str) -> State | None:
        """Return the state that a word of the form means, an aside left out; None for a word of others."""
        known = _by_word(self)
        return known.get(folded(word)) or known.get(folded(word.partition("(")[0]))


def plain_word(state: State) -> str:
    """Return a state's name as a label: `Risk Accepted`."""
    return state.value.replace("_", " ").title()


_PLAIN = tuple((plain_word(state), state) for state in State if state.value)


@cache
def _by_word(form: Form) -> dict[str, State]:
    """Return the states by folded word; of several the first in the form's order."""
    return {folded(word): state for word, state in reversed((*form.words, *_PLAIN))}


@cache
def _by_heading(form: Form) -> dict[str, Column]:
    own = {column.heading: column for column in form.columns}
    other = {folded(alias): own[heading] for alias, heading in form.aliases}
    return other | {folded(heading): column for heading, column in own.items()}


def stated_form(package: str, file: str, name: str, title: str) -> Form:
    """Read a form from the data file beside its module."""
    text = (resources.files(package) / file).read_text(encoding="utf-8")
    stated = msgspec.toml.decode(text, type=_Stated)
    columns = tuple(Column(heading, *field.split("|")) for heading, field in stated.columns)
    signature = stated.signature or tuple(column.heading for column in columns)
    return Form(
        name,
        title,
        stated.sheet,
        columns,
        stated.words,
        stated.only_these_words,
        frozenset(map(folded, signature)),
        frozenset(stated.wide),
        stated.rules,
        Citation(title, stated.source),
        stated.date_format,
        tuple(stated.aliases.items()),
        stated.summary,
    )
