"""The forms of the pages, in the look of the design system."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import available_timezones

from django import forms

from milepost.authorities import AUTHORITIES
from milepost.domain.item import Grouping, SourceKind
from milepost.domain.rating import Rating

_ISO: Final = "%Y-%m-%d"
_FORMATS: Final = (
    "Nessus (.nessus), Trivy JSON, Grype JSON, STIG checklist (.ckl, .cklb). "
    "The format is recognised by content."
)
_GROUPINGS: Final = (
    (Grouping.WEAKNESS, "One item for a weakness in the whole system"),
    (Grouping.ASSET, "One item for a weakness on each asset"),
)
_RATINGS: Final = (
    *((Rating.HIGH, "High"), (Rating.MODERATE, "Moderate"), (Rating.LOW, "Low")),
    (Rating.NONE, "Not rated yet"),
)


def _day(label: str, hint: str = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "usa-input"}, format=_ISO)
    return forms.DateField(
        label=label, help_text=hint, required=required, widget=widget, input_formats=[_ISO]
    )


def _text(label: str, most: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "usa-input"})
    return forms.CharField(label=label, max_length=most, help_text=hint, required=required, widget=widget)


def _long(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "class": "usa-textarea"})
    return forms.CharField(label=label, max_length=50_000, help_text=hint, required=False, widget=widget)


def _choice(
    label: str, choices: Iterable[tuple[str, str]], initial: str, hint: str = "", *, required: bool = True
) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "usa-select"})
    return forms.ChoiceField(
        label=label, choices=list(choices), initial=initial, help_text=hint, required=required, widget=widget
    )


def _file(label: str, hint: str, *, required: bool = True) -> forms.FileField:
    widget = forms.ClearableFileInput(attrs={"class": "usa-file-input"})
    return forms.FileField(label=label, help_text=hint, required=required, widget=widget)


class UploadForm(forms.Form):
    """A report to import, and what the file itself may not say."""

    file = _file("Scan report", _FORMATS)
    scanned_on = _day("Day of the scan", "Only if the file does not say, or says it wrong.", required=False)
    asset = _text("Asset", 500, "Only if the file does not name what was scanned, or names it wrong.")


class SystemForm(forms.Form):
    """A system to add."""

    name = _text("Name", 200, "As in the system security plan.", required=True)
    authority = _choice("Authority", [(each.name, each.title) for each in AUTHORITIES], AUTHORITIES[0].name)
    impact = _choice(
        "Impact level",
        [(name, name.replace("-", " ").capitalize()) for each in AUTHORITIES for name in each.impacts],
        "moderate",
    )
    provider = _text("Provider or owner", 200, "Stands in the head of the POA&M.")
    point_of_contact = _text("Point of contact", 200, "Answers for items that have no contact of their own.")
    time_zone = _choice(
        "Time zone",
        [(zone, zone) for zone in sorted(available_timezones())],
        "UTC",
        "Days begin in this zone.",
    )
    grouping = _choice("What becomes one item", _GROUPINGS, Grouping.WEAKNESS)
    item_prefix = _text("Item identifiers begin with", 20, "With V- the first item is V-1.")


class ItemForm(forms.Form):
    """An item that a person reports."""

    name = _text("Weakness", 1000, "What is weak, in a few words.", required=True)
    description = _long("Description")
    detected_on = _day("Detected on", "The scheduled date follows from this day and the rating.")
    risk = _choice("Risk rating", _RATINGS, Rating.NONE, required=False)
    source_kind = _choice(
        "Found by",
        [(kind, kind.replace("_", " ").capitalize()) for kind in SourceKind],
        SourceKind.SELF_ASSESSMENT,
    )
    source_name = _text(
        "Name of the source", 500, "The assessment, audit or tool, as an assessor would name it."
    )
    source_id = _text("Identifier at the source", 300)
    controls = _text("Controls", 500, "Separated by commas, such as AC-2, AC-3.")
    affected_assets = _long("Affected assets", "One on each line.")
    cves = _text("CVEs", 500, "Separated by commas.")
    remediation_plan = _long("Planned remediation")
    responsible = _text("Responsible person or office", 300)
    point_of_contact = _text("Point of contact", 300)
    person = _text("Your name", 200, "Stands in the item's history. There is no sign-in yet.", required=True)


class ExportForm(forms.Form):
    """A document to write."""

    layout = _choice("Layout", [("3.0", "3.0"), ("2.1", "2.1")], "3.0")
    template = _file("Official template", "A copy of the official workbook to fill.", required=False)
