"""Processes by identity: a pid alone may have been given to somebody else meanwhile."""

from __future__ import annotations

import os
import select
import signal
from dataclasses import dataclass
from pathlib import Path

from .run import LabError

_GONE_DEADLINE_S = 60.0


@dataclass(frozen=True)
class ProcessId:
    """A pid together with the start time that proc(5) gives it (clock ticks since boot)."""

    pid: int
    start: int

    @staticmethod
    def of(pid: int) -> ProcessId | None:
        """The identity of a running process; None when there is none (a zombie is none)."""
        fields = _stat_fields(pid)
        if fields is None or fields[0] in "ZX":
            return None
        return ProcessId(pid, int(fields[19]))

    def alive(self) -> bool:
        """True while the very process that was recorded runs."""
        return ProcessId.of(self.pid) == self


def kill(process: ProcessId, sig: signal.Signals = signal.SIGKILL, *, wait: bool = True) -> bool:
    """Signal exactly this process, and wait until it is gone. False when it already was.

    The pidfd is opened before the identity is checked: from then on the number cannot be
    handed to a stranger under our feet.
    """
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return False
    try:
        if not process.alive():
            return False
        try:
            signal.pidfd_send_signal(handle, sig)
        except ProcessLookupError:
            return False
        if wait and not _gone(handle):
            raise LabError(f"process {process.pid} survived {sig.name} for {_GONE_DEADLINE_S:.0f} s")
        return True
    finally:
        os.close(handle)


def _gone(handle: int) -> bool:
    ready, _, _ = select.select([handle], [], [], _GONE_DEADLINE_S)
    return bool(ready)


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat that follow the command name, which may hold anything."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()
