"""Writing the quarterly Ongoing Certification Report of a system, from a statement and the register."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.fedramp_vdr.ongoing_report import ongoing_report
from milepost.authorities.fedramp_vdr.values import Node
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import DamagedInput, InputRefused, OversizedInput
from milepost.work import finding_systems
from milepost.work.vdr.gathering import vulnerabilities_of
from milepost.work.vdr.period import period_of

_MOST: Final = 16 << 20
_FIX: Final = "write it as a JSON object with FedRAMP's names"


@dataclass(frozen=True, slots=True, kw_only=True)
class OngoingOrder:
    """What is asked: the system, the period, the provider's statement (JSON), and where the report goes."""

    system: str
    first: date
    last: date
    statement: Path
    out: Path
    package: str = ""


def write_ongoing(order: OngoingOrder, *, as_of: date) -> Node:
    """Write the report, whole or not at all, and return it.

    Raises:
        RecordMissing: there is no such system.
        StateConflict: the system does not answer to FedRAMP's rules of 2026.
        InputRefused: the statement cannot be read.
        NotAllowed: something is missing that FedRAMP demands.
        WrongUse: the period is none.
    """
    stated = _read(order.statement)
    system = finding_systems.by_name(order.system)
    period = period_of(order.first, order.last, system.time_zone, as_of=as_of)
    items = vulnerabilities_of(system, period).document.items
    tree = ongoing_report(stated, order.package, (order.first, order.last), items)
    with saved(order.out) as file:
        file.write(msgspec.json.format(msgspec.json.encode(tree), indent=2) + b"\n")
    return tree


def _read(path: Path) -> Node:
    try:
        if path.stat().st_size > _MOST:
            raise OversizedInput("the statement is too large", where=path.name, fix=_FIX)
        return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except OSError as error:
        raise InputRefused("the statement cannot be read", where=path.name, fix="check the path") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise DamagedInput(f"the statement is no JSON object: {error}", where=path.name, fix=_FIX) from error
