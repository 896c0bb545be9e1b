"""The forms of the pages, in the look of the design system."""

from typing import Final
from zoneinfo import available_timezones

from django import forms

from milepost.authorities import AUTHORITIES
from milepost.domain.item import Grouping, SourceKind
from milepost.domain.rating import Rating

_CLASSES: Final = (
    (forms.ClearableFileInput, "usa-file-input"),
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Select, "usa-select"),
    (forms.Textarea, "usa-textarea"),
    (forms.Widget, "usa-input"),
)
_GROUPINGS: Final = {
    Grouping.WEAKNESS: "One item for a weakness in the whole system",
    Grouping.ASSET: "One item for a weakness on each asset",
}
_FORMATS: Final = (
    "Nessus (.nessus), Trivy JSON, Grype JSON, STIG checklist (.ckl, .cklb). The format is recognised by content."
)
_RATINGS: Final = [
    (Rating.HIGH, "High"),
    (Rating.MODERATE, "Moderate"),
    (Rating.LOW, "Low"),
    (Rating.NONE, "Not rated yet"),
]


class StyledForm(forms.Form):
    """A form whose fields carry the classes of the design system; labels come without a colon."""

    def get_context(self) -> dict[str, object]:
        """Return what templates see."""
        return {**super().get_context()}


def _day(label: str, hint: str = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=required, widget=widget, input_formats=["%Y-%m-%d"])


def _text(label: str, most: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, help_text=hint, required=required)


def _long(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=50_000, help_text=hint, required=False, widget=widget)


class UploadForm(StyledForm):
    """A report to import, and what the file itself may not say."""

    file = forms.FileField(
        label="Scan report",
        help_text=_FORMATS,
        widget=forms.ClearableFileInput,
    )
    scanned_on = _day("Day of the scan", "Only if the file does not say, or says it wrong.", required=False)
    asset = _text("Asset", 500, "Only if the file does not name what was scanned, or names it wrong.")


class SystemForm(StyledForm):
    """A system to add."""

    name = _text("Name", 200, "As in the system security plan.", required=True)
    authority = forms.ChoiceField(label="Authority", choices=[(each.name, each.title) for each in AUTHORITIES])
    impact = forms.ChoiceField(
        label="Impact level",
        choices=[(name, name.replace("-", " ").title()) for each in AUTHORITIES for name in each.impacts],
        initial="moderate",
    )
    provider = _text("Provider or owner", 200, "Stands in the head of the POA&M.")
    point_of_contact = _text("Point of contact", 200, "Answers for items that have no contact of their own.")
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Days begin in this zone.",
        choices=[(zone, zone) for zone in sorted(available_timezones() - {"localtime"})],
        initial="UTC",
    )
    grouping = forms.ChoiceField(label="What becomes one item", choices=list(_GROUPINGS.items()))
    item_prefix = _text("Item identifiers begin with", 20, "The first item is then V-1.")


class ItemForm(StyledForm):
    """An item that a person reports."""

    name = _text("Weakness", 1000, "What is weak, in a few words.", required=True)
    description = _long("Description")
    detected_on = _day("Detected on", "The scheduled date follows from this day and the rating.")
    risk = forms.ChoiceField(label="Risk rating", choices=_RATINGS, required=False)
    source_kind = forms.ChoiceField(
        label="Found by",
        choices=[(kind, kind.replace("_", " ").capitalize()) for kind in SourceKind],
        initial=SourceKind.SELF_ASSESSMENT,
    )
    source_name = _text("Name of the source", 500, "The assessment, audit or tool, as an assessor would name it.")
    source_id = _text("Identifier at the source", 300)
    controls = _text("Controls", 500, "Separated by commas, such as AC-2, AC-3.")
    affected_assets = _long("Affected assets", "One on each line.")
    cves = _text("CVEs", 500, "Separated by commas.")
    remediation_plan = _long("Planned remediation")
    responsible = _text("Responsible person or office", 300)
    point_of_contact = _text("Point of contact", 300)
    person = _text("Your name", 200, "Stands in the item's history. There is no sign-in yet.", required=True)


class ExportForm(StyledForm):
    """A document to write."""

    layout = forms.ChoiceField(label="Layout", choices=[("3.0", "3.0"), ("2.1", "2.1")], widget=forms.RadioSelect)
    template = forms.FileField(label="Official template", required=False, widget=forms.ClearableFileInput)
