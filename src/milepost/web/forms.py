"""The forms of the pages, in the look of the design system."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from django import forms

from milepost.authorities.cisa.bod_26_04 import Assumptions, Clock
from milepost.authorities.fedramp import AUTHORITY as FEDRAMP
from milepost.domain.item import Grouping, SourceKind
from milepost.domain.rating import Rating
from milepost.domain.severity import Severity
from milepost.scanners.sheets.columns import DAY_ORDERS
from milepost.work.own_profiles import known_profiles
from milepost.work.terms import Chosen, known_authorities

if TYPE_CHECKING:
    from django.core.files import File
    from django.http import HttpRequest

_ISO: Final = "%Y-%m-%d"
_FORMATS: Final = (
    "Reports of scanners, spreadsheets and CSV of findings, or archives of them (.zip, .tar.gz); "
    "several at once. The format is recognised by content."
)
_GROUPINGS: Final = (
    (Grouping.WEAKNESS, "One item for a weakness in the whole system"),
    (Grouping.ASSET, "One item for a weakness on each asset"),
)
_RATINGS: Final = (
    *((Rating.HIGH, "High"), (Rating.MODERATE, "Moderate"), (Rating.LOW, "Low")),
    (Rating.NONE, "Not rated yet"),
)
_SEVERITIES: Final = (
    ("", "Not rated yet"),
    *((each, each.capitalize()) for each in Severity if each is not Severity.UNRATED),
)


def day_field(label: str, hint: str = "", *, required: bool = True) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date", "class": "usa-input"}, format=_ISO)
    return forms.DateField(
        label=label, help_text=hint, required=required, widget=widget, input_formats=[_ISO]
    )


def text_field(label: str, most: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    """Return a field for a line of text."""
    widget = forms.TextInput(attrs={"class": "usa-input"})
    return forms.CharField(label=label, max_length=most, help_text=hint, required=required, widget=widget)


def _long(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "class": "usa-textarea"})
    return forms.CharField(label=label, max_length=50_000, help_text=hint, required=False, widget=widget)


def choice_field(
    label: str,
    choices: Iterable[tuple[str, str]] | Callable[[], Iterable[tuple[str, str]]],
    initial: str,
    hint: str = "",
    *,
    required: bool = True,
) -> forms.ChoiceField:
    """Return a field for one of several values."""
    widget = forms.Select(attrs={"class": "usa-select"})
    return forms.ChoiceField(
        label=label,
        choices=choices if callable(choices) else list(choices),
        initial=initial,
        help_text=hint,
        required=required,
        widget=widget,
    )


def _authorities() -> list[tuple[str, str]]:
    found = [(each.name, each.title) for each in known_authorities()]
    return sorted(found, key=lambda each: (each[0] != FEDRAMP.name, each[1]))


def _profiles() -> list[tuple[str, str]]:
    newest = {each.name: each.title for each in known_profiles()}
    return sorted(newest.items(), key=lambda each: each[1].casefold())


def judges() -> list[tuple[str, str]]:
    """Return the profiles to judge by."""
    return [("", "As the layout says"), *_profiles()]


def _further_levels() -> list[tuple[str, str]]:
    return [("", "The same as under the first authority"), *_levels()]


def _levels() -> list[tuple[str, str]]:
    names = dict.fromkeys(name for each in known_authorities() for name in each.impacts)
    return [(name, name.replace("-", " ").capitalize()) for name in names]


def _kinds_of_source() -> list[tuple[str, str]]:
    return [(kind, kind.replace("_", " ").capitalize()) for kind in SourceKind]


def file_field(label: str, hint: str, *, required: bool = True) -> forms.FileField:
    """Return a field for a file."""
    widget = forms.ClearableFileInput(attrs={"class": "usa-file-input"})
    return forms.FileField(label=label, help_text=hint, required=required, widget=widget)


class _SeveralFiles(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One file or several; its cleaned value is a list."""

    widget = _SeveralFiles

    def clean(self, data: object, initial: object = None) -> "list[File[bytes]]":
        """Check each of the files."""
        given = data if isinstance(data, list) else [data]
        return [super(_FilesField, self).clean(each, initial) for each in given or [None]]


class UploadForm(forms.Form):
    """Reports to import, and what the files themselves may not say."""

    file = _FilesField(
        label="Files",
        help_text=_FORMATS,
        widget=_SeveralFiles(attrs={"class": "usa-file-input"}),
    )
    scanned_on = day_field(
        "Day of the scan", "Only if the file does not say, or says it wrong.", required=False
    )
    asset = text_field("Asset", 500, "Only if the file does not name what was scanned, or names it wrong.")
    source_kind = choice_field("Found by", _kinds_of_source(), SourceKind.SCAN, required=False)
    detector = text_field(
        "Detector", 300, "For spreadsheets and CSV: the assessment or tool, as an assessor would name it."
    )


class FindingForm(forms.Form):
    """A finding that a person made, on assets: an item is opened for it as for what a scanner finds."""

    title = text_field("Finding", 1000, "What is weak, in a few words.", required=True)
    source_kind = choice_field(
        "Found by",
        [each for each in _kinds_of_source() if each[0] != SourceKind.SCAN],
        SourceKind.PENETRATION_TEST,
    )
    severity = choice_field("Severity", _SEVERITIES, "", required=False)
    found_on = day_field("Found on", "The due date follows from this day and the rating.")
    assets = text_field("Assets", 2000, "Separated by commas. Empty: the system as a whole.")
    location = text_field("Place on the asset", 500, "Such as 443/tcp, or a path.")
    description = _long("Description")
    evidence = _long("Evidence", "What was seen; passwords and keys are masked.")
    solution = _long("What helps")
    detector = text_field("Detector", 300, "The test, audit or tool, as an assessor would name it.")
    identifier = text_field("Identifier in their report", 200, "One is given if there is none.")
    cves = text_field("CVEs", 500, "Separated by commas.")
    controls = text_field("Controls", 500, "Separated by commas, such as AC-2, AC-3.")


class ColumnsForm(forms.Form):
    """What a mapping of columns says beside the columns themselves."""

    name = text_field(
        "Name of the mapping", 200, "Tables with the same headings are read by it.", required=True
    )
    day_order = choice_field(
        "Dates like 01/02/2026",
        [("", "As the other dates of the column say"), *((each, each.capitalize()) for each in DAY_ORDERS)],
        "",
        required=False,
    )
    source = text_field("Identifiers given by", 300, "The team or tool; its identifiers are its own.")
    severities = _long("Other words for severity", "One on each line, such as: Sev 1 = critical")


class SystemForm(forms.Form):
    """A system to add."""

    name = text_field("Name", 200, "As in the system security plan.", required=True)
    authority = choice_field("Authority", _authorities, FEDRAMP.name)
    impact = choice_field("Impact level, class or level", _levels, "moderate", "As the authority names it.")
    provider = text_field("Provider or owner", 200, "Stands in the head of the POA&M.")
    point_of_contact = text_field(
        "Point of contact", 200, "Answers for items that have no contact of their own."
    )
    time_zone = choice_field(
        "Time zone",
        [(zone, zone) for zone in sorted(available_timezones())],
        "UTC",
        "Days begin in this zone.",
    )
    grouping = choice_field("What becomes one item", _GROUPINGS, Grouping.WEAKNESS)
    item_prefix = text_field("Item identifiers begin with", 20, "With V- the first item is V-1.")


class ItemForm(forms.Form):
    """An item that a person reports."""

    name = text_field("Weakness", 1000, "What is weak, in a few words.", required=True)
    description = _long("Description")
    detected_on = day_field("Detected on", "The scheduled date follows from this day and the rating.")
    risk = choice_field("Risk rating", _RATINGS, Rating.NONE, required=False)
    source_kind = choice_field(
        "Found by",
        _kinds_of_source(),
        SourceKind.SELF_ASSESSMENT,
    )
    source_name = text_field(
        "Name of the source", 500, "The assessment, audit or tool, as an assessor would name it."
    )
    source_id = text_field("Identifier at the source", 300)
    controls = text_field("Controls", 500, "Separated by commas, such as AC-2, AC-3.")
    affected_assets = _long("Affected assets", "One on each line.")
    cves = text_field("CVEs", 500, "Separated by commas.")
    remediation_plan = _long("Planned remediation")
    responsible = text_field("Responsible person or office", 300)
    point_of_contact = text_field("Point of contact", 300)
    person = text_field(
        "Your name", 200, "Stands in the item's history. There is no sign-in yet.", required=True
    )


class EvidenceForm(forms.Form):
    """Files that prove something about an item."""

    file = _FilesField(
        label="Files",
        help_text="Kept unchanged under their SHA-256; each is evidence of its own.",
        widget=_SeveralFiles(attrs={"class": "usa-file-input"}),
    )
    title = text_field("Title", 300, "The file's name if empty.")
    version_of = choice_field("Newer version of", (), "", "Then give one file.", required=False)
    since = day_field(
        "Retention counts from", "Such as the CMMC status date; today if not known.", required=False
    )
    remark = text_field("Remark", 1000, "What changed in a newer version.")
    person = text_field(
        "Your name", 200, "Stands in the item's history. There is no sign-in yet.", required=True
    )

    @classmethod
    def of(cls, known: Iterable[tuple[str, str]], request: "HttpRequest") -> "EvidenceForm":
        """Return the form as it was sent, if it was, with the evidence that a file can be a version of."""
        form = cls(request.POST, request.FILES) if request.method == "POST" else cls()
        choice = form.fields["version_of"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", "None: it is new"), *known]
        return form


class ExportForm(forms.Form):
    """A document to write."""

    layout = choice_field("Layout", [("3.0", "3.0"), ("2.1", "2.1")], "3.0")
    template = file_field("Official template", "A copy of the official workbook to fill.", required=False)


class CheckFileForm(forms.Form):
    """A document to check; nothing of it is kept."""

    file = file_field("Document", "A plan of action and milestones: workbook, CSV or Markdown.")
    profile = choice_field("Judged by", judges, "", "Whose rules count.", required=False)


class ObligationForm(forms.Form):
    """A profile that a system answers to beside its first authority, and what it chooses of its rules."""

    profile = choice_field("Profile", _profiles, "", "Of several authorities the strictest rule holds.")
    level = choice_field("Level there", _further_levels, "", "As that authority names it.", required=False)
    since = day_field("Since", "Items opened before this day take the version of this day.")
    unknown_exposure = choice_field(
        "BOD 26-04: an asset of unknown exposure counts as",
        [("exposed", "Publicly exposed"), ("internal", "Internal")],
        "exposed",
        "An unconfirmed default: the directive itself was not read.",
    )
    missing_answers = choice_field(
        "BOD 26-04: where another answer is missing",
        [("assumed", "Assume not automatable and total impact"), ("sixty", "Take 60 days")],
        "assumed",
    )
    clock = choice_field(
        "BOD 26-04: days count from",
        [
            ("earlier", "The earlier of CISA's entry and the detection"),
            ("later", "The later of CISA's entry and the detection"),
        ],
        "earlier",
    )
    conditional_since = day_field(
        "CMMC: conditional status since", "Its status date, if it has one.", required=False
    )

    def chosen(self) -> Chosen:
        """Return what was chosen of the rules."""
        said = self.cleaned_data
        assumptions = Assumptions(
            exposed=said["unknown_exposure"] == "exposed",
            sixty_days=said["missing_answers"] == "sixty",
            clock=Clock(said["clock"]),
        )
        return Chosen(assumptions, said["conditional_since"])


class PublicationForm(forms.Form):
    """A publication to put on the shelf."""

    file = file_field(
        "Publication",
        "CISA's catalog of exploited vulnerabilities (JSON), CVE records with CISA's decision points (JSON,"
        " zip), or FIRST's EPSS (CSV, also gzip). It is recognised by content.",
    )
    person = text_field(
        "Your name", 200, "Stands beside the publication. There is no sign-in yet.", required=True
    )
