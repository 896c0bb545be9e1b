"""A file that waits for a decision: what is asked of its import, and its preview."""

from dataclasses import replace

from milepost.web import uploads
from milepost.web.clock import now, today
from milepost.web.frame import Room
from milepost.work.import_report import ImportReport
from milepost.work.import_scan import Order, import_scan

_NOTHING = ImportReport(
    None, "", already_imported=False, occurrences={}, weaknesses={}, items={}, problems=()
)


def preview_alone(room: Room, received: uploads.Received, wishes: uploads.Wishes) -> None:
    """Find out what importing a file would do, and keep that beside it."""
    kept = uploads.Waiting(room.system.id, received.name, wishes, now(), _NOTHING)
    report = import_scan(order(room, received.token, kept, dry_run=True))
    uploads.remember(received.token, replace(kept, report=report))


def order(
    room: Room, token: str, kept: uploads.Waiting, *, dry_run: bool = False, clean: bool = False
) -> Order:
    """Return what is asked of an import."""
    return Order(
        path=uploads.file_of(token),
        system=room.system.name,
        as_of=today(room.system.time_zone),
        name=kept.file_name,
        scanned_on=kept.wishes.scanned_on,
        asset=kept.wishes.asset,
        source_kind=kept.wishes.source_kind,
        detector=kept.wishes.detector,
        clean=clean,
        dry_run=dry_run,
    )
