"""`milepost serve` and `demo`: the pages in the browser, on this machine only."""

import webbrowser
from pathlib import Path
from threading import Timer

import click

from milepost.cli.asking import Asked, asked, register_ready

_SECONDS_TO_COME_UP = 1.5


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="A loopback address; others are refused."
)
@click.option("--port", default=8400, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that serve pages.")
@asked
def serve(asked_for: Asked, host: str, port: int, workers: int) -> None:
    """Serve the pages on this machine until stopped."""
    del asked_for
    register_ready()
    from milepost.web.serving import serve as run

    run(host, port, workers, announce=_announce)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8400, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--no-serve", is_flag=True, help="Make the demonstration data and end.")
@click.option(
    "--scans", type=click.Path(path_type=Path), help="Only write the scans of the story to this folder."
)
@asked
def demo(
    asked_for: Asked, host: str, port: int, scans: Path | None, *, no_browser: bool, no_serve: bool
) -> None:
    """Fill an embedded database with a believable system and show it in the browser."""
    if scans is not None:
        _write_scans(scans, asked_for)
        return
    register_ready()
    from milepost.demo.story import make_demo

    made = make_demo(as_of=asked_for.as_of)
    document = {"system": made.system, "items": made.items, "imports": made.imports}
    asked_for.answer(document, lambda: f"{made.system}: {made.items} items from {made.imports} scans.")
    if no_serve:
        return
    from milepost.web.serving import serve as run

    run(host, port, 2, announce=_announce if no_browser else _open)


def _announce(address: str) -> None:
    click.echo(f"Milepost is at {address} (Ctrl-C ends it)", err=True)


def _open(address: str) -> None:
    """Announce, and open the browser once the server has had time to come up."""
    _announce(address)
    Timer(_SECONDS_TO_COME_UP, webbrowser.open, (address,)).start()


def _write_scans(folder: Path, asked_for: Asked) -> None:
    from milepost.demo.scans import write_scans

    folder.mkdir(parents=True, exist_ok=True)
    written = write_scans(folder, asked_for.as_of)
    names = [scan.path.name for scan in written]
    asked_for.answer({"scans": names}, lambda: f"Wrote {len(names)} scans to {folder}.")
