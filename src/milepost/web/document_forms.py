"""The forms of pages that take documents: to read and convert one, to compare two, to score one."""

from typing import Final

from django import forms

from milepost.authorities.documents import formats
from milepost.web.forms import choice_field, day_field, file_field, judges

_NO_FORMAT: Final = ("", "Choose a format")
_LEVELS: Final = (("", "As the file says, else 2"), ("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"))
_KINDS: Final = (
    ("", "As the file says, else a self-assessment"),
    ("self", "Self-assessment"),
    ("c3pao", "C3PAO"),
    ("dibcac", "DIBCAC"),
)
_PLANS: Final = (("", "As the file says, else yes"), ("yes", "Yes"), ("no", "No"))


def _targets() -> list[tuple[str, str]]:
    return [_NO_FORMAT, *((each.name, each.title) for each in formats())]


class DocumentForm(forms.Form):
    """A document to read and check, and the format to convert it to; nothing of it is kept."""

    file = file_field(
        "Document",
        "A plan of action and milestones (workbook, CSV, Word, Markdown, OSCAL) or a scanner's report.",
    )
    profile = choice_field("Judged by", judges, "", "Whose rules count.", required=False)
    target = choice_field(
        "Convert to",
        _targets,
        "",
        "What it cannot carry is listed before anything is written.",
        required=False,
    )
    accept = forms.BooleanField(
        label="Go on although something is lost",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"}),
    )


class CompareForm(forms.Form):
    """Two documents to compare; nothing of them is kept."""

    before = file_field("Earlier document", "Last month's plan, say.")
    after = file_field("Later document", "In the same format or in another one.")


class AssessmentForm(forms.Form):
    """An assessment under CMMC, and what is known of it beside the file; nothing of it is kept."""

    file = file_field(
        "Assessment",
        "A gap workbook (.xlsx), CSV, Markdown or JSON: a result for each requirement or objective.",
    )
    level = choice_field("Level", _LEVELS, "", required=False)
    kind = choice_field("Assessed by", _KINDS, "", required=False)
    ssp = choice_field("A system security plan is in place", _PLANS, "", required=False)
    status_date = day_field(
        "CMMC status date", "The 180 days of a conditional status count from it.", required=False
    )
