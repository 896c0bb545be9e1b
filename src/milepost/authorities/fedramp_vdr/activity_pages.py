"""The monthly report as Markdown and as one HTML page whose tables a screen reader can read out."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from milepost.authorities.fedramp_vdr.activity_report import ActivityReport, ReportTable

_MARKED: Final = str.maketrans({each: f"\\{each}" for each in "\\`*_[]<>#|"})
_STYLE: Final = (
    "body{font-family:sans-serif;line-height:1.5;margin:2rem auto;max-width:75rem;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "caption{font-weight:bold;text-align:left}"
    "th,td{border:1px solid #565c65;padding:.25rem .5rem;text-align:left;vertical-align:top}"
)


def as_markdown(report: ActivityReport) -> str:
    """Return the report as Markdown; what was written elsewhere stays text there."""
    lines = [f"# {_marked(report.title)}", ""]
    lines += [f"- {_marked(name)}: {_marked(value)}" for name, value in report.facts]
    for section in report.sections:
        lines += ["", f"## {_marked(section.heading)}", ""]
        lines += [_marked(sentence) for sentence in section.sentences]
        if section.table:
            lines += (
                ["", *_markdown_table(section.table)] if section.sentences else _markdown_table(section.table)
            )
    return "\n".join(lines) + "\n"


def _markdown_table(table: ReportTable) -> list[str]:
    rows = [_markdown_row(row) for row in table.rows]
    head = [f"{_marked(table.caption)}:", "", _markdown_row(table.columns)]
    return [*head, "|" + " --- |" * len(table.columns), *rows]


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_marked(cell) for cell in cells) + " |"


def _marked(text: str) -> str:
    return " ".join(text.split()).translate(_MARKED)


def as_html(report: ActivityReport) -> str:
    """Return the report as one page: captions, scoped headings of columns and rows, no script."""
    title = escape(report.title)
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in report.facts)
    body = "".join(_sections(report))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{title}</h1><dl>{facts}</dl>\n{body}</main></body></html>\n"
    )


def _sections(report: ActivityReport) -> Iterator[str]:
    for number, section in enumerate(report.sections, 1):
        heading = f'<h2 id="part-{number}">{escape(section.heading)}</h2>'
        yield f'<section aria-labelledby="part-{number}">{heading}\n'
        yield from (f"<p>{escape(sentence)}</p>\n" for sentence in section.sentences)
        if section.table:
            yield _html_table(section.table)
        yield "</section>\n"


def _html_table(table: ReportTable) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(f"<tr>{_html_row(row)}</tr>\n" for row in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"


def _html_row(cells: Sequence[str]) -> str:
    first, *rest = cells
    return f'<th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
