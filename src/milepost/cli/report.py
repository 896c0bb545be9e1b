"""`milepost report`: documents for people, and their sign-offs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.cli.asking import Asked, asked, register_ready
from milepost.cli.reading import problem_lines
from milepost.reports.kinds import KINDS

if TYPE_CHECKING:
    from milepost.work.reporting.sign_document import SignOffState
    from milepost.work.reporting.write_report import Written

_FILE = click.Path(path_type=Path)


@click.group()
def report() -> None:
    """Write documents for people as tagged PDF or HTML, and sign them off."""


def _add(kind: str, about: str) -> None:
    """Add the command of a kind: `milepost report KIND`."""

    @report.command(kind, help=about)
    @click.option("--system", required=True, help="The system.")
    @click.option("-o", "--output", required=True, type=_FILE, help="The .pdf or .html file to write.")
    @click.option("--period", default="", help="2026-11, 2026-Q4, 2026, FY2027-Q1, or DAY..DAY.")
    @click.option("--item", default="", help="The item, by identifier.")
    @click.option("--marking", default="", help="What stands on every page, such as CUI.")
    @asked
    def write(asked_for: Asked, system: str, output: Path, period: str, item: str, marking: str) -> None:
        register_ready()
        from milepost.work.reporting.write_report import Wish, write_report

        wish = Wish(
            kind=kind,
            system=system,
            out=output,
            as_of=asked_for.as_of,
            period=period,
            item=item,
            marking=marking,
        )
        written = write_report(wish)
        asked_for.answer(_document(written, output), lambda: _text(written, output))


for _kind in KINDS.values():
    _add(_kind.name, _kind.about)


def _document(written: "Written", output: Path) -> dict[str, object]:
    return {
        "file": str(output),
        "title": written.title,
        "as_of": written.as_of.isoformat(),
        "period": {"name": written.period.name, "first": written.period.first, "last": written.period.last},
        "sha256": written.digest,
        "problems": [problem._asdict() for problem in written.problems],
    }


def _text(written: "Written", output: Path) -> str:
    head = f"Wrote {output}: {written.title}, as of {written.as_of}. SHA-256 {written.digest}"
    return "\n".join([head, *problem_lines(written.problems)])


@report.command()
@click.argument("file", type=_FILE)
@click.option("--person", required=True, help="Who signs.")
@click.option("--title", required=True, help="Their title.")
@click.option("--organisation", required=True, help="Their organisation.")
@click.option("--role", required=True, help="The role that they hold now.")
@click.option("--location", required=True, help="Where the document is kept.")
@click.option("-o", "--output", required=True, type=_FILE, help="The folder of the records.")
@click.option("--statement", default="", help="What is attested, in your words.")
@click.option("--system", default="", help="Have this system's register confirm the role, and seal it.")
@asked
def sign(asked_for: Asked, /, file: Path, output: Path, **given: str) -> None:
    """Write the sign-off record of FILE as JSON and Markdown: who, in which role, when, which exact bytes."""
    from milepost.reports.sign_off import Attestor
    from milepost.work.reporting.sign_document import STATEMENT, Signing, sign_document

    at = datetime.now(UTC)
    attestor = Attestor(
        name=given["person"], title=given["title"], organisation=given["organisation"], role=given["role"]
    )
    signing = Signing(
        path=file,
        attestor=attestor,
        location=given["location"],
        folder=output,
        statement=given["statement"] or STATEMENT,
    )
    if given["system"]:
        register_ready()
        from milepost.work.reporting.seal_sign_off import seal_sign_off

        signed = seal_sign_off(signing, given["system"], at=at)
    else:
        signed = sign_document(signing, at=at)
    document = {
        "json": str(signed.json_file),
        "markdown": str(signed.markdown_file),
        "sha256": signed.record.document.sha256,
        "signed_at": signed.record.signed_at,
    }
    asked_for.answer(document, lambda: f"Signed {file}: {signed.json_file} and {signed.markdown_file.name}.")


@report.command()
@click.argument("record", type=_FILE)
@click.option(
    "--file", "document", type=_FILE, help="The document; default: beside the record, or as stored."
)
@click.pass_context
@asked
def verify(asked_for: Asked, ctx: click.Context, record: Path, document: Path | None) -> None:
    """Tell whether the sign-off of RECORD holds; a changed document voids it, and the exit code is 1."""
    from milepost.work.reporting.sign_document import check_sign_off

    state = check_sign_off(record, document)
    answer = {
        "record": str(record),
        "document": str(state.document),
        "holds": not state.faults,
        "faults": state.faults,
    }
    asked_for.answer(answer, lambda: _state(state))
    ctx.exit(1 if state.faults else 0)


def _state(state: "SignOffState") -> str:
    record = state.record
    who = f"{record.attestor.name}, {record.attestor.role}, {record.signed_at}"
    if not state.faults:
        return f"The sign-off holds: {record.document.name}, {who}."
    return "\n".join([f"VOID: {record.document.name}, {who}.", *(f"  {each}" for each in state.faults)])
