"""Serving the pages: Granian with processes of one thread each, on this machine only."""

import ipaddress
import socket
from collections.abc import Callable

from granian import Granian
from granian.constants import Interfaces

from milepost.domain.errors import StateConflict, WrongUse


def serve(host: str, port: int, workers: int, *, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` is told the address when nothing stands against serving there.

    Raises:
        WrongUse: the address is not one of this machine alone: there is no sign-in yet.
        StateConflict: another program has the port.
    """
    _check_host(host)
    _check_port(host, port)
    announce(f"http://{host}:{port}/")
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


def _check_host(host: str) -> None:
    if not _is_loopback(host):
        raise WrongUse(
            f"{host} can be reached by other machines, and there is no sign-in yet",
            where="--host",
            fix="use 127.0.0.1, ::1 or localhost",
        )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise StateConflict(
                f"port {port} is not free ({error.strerror})",
                where="--port",
                fix="choose another with --port",
            ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
