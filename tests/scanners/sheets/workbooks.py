"""Small workbooks of our own making, part by part."""

import zipfile
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="200" formatCode="yyyy\\-mm\\-dd"/>'
    '</numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs>'
    "</styleSheet>"
)


def text(value: str) -> str:
    """Return a cell that holds a text."""
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(value: float, style: int = 0) -> str:
    """Return a cell that holds a number; styles 1 and 2 show it as a date."""
    return f'<c s="{style}"><v>{value}</v></c>'


def rows(*lines: list[str]) -> str:
    """Return rows of cells, one below the other."""
    return "".join(f"<row>{''.join(cells)}</row>" for cells in lines)


def texts(*lines: str) -> str:
    """Return rows of texts; `|` stands between cells."""
    return rows(*([text(cell) for cell in line.split("|")] for line in lines))


@dataclass(frozen=True)
class Extras:
    """What a workbook has beside its rows: hidden sheets, date system, shared strings, further parts."""

    hidden: tuple[str, ...] = ()
    later_dates: bool = False
    strings: str = ""
    parts: dict[str, str] = field(default_factory=dict)


def workbook(path: Path, sheets: dict[str, str], extras: Extras | None = None) -> Path:
    """Write a workbook: rows by the name of their sheet."""
    extras = extras or Extras()
    numbered = list(enumerate(sheets, 1))
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}" {_state(name in extras.hidden)}/>'
        for n, name in numbered
    )
    later = f' date1904="{int(extras.later_dates)}"'
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr{later}/>'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheets[name]) for n, name in numbered},
    }
    if extras.strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}">{extras.strings}</sst>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (parts | extras.parts).items():
            package.writestr(name, content)
    return path


def _sheet(content: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{content}</sheetData></worksheet>'


def _state(hidden: bool) -> str:  # noqa: FBT001 - the only thing that is told
    return 'state="hidden"' if hidden else ""
