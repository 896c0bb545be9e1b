"""Who acts, through which door, and what time it is: set once by each door, read where events are written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acting:
    """An account of the machine or the pages, the door (`cli`, `web`), and the door's clock (UTC).

    Without a clock an event counts as written at midnight of the day that the verb was told: whoever calls
    verbs without a door has no time to give.
    """

    account: str = ""
    via: str = "library"
    now: Callable[[], datetime] | None = None


_NOBODY = Acting()
_acting: ContextVar[Acting] = ContextVar("acting", default=_NOBODY)


def present() -> Acting:
    """Return who acts now."""
    return _acting.get()


@contextmanager
def acting(who: Acting) -> Iterator[None]:
    """Let somebody act until the end of the block."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)
