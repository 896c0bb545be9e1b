"""The forms of the report pages: a report to write, and the package of a month."""

from typing import Final

from django import forms

from milepost.reports.kinds import KINDS
from milepost.web.forms import choice_field, file_field, text_field

_LAYOUTS: Final = (("3.0", "3.0"), ("2.1", "2.1"))


class ReportForm(forms.Form):
    """A report to write."""

    kind = forms.ChoiceField(choices=[(name, name) for name in KINDS], widget=forms.RadioSelect)
    period = text_field(
        "Period", 40, "2026-11, 2026-Q4, 2026, FY2027-Q1 or DAY..DAY. Empty: the one that the day falls into."
    )
    item = text_field("Item", 60, "Its identifier, for the dossier and the closure certificate.")
    marking = text_field("Marking", 60, "Stands on every page, such as CUI.")


class PackageForm(forms.Form):
    """The package of a month, and the user's own files to fill."""

    month = text_field("Month", 7, "As 2026-11.", required=True)
    layout = choice_field("Layout of the POA&M", _LAYOUTS, "3.0")
    previous = file_field("Last month's POA&M workbook", "What changed since then is listed.", required=False)
    inventory = file_field("Inventory", "Your inventory workbook, or the empty official one.", required=False)
    poam_template = file_field("POA&M template", "The official workbook to fill.", required=False)
    deviation_form = file_field("Deviation request form", "Your own, or the official one.", required=False)
    summary_template = file_field("Executive summary", "The official monthly form to fill.", required=False)
    annual_assessment = text_field("Annual assessment", 500, "How it stands, for the summary.")
