"""Waiting for a condition: never for an amount of time.

The deadline is there to end a hang, so it is generous; nothing is ever proven by it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from .run import LabError

T = TypeVar("T")

DEADLINE_S = 120.0
_POLL_S = 0.02

# Set when the lab is being given up, so that threads which still wait for a daemon let go.
abandoned = threading.Event()


class Abandoned(LabError):
    """The wait was given up because the lab is being taken down."""


def wait_for(
    what: str,
    condition: Callable[[], T],
    *,
    deadline: float = DEADLINE_S,
    still_possible: Callable[[], None] | None = None,
    poll: float = _POLL_S,
) -> T:
    """Return the condition's first truthy value.

    ``still_possible`` is asked on every turn and raises when waiting has become pointless,
    for instance because the daemon that should answer has died: that is a better error,
    and a faster one, than a deadline.
    """
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if still_possible is not None:
            still_possible()
        if time.monotonic() > end:
            raise LabError(f"waited {deadline:.0f} s in vain for {what}")
        if abandoned.wait(poll):
            raise Abandoned(f"gave up waiting for {what}")
