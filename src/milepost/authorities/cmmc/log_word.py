"""A tracking log as a Word document: a heading and a table of fields for each item, counts before them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from milepost.authorities.cmmc.log_items import LogTexts, Section
from milepost.authorities.forms.writing import counts
from milepost.authorities.word.writer import Grid, Heading, Paragraph, Part, write_word
from milepost.domain.plan_document import PlanDocument
from milepost.workbooks.word import word_blocks

_TITLE = "Plan of Action and Milestones (POA&M) Tracking Log"
_SYSTEM = "System: "
_PAIR = 2


def write_log(plan: PlanDocument, out: Path, as_of: date) -> None:
    """Write the log; boxes of milestones are signs that screen readers name."""
    system = plan.facts.get("system", "") or plan.name
    write_word(out, f"{_TITLE}: {system}", as_of, _parts(LogTexts(plan, as_of), system))


def _parts(texts: LogTexts, system: str) -> Iterator[Part]:
    yield Heading(_TITLE, 0)
    yield Paragraph(f"{_SYSTEM}{' '.join(system.split())}")
    yield Paragraph(f"Date: {texts.as_of:%Y-%m-%d}")
    yield Heading("Summary")
    rows = [(word, str(count)) for word, count in counts(texts.saying).items()]
    yield Grid("Number of items by status", ("Count", "Number"), rows, (3, 1), named_rows=True)
    yield Heading("POA&M Items")
    for item in texts.plan.items:
        name = f"{' '.join(item.id.split())}: {' '.join(item.title.split())}"
        yield Heading(name, 2)
        fields = [(heading, _boxed(heading, text)) for heading, text in texts.of(item).items()]
        yield Grid(f"Fields of {name}", ("Field", "Value"), fields, (1, 4), named_rows=True)


def _boxed(heading: str, text: str) -> str:
    if heading != "Milestones":
        return text
    lines = (
        line.replace("[x]", "☒", 1).replace("[X]", "☒", 1).replace("[ ]", "☐", 1)
        for line in text.splitlines()
    )
    return "\n".join(lines)


def read_log(path: Path, name: str) -> tuple[list[Section], dict[str, str]]:
    """Return the items of a log and the facts above them.

    Raises:
        InputRefused: it is no Word document, or damaged.
    """
    found: list[Section] = []
    facts: dict[str, str] = {}
    heading = ""
    for number, block in enumerate(word_blocks(path, name), 1):
        if block.text.strip():
            heading = block.text.strip()
            if heading.startswith(_SYSTEM) and not found:
                facts["system"] = heading.removeprefix(_SYSTEM)
        elif block.rows:
            found.append(_section(heading, block.rows, number))
    return [section for section in found if section.is_item], facts


def _section(heading: str, rows: tuple[tuple[str, ...], ...], number: int) -> Section:
    identifier, colon, title = heading.partition(":")
    section = Section(
        identifier.strip() if colon else "", (title if colon else heading).strip(), first=number
    )
    section.fields |= {row[0].strip(): row[1] for row in rows[1:] if len(row) == _PAIR}
    return section
