"""`milepost asset`: what the scans look at, and whether people outside can reach it."""

import click

from milepost.cli.asking import Asked, asked, register_ready

_EXPOSURE = {"exposed": True, "internal": False, "unknown": None}
_WORDS = {True: "publicly exposed", False: "internal", None: "exposure unknown"}


@click.group()
def asset() -> None:
    """List the assets of a system, and say which are publicly exposed."""


@asset.command("list")
@click.option("--system", required=True, help="The system.")
@asked
def list_assets(asked_for: Asked, /, system: str) -> None:
    """List the assets of a system."""
    register_ready()
    from milepost.records.queries.assets import asset_rows
    from milepost.work import finding_systems

    rows = asset_rows(finding_systems.by_name(system).pk)
    asked_for.answer(
        {"assets": [row._asdict() for row in rows]},
        lambda: (
            "\n".join(f"{row.name} ({row.kind}): {_WORDS[row.exposed]}" for row in rows) or "No assets yet."
        ),
    )


@asset.command("set")
@click.argument("names", nargs=-1, required=True)
@click.option("--system", required=True, help="The system.")
@click.option("--exposure", type=click.Choice(sorted(_EXPOSURE)), required=True, help="What holds for them.")
@asked
def set_exposure(asked_for: Asked, /, names: tuple[str, ...], system: str, exposure: str) -> None:
    """Say whether assets are publicly exposed; NAMES may be patterns such as 'web-*'."""
    register_ready()
    from milepost.work import finding_systems
    from milepost.work.expose_assets import expose_assets

    found = finding_systems.by_name(system)
    changed, items = expose_assets(found, names, exposed=_EXPOSURE[exposure], as_of=asked_for.as_of)
    asked_for.answer(
        {"assets": list(changed), "exposure": exposure, "items_with_another_date": items.changed},
        lambda: f"{len(changed)} assets are {exposure} now; {items.changed} items have another due date.",
    )
