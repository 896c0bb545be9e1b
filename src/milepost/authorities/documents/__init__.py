"""Which documents Milepost reads and writes: one line for each, in the order in which they are recognised."""

from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from milepost.authorities.documents.contract import PlanFormat
from milepost.authorities.intake.reading import layout_of, read_plan
from milepost.domain.errors import InputRefused, WrongUse
from milepost.domain.plan_document import PlanDocument

BUILT_IN: tuple[str, ...] = (
    "fedramp.document",
    "fedramp.deviation_form",
    "fedramp.risk_exposure",
    "fedramp_vdr.vdt",
    "fedramp_vdr.avi",
    "fedramp_vdr.mrh",
    "emass.document",
    "emass.api_document",
    "csam.export",
    "cms.caat",
    "cms.nee_metrics",
    "odni.body_of_evidence",
    "omb.eight_columns",
    "omb.quarterly_table",
    "nist.cui_plan",
    "cmmc.tracking_log",
    "oscal.results_document",
    "oscal.json_document",
    "oscal.xml_document",
    "oscal.yaml_document",
)
_WORKBOOKS: Final = ("fedramp", "emass", "csam", "caat")
"""How the layouts are called that one knows by the headings of a table."""


@cache
def formats() -> tuple[PlanFormat, ...]:
    """Return every document format."""
    return tuple(_built_in(module) for module in BUILT_IN)


def format_named(name: str) -> PlanFormat:
    """Return the format with this short name.

    Raises:
        WrongUse: there is none.
    """
    for each in formats():
        if each.name == name:
            return each
    known = ", ".join(each.name for each in formats())
    raise WrongUse(f"there is no document format {name}", fix=f"use one of {known}")


def recognised_format(path: Path) -> PlanFormat | None:
    """Return the format that a file is in; None for what only the reader of any table may know."""
    return next((each for each in formats() if each.recognises(path)), None)


def known_plan(path: Path) -> bool:
    """Tell whether a file is a plan in a layout of its own, and not any other table or report."""
    if recognised_format(path) is not None:
        return True
    with suppress(InputRefused):
        return layout_of(path).layout.startswith(_WORKBOOKS)
    return False


def read_document(path: Path, name: str | None = None) -> PlanDocument:
    """Read a plan from a document of any known format, or from any table with the headings of a plan.

    Raises:
        InputRefused: the file cannot be taken.
    """
    shown = name or path.name
    if not path.is_file():
        raise InputRefused("there is no such file", where=shown, fix="check the path")
    known = recognised_format(path)
    return known.read(path, shown) if known else read_plan(path, shown)


def _built_in(module: str) -> PlanFormat:
    found: PlanFormat = import_module(f"milepost.authorities.{module}").FORMAT
    return found
