"""What the lab's tests share."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path

from rplab import leftovers
from rplab.cli import programs_folder
from rplab.requirements import refusal

LAB = Path(__file__).resolve().parent / "lab"


def require(*, programs: bool) -> None:
    """Skip, with the reason, where no lab can be made."""
    if no := refusal(programs_folder() if programs else None):
        raise unittest.SkipTest(no[1])


def lab(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the lab program to its end."""
    return subprocess.run(
        [sys.executable, str(LAB), *arguments], capture_output=True, text=True, check=False, env=env, timeout=300
    )


class LeavesNothing(unittest.TestCase):
    """A test after which the machine must be as it was."""

    def setUp(self) -> None:
        self.machine_before = leftovers.machine()

    def assert_nothing_left(self, tag: str) -> None:
        self.assertEqual([], leftovers.bearing(tag))
        self.assertEqual(self.machine_before, leftovers.machine())
