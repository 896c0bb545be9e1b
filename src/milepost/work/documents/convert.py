"""Converting a document into another: what the target cannot carry is told before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from milepost.authorities.documents import format_named, formats
from milepost.authorities.documents.contract import Loss, PlanFormat, Writing, Written, losses
from milepost.domain.errors import StateConflict, WrongUse
from milepost.domain.plan_document import PlanDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is asked: where to, in which format (default: the only one with that ending), with which base.

    `strict` refuses to write where anything would be lost.
    """

    out: Path
    as_of: date
    target: str = ""
    base: Path | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """What was written, in which format, and what was lost on the way."""

    target: PlanFormat
    written: Written
    lost: tuple[Loss, ...]


def convert(plan: PlanDocument, asked: Conversion) -> Converted:
    """Write a plan in another format.

    Raises:
        WrongUse: no format has this name, or the ending of the file does not tell which is meant.
        StateConflict: something would be lost, and nothing may be.
        InputRefused: the base is no such document.
    """
    target = format_named(asked.target) if asked.target else _by_ending(asked.out)
    lost = tuple(losses(plan, target))
    if lost and asked.strict:
        fields = ", ".join(each.field.replace("_", " ") for each in lost)
        what = f"{target.title} cannot carry {fields}"
        raise StateConflict(what, where=asked.out.name, fix="write without --strict, or in another format")
    writing = Writing(as_of=asked.as_of, base=asked.base, choices=asked.choices)
    return Converted(target, target.write(plan, asked.out, writing), lost)


def _by_ending(out: Path) -> PlanFormat:
    suffix = out.suffix.casefold()
    fitting = [each for each in formats() if each.suffix == suffix]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(each.name for each in fitting or formats())
    what = f"several formats end in {suffix}" if fitting else f"no format ends in {suffix or 'nothing'}"
    raise WrongUse(what, where=out.name, fix=f"say which with --to: {known}")
