"""How a face misbehaves, read from `mode.json` in its state folder before every reply.

A running lab writes the file (atomically, by rename) and removes it again; a missing file is good behaviour. An
unknown key is refused at once: a mistyped fault that quietly does nothing would let a test prove nothing.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
import time
from typing import Any, Iterable, Iterator

COMMON = {
    "only": 'list of texts; the faults below act only on requests that hold one of them, e.g. ["get-route"]',
    "slow": "seconds to wait before each reply",
    "drip": "seconds to wait between pieces of 1 KiB of the reply",
    "cut": "close the connection after so many bytes of the reply",
    "garbage": '"instead": bytes that are no reply; "inside": the bytes 0xFF 0xFE in the middle of it; '
               '"control": BEL and other control characters in the middle; '
               '"broadcast": a system broadcast in the middle',
    "hostname": "name to call itself by, instead of its own",
    "huge": "so many made-up /32 routes of 100.64.0.0/10 beside the real ones",
}


class BadMode(Exception):
    """The mode file is not usable."""


class Cut(Exception):
    """The connection has to end here."""


class Modes:
    """The faults in force."""

    def __init__(self, folder: pathlib.Path | None, known: dict[str, str]) -> None:
        self._file = folder / "mode.json" if folder else None
        self._known = known

    def read(self, request: str = "") -> dict[str, Any]:
        """Modes that act on this request."""
        if not self._file or not self._file.exists():
            return {}
        try:
            modes = json.loads(self._file.read_text() or "{}")
        except ValueError as problem:
            raise BadMode(f"{self._file}: {problem}") from problem
        if not isinstance(modes, dict) or set(modes) - set(self._known):
            raise BadMode(f"{self._file}: unknown mode in {modes!r}; known: {', '.join(self._known)}")
        only = modes.pop("only", None)
        return modes if only is None or any(text in request for text in only) else {}


def help_text(known: dict[str, str]) -> str:
    """The list for --help."""
    lines = ["modes (keys of D/mode.json):"]
    for name, meaning in known.items():
        lines.append(f"  {name:<18} {meaning}")
    return "\n".join(lines)


def spoil(pieces: Iterable[bytes], modes: dict[str, Any]) -> Iterator[bytes]:
    """The reply as the modes leave it. Raises Cut after the bytes that may still go out."""
    if modes.get("slow"):
        time.sleep(float(modes["slow"]))
    garbage = modes.get("garbage")
    if garbage == "instead":
        yield b"\x00\x17\xfe\xff%%% \x1b[2J" + bytes(range(128, 200)) + b"\n"
        return
    limit, sent, injected = modes.get("cut"), 0, garbage is None
    extra = {"inside": b"\xff\xfe", "control": b"\x07\x07\x01\x1b",
             "broadcast": b"\n*** System shutdown message from root@leaf ***\n"}
    for piece in pieces:
        if not injected and sent + len(piece) > 300:
            # between the start and the middle, so that the reply still begins as it should
            middle = max(len(piece) // 2, 1)
            piece, injected = piece[:middle] + extra[garbage] + piece[middle:], True
        if limit is not None and sent + len(piece) >= limit:
            yield piece[: limit - sent]
            raise Cut
        sent += len(piece)
        if modes.get("drip"):
            for start in range(0, len(piece), 1024):
                yield piece[start : start + 1024]
                time.sleep(float(modes["drip"]))
        else:
            yield piece


def hang_up() -> None:
    """Ends the SSH connection that we answer on, and with it us."""
    process = os.getppid()
    while process > 1:
        stat = pathlib.Path(f"/proc/{process}/stat").read_text()
        if "(sshd)" in stat:
            os.kill(process, signal.SIGKILL)
            os._exit(1)
        process = int(stat.rpartition(")")[2].split()[1])
    raise Cut


def log(folder: pathlib.Path | None, text: str) -> None:
    """A line in D/face.log: what was asked, so that a test can look."""
    if folder:
        with (folder / "face.log").open("a") as out:
            out.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {text}\n")


def refuse(problem: BadMode) -> None:
    """Dies loudly."""
    sys.stderr.write(f"face: {problem}\n")
    sys.exit(70)
