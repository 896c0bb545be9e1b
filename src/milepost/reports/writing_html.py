"""A report as one page of HTML that needs nothing else: no script, no address, every text escaped."""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from milepost.reports.plain_text import plain
from milepost.reports.report import Block, Chart, Heading, PageBreak, Paragraph, Rendered, Report, Table

_SKELETON: Final = Path(__file__).with_name("skeleton.html")


def write_html(report: Report) -> Rendered:
    """Write a report as HTML in UTF-8; the same report gives the same bytes."""
    marking = f'<p class="marking">{_text(report.marking)}</p>' if report.marking else ""
    page = Template(_SKELETON.read_text(encoding="utf-8")).substitute(
        language=report.language,
        title=_text(f"{report.title}: {report.subject}"),
        heading=_text(report.title),
        subject=_text(report.subject),
        written=report.written.isoformat(),
        marking=marking,
        content="\n".join(_block(each) for each in report.blocks),
    )
    return Rendered(page.encode("utf-8"))


def _text(text: str) -> str:
    return escape(plain(text))


def _block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text=text):
            return f"<p>{_text(text)}</p>"
        case PageBreak():
            return '<div class="new-page"></div>'
        case Chart():
            return f"<figure>\n{block.svg}\n<figcaption>{_text(block.caption)}</figcaption>\n</figure>"
        case Table():
            return _table(block)
        case _:
            raise TypeError(f"no way to write {type(block).__name__}")


def _table(table: Table) -> str:
    if not table.rows:
        return f"<p><strong>{_text(table.caption)}.</strong> {_text(table.empty)}</p>"
    classes = ['class="number"' if column.numbers else "" for column in table.columns]
    heads = "".join(
        f'<th scope="col" {kind}>{_text(column.heading)}</th>'
        for column, kind in zip(table.columns, classes, strict=True)
    )
    rows = "\n".join(_row(row, classes) for row in table.rows)
    kind = ' class="to-fill"' if table.to_fill else ""
    caption = _text(table.caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table{kind}>'
        f"<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>"
        "</table></div>"
    )


def _row(row: tuple[str, ...], classes: list[str]) -> str:
    first = f'<th scope="row">{_text(row[0])}</th>'
    rest = (f"<td {kind}>{_text(cell)}</td>" for cell, kind in zip(row[1:], classes[1:], strict=True))
    return f"<tr>{first}{''.join(rest)}</tr>"
