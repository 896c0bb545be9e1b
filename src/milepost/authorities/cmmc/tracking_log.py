"""The POA&M tracking log as a document among others: Markdown, a workbook, CSV or Word by its ending."""

from pathlib import Path

from milepost.authorities.cmmc.log_items import FORM, LogTexts, Section, item_of
from milepost.authorities.cmmc.log_markdown import facts_of, filled_log, new_log, sections
from milepost.authorities.cmmc.log_word import read_log, write_log
from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.forms.rules import told
from milepost.authorities.forms.saying import Saying
from milepost.authorities.forms.table_document import TableDocument
from milepost.authorities.intake.delimited import text_of
from milepost.authorities.intake.tables import head_of, is_package
from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import InputRefused, UnknownFormat, WrongUse
from milepost.domain.plan_document import Part, PlanDocument, PlanSheet
from milepost.domain.problem import Problem
from milepost.workbooks.word import is_word

_MARKDOWN, _WORD = ".md", ".docx"
_UTF_8_MARK = b"\xef\xbb\xbf"


class TrackingLog:
    """The log; a base may be Markdown, a workbook or CSV."""

    name = FORM.name
    title = FORM.title
    suffix = _MARKDOWN
    carries = FORM.carries

    def __init__(self) -> None:
        """Take the same fields as a table for workbooks and CSV."""
        self._table = TableDocument(FORM)

    def recognises(self, path: Path) -> bool:
        """Tell whether a file has sections of items, or a table with the log's headings."""
        try:
            return bool(_sections(path, path.name)[0]) or self._table.recognises(path)
        except (InputRefused, OSError):
            return False

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the items; see `PlanFormat.read`."""
        found, facts = _sections(path, name)
        if not found:
            return self._table.read(path, name)
        document = PlanDocument(name=name, layout=FORM.name, title=FORM.title, profile="cmmc-l2", facts=facts)
        columns = {column.carried: number for number, column in enumerate(FORM.columns)}
        document.sheets = [PlanSheet(name, Part.MIXED, 0, columns, lines=True)]
        document.items = [item_of(section) for section in found]
        document.fields = FORM.carries | {"status_label"}
        return document

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the items by the ending of the file; see `PlanFormat.write`."""
        suffix = out.suffix.casefold()
        if suffix == _MARKDOWN:
            problems = [*told(Saying(FORM, plan, writing.as_of)), *_write_markdown(plan, out, writing)]
            return Written({"log": len(plan.items)}, tuple(problems))
        if suffix == _WORD:
            if writing.base:
                what = "a Word document is not filled in place"
                raise WrongUse(what, where=writing.base.name, fix="write without a base, or as .md or .xlsx")
            write_log(plan, out, writing.as_of)
            return Written({"log": len(plan.items)}, tuple(told(Saying(FORM, plan, writing.as_of))))
        return self._table.write(plan, out, writing)


FORMAT = TrackingLog()


def _sections(path: Path, name: str) -> tuple[list[Section], dict[str, str]]:
    """Return the sections of a Markdown text or a Word document; none for other files."""
    if is_package(head_of(path)):
        return read_log(path, name) if is_word(path) else ([], {})
    if path.suffix.casefold() not in {_MARKDOWN, ".markdown", ".txt"}:
        return [], {}
    text = text_of(path.read_bytes(), name)
    return sections(text), facts_of(text)


def _write_markdown(plan: PlanDocument, out: Path, writing: Writing) -> list[Problem]:
    if writing.base is None:
        content, problems = new_log(LogTexts(plan, writing.as_of)).encode(), list[Problem]()
    else:
        before = writing.base.read_bytes()
        encoding = _encoding(before, writing.base.name)
        text, problems = filled_log(before.decode(encoding), writing.base.name, LogTexts(plan, writing.as_of))
        content = text.encode(encoding, "xmlcharrefreplace")
    with saved(out) as file:
        file.write(content)
    return problems


def _encoding(content: bytes, name: str) -> str:
    """Return the encoding that a base is read and written back in."""
    if b"\0" in content:
        raise UnknownFormat("the base is no Markdown", where=name, fix="choose a log that ends in .md")
    if content.startswith(_UTF_8_MARK):
        return "utf-8-sig"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"
