"""A form as a document among others: recognised by its headings, read and written as table."""

from dataclasses import dataclass
from pathlib import Path

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.forms.form import Form
from milepost.authorities.forms.hearing import read_form, recognises
from milepost.authorities.forms.rules import told
from milepost.authorities.forms.saying import Saying
from milepost.authorities.forms.writing import Task, write_form
from milepost.domain.plan_document import PlanDocument


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A document that is one table: a workbook, CSV or Word file by its ending."""

    form: Form
    suffix: str = ".csv"

    @property
    def name(self) -> str:
        """The short name."""
        return self.form.name

    @property
    def title(self) -> str:
        """The name for people."""
        return self.form.title

    @property
    def carries(self) -> frozenset[str]:
        """The fields of an item that it can say."""
        return self.form.carries

    def recognises(self, path: Path) -> bool:
        """Tell by its headings whether a file is such a table."""
        return recognises(self.form, path)

    def read(self, path: Path, name: str) -> PlanDocument:
        """Read the items; see `PlanFormat.read`."""
        return read_form(self.form, path, name)

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the items by the ending of the file; see `PlanFormat.write`."""
        saying = Saying(self.form, plan, writing.as_of)
        problems = [*told(saying), *write_form(Task(saying, writing, out))]
        return Written({self.form.sheet: len(plan.items)}, tuple(problems))
