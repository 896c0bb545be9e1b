"""The shape of an HDF document, as far as it is read; every optional field may be missing or odd."""

import msgspec

Word = str | int | float | bool | None
Words = list[Word] | Word

NONE = msgspec.Raw(b"null")
"""What a field holds that is not there."""


class Description(msgspec.Struct):
    """One labelled text of a control (`check`, `fix`)."""

    label: Word = None
    data: Word = None


class Tags(msgspec.Struct):
    """What a control is tagged with, as far as it is read."""

    gid: Word = None
    rid: Word = None
    stig_id: Word = None
    severity: Word = None
    severityoverride: Word = None
    severityjustification: Word = None
    fix: Word = None
    cci: Words = None
    cve: Words = None
    cwe: Words = None
    nist: Words = None


class Outcome(msgspec.Struct):
    """One test of a control."""

    status: Word = None
    code_desc: Word = None
    message: Word = None
    backtrace: msgspec.Raw = NONE
    start_time: Word = None


class Waiver(msgspec.Struct):
    """That somebody accepted a control; `skipped_due_to_waiver` tells whether it was left untested."""

    justification: Word = None
    skipped_due_to_waiver: Word = None
    expiration_date: Word = None


class Attestation(msgspec.Struct):
    """That somebody vouched for a control that no tool can test."""

    status: Word = None


class Control(msgspec.Struct):
    """One control of a profile."""

    id: str
    title: Word = None
    desc: Word = None
    descriptions: list[Description] | dict[str, Word] | None = None
    impact: Word = None
    tags: Tags | list[msgspec.Raw] | None = None
    results: list[Outcome] | None = None
    waiver_data: Waiver | list[msgspec.Raw] | None = None
    attestation_data: Attestation | list[msgspec.Raw] | None = None


class Profile(msgspec.Struct):
    """A profile: its controls, and the profile that wraps it."""

    name: Word = None
    title: Word = None
    version: Word = None
    parent_profile: Word = None
    controls: list[msgspec.Raw] | None = None


class Platform(msgspec.Struct):
    """What was tested, and which node it was."""

    name: Word = None
    target_id: Word = None


class ChecklistAsset(msgspec.Struct):
    """The asset of the checklist from which the document was made."""

    hostname: Word = None
    hostip: Word = None
    hostfqdn: Word = None
    webdbsite: Word = None
    webdbinstance: Word = None


class Checklist(msgspec.Struct):
    """The checklist from which the document was made."""

    asset: ChecklistAsset | None = None


class HostTag(msgspec.Struct):
    """One property of a host of Nessus."""

    name: Word = None
    text: Word = None


class HostProperties(msgspec.Struct):
    """The properties of a host of Nessus."""

    tag: list[HostTag] | HostTag | None = None


class HostData(msgspec.Struct):
    """A host of Nessus."""

    properties: HostProperties | None = msgspec.field(name="HostProperties", default=None)


class Auxiliary(msgspec.Struct):
    """What the converter kept of the tool's own report."""

    name: Word = None
    data: msgspec.Raw = NONE


class Passthrough(msgspec.Struct):
    """What the document keeps of the report from which it was made."""

    checklist: msgspec.Raw = NONE
    auxiliary_data: msgspec.Raw = NONE


class Document(msgspec.Struct):
    """An HDF document."""

    platform: Platform | None = None
    profiles: list[msgspec.Raw] | None = None
    version: Word = None
    passthrough: msgspec.Raw = NONE


def text(value: Word) -> str:
    """Return a value as text without blanks around it; nothing for what is no value."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def texts(value: Words) -> tuple[str, ...]:
    """Return one value or several as distinct texts, without the empty ones."""
    several = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(filter(None, map(text, several))))
