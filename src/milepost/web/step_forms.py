"""The form of a step of the lifecycle: it asks for what the table says that the step needs, and no more."""

from collections.abc import Mapping
from typing import Final

from django import forms

from milepost.domain import guards as g
from milepost.domain.case import Proposal
from milepost.domain.guards import Guard
from milepost.domain.item import VerificationMethod
from milepost.domain.rating import Rating
from milepost.domain.transition import Transition
from milepost.web.clock import today

_ISO: Final = "%Y-%m-%d"
_ASKED: Final[Mapping[str, tuple[Guard, ...]]] = {
    "until": (g.LATER_DATE, g.EXPIRY_AHEAD, g.ASSESSMENT_LATER),
    "completed_on": (g.FIX_DATED,),
    "evidence": (g.EVIDENCE_NAMED,),
    "evidence_on": (g.EVIDENCE_AFTER_FIX,),
    "explanation": (g.MILESTONES_DONE,),
    "threat": (g.THREAT_DESCRIBED,),
    "mitigations": (g.MITIGATIONS_GIVEN,),
    "residual_risk": (g.RESIDUAL_RISK_STATED,),
    "method": (g.METHOD_NAMED,),
    "receiver": (g.RECEIVER_NAMED,),
}
_OPTIONAL: Final = frozenset({g.ASSESSMENT_LATER, g.MILESTONES_DONE})
_LABELS: Final = {
    "until": ("Up to and with", "The new date, the last day, or the day of the next assessment."),
    "completed_on": ("Fixed on", ""),
    "evidence": ("Evidence", "By name, as it is kept; in the vault such as E-7."),
    "evidence_on": ("Day of the evidence", "Not older than the fix."),
    "explanation": ("Why milestones are left open", "Only where some are."),
    "threat": ("Threat and its level", ""),
    "mitigations": ("What protects the system meanwhile", ""),
    "residual_risk": ("Risk that remains", ""),
    "method": ("How it was verified", ""),
    "receiver": ("System that takes it over", "As it is named in the list of systems."),
}
_DAYS: Final = frozenset({"until", "completed_on", "evidence_on"})


class StepForm(forms.Form):
    """What a person brings to a step."""

    def __init__(self, step: Transition, data: Mapping[str, object] | None) -> None:
        """Ask for what the step needs; the person is asked for always."""
        super().__init__(data)
        for name, wanted in _ASKED.items():
            found = [guard for guard in wanted if guard in step.guards]
            if found:
                self.fields[name] = _field(name, required=not _OPTIONAL.issuperset(found))
        if step.name == "claim_false_positive":
            self.fields["evidence"] = _field("evidence", required=False)
        if step.name == "request_adjustment":
            self.fields["rating"] = _choice("Rating asked for", [each.value for each in Rating if each])
        reason = forms.CharField(label="Reason", max_length=50_000, required=g.REASON_GIVEN in step.guards)
        reason.widget = forms.Textarea(attrs={"rows": 4, "class": "usa-textarea"})
        self.fields["reason"] = reason
        self.fields["person"] = forms.CharField(
            label="Your name",
            max_length=200,
            help_text="Stands in the item's history. There is no sign-in yet.",
            widget=forms.TextInput(attrs={"class": "usa-input"}),
        )

    def proposal(self, time_zone: str) -> Proposal:
        """Return what was brought, on the present day in a zone."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "rating" and value}
        return Proposal(as_of=today(time_zone), **given)

    def rating(self) -> Rating:
        """Return the rating that is asked for, if any."""
        return Rating(self.cleaned_data.get("rating", ""))


def _field(name: str, *, required: bool) -> forms.Field:
    label, hint = _LABELS[name]
    if name in _DAYS:
        widget = forms.DateInput(attrs={"type": "date", "class": "usa-input"}, format=_ISO)
        return forms.DateField(
            label=label, help_text=hint, required=required, widget=widget, input_formats=[_ISO]
        )
    if name == "method":
        return _choice(label, [each.value for each in VerificationMethod])
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=5_000,
        widget=forms.TextInput(attrs={"class": "usa-input"}),
    )


def _choice(label: str, values: list[str]) -> forms.ChoiceField:
    choices = [(value, value.replace("_", " ").capitalize()) for value in values]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "usa-select"}))
