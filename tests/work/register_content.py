"""What the register says, without the keys of its rows: two registers are the same if this is equal."""

from milepost.records import models
from milepost.records.queries.listing import item_lines

Row = tuple[object, ...]


def content(system: models.System, *, numbers: bool = False) -> dict[str, list[Row]]:
    """Return everything the register says of a system; item numbers only where asked."""
    return {
        "assets": _assets(system),
        "occurrences": _occurrences(system),
        "weaknesses": _weaknesses(system),
        "names": sorted(
            models.WeaknessName.objects.filter(system=system).values_list("weakness__name", "name")
        ),
        "standings": _standings(system),
        "items": _items(system, numbers=numbers),
    }


def _assets(system: models.System) -> list[Row]:
    rows = models.Asset.objects.filter(system=system).prefetch_related("assetidentifier_set")
    return sorted(
        (
            asset.kind,
            tuple(sorted((each.kind, each.value) for each in asset.assetidentifier_set.all())),
            asset.name,
            asset.version,
        )
        for asset in rows
    )


def _occurrences(system: models.System) -> list[Row]:
    sightings = models.Sighting.objects.in_bulk()
    rows = models.Occurrence.objects.filter(asset__system=system).select_related("asset", "weakness", "facts")
    return sorted(
        (
            row.asset.name,
            row.scope,
            row.weakness.name,
            row.locator,
            row.open,
            row.first_seen,
            row.gone_at or 0,
            row.facts.body,
            sightings[row.sighting_id].output,
            sightings[row.sighting_id].facts_id == row.facts_id,
        )
        for row in rows
    )


def _weaknesses(system: models.System) -> list[Row]:
    return sorted(
        models.Weakness.objects.filter(system=system).values_list(
            "name",
            "source_id",
            "kind",
            "title",
            "severity",
            "facts__body",
            "first_seen",
            "known_count",
            "open_count",
        )
    )


def _standings(system: models.System) -> list[Row]:
    return sorted(
        models.AssessedScope.objects.filter(system=system).values_list(
            "asset__name",
            "scope",
            "last_look",
            "last_tie",
            "version",
            "tool",
            "credentialed_once",
            "open_count",
        )
    )


def _items(system: models.System, *, numbers: bool) -> list[Row]:
    rows = []
    for line in item_lines(system.pk, system.created_on):
        said = line.as_json()
        if not numbers:
            del said["id"]
        rows.append(tuple(said.values()))
    return sorted(rows, key=repr)
