"""Running commands: one way to do it, one way for it to fail."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Long enough for a machine under heavy load: reaching it means something hangs, not that it is slow.
COMMAND_DEADLINE_S = 120.0


class LabError(Exception):
    """Something the person at the keyboard should read as one line."""


@dataclass(frozen=True)
class Result:
    """What a command said, and how it ended."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        """Both streams, as a terminal would have shown them (stdout first)."""
        return self.out + self.err


class CommandFailed(LabError):
    """A command that had to succeed did not."""

    def __init__(self, result: Result) -> None:
        self.result = result
        said = (result.err.strip() or result.out.strip() or "it said nothing").splitlines()
        super().__init__(f"`{shlex.join(result.argv)}` ended with {result.code}: {' / '.join(said[-3:])}")


def run(
    argv: Sequence[str],
    *,
    check: bool = True,
    stdin: str | bytes | None = None,
    env: Mapping[str, str] | None = None,
    deadline: float = COMMAND_DEADLINE_S,
) -> Result:
    """Run a command to its end and return what it said.

    ``check`` turns a non-zero exit into `CommandFailed`. Output that is not UTF-8 is kept
    readable with replacement characters: a broken answer should be seen, not crash the lab.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    started = time.monotonic()
    try:
        done = subprocess.run(
            list(argv),
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            env=None if env is None else dict(env),
            timeout=deadline,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise LabError(f"`{shlex.join(argv)}` did not end within {deadline:.0f} s") from slow
    result = Result(
        tuple(argv),
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
        time.monotonic() - started,
    )
    if check and result.code != 0:
        raise CommandFailed(result)
    return result
