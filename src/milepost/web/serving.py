"""Serving the pages: Granian with processes of one thread each, on this machine only."""

import ipaddress

from granian import Granian
from granian.constants import Interfaces

from milepost.domain.errors import WrongUse


def serve(host: str, port: int, workers: int) -> None:
    """Serve until stopped.

    Raises:
        WrongUse: the address is not one of this machine alone: there is no sign-in yet.
    """
    if not _is_loopback(host):
        raise WrongUse(
            f"{host} can be reached by other machines, and there is no sign-in yet",
            where="--host",
            fix="use 127.0.0.1, ::1 or localhost",
        )
    Granian(
        "milepost.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        log_enabled=False,
        websockets=False,
    ).serve()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
