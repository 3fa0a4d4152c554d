#!/usr/bin/python3
"""The lab's manners: whatever happens to it, nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rplab import frr, leftovers, requirements  # noqa: E402
from rplab.lab import Lab, Options  # noqa: E402
from rplab.process import ProcessId, kill  # noqa: E402
from rplab.run import LabError  # noqa: E402
from rplab.topology import LEAF1, SPINE1, peerings  # noqa: E402
from support import LAB, LeavesNothing, lab, require  # noqa: E402


class Refusals(unittest.TestCase):
    def test_without_root_it_says_so_and_ends_with_77(self) -> None:
        with mock.patch("os.geteuid", return_value=1000):
            code, line = requirements.refusal(None) or (0, "")
        self.assertEqual(77, code)
        self.assertIn("root", line)

    def test_a_missing_piece_is_named_with_its_debian_package(self) -> None:
        pieces = {"ip": "iproute2", "/usr/lib/frr/no-such-daemon": "frr", "no-such-program": "docker.io"}
        with mock.patch("os.geteuid", return_value=0), mock.patch.object(requirements, "_PIECES", pieces):
            refused = requirements.refusal(None)
        self.assertEqual(
            (
                69,
                "/usr/lib/frr/no-such-daemon is missing (Debian package frr): apt-get install frr docker.io",
            ),
            refused,
        )

    def test_our_own_programs_are_asked_for_by_name(self) -> None:
        with mock.patch("os.geteuid", return_value=0), mock.patch.object(requirements, "_PIECES", {}):
            code, line = requirements.refusal(Path("/nowhere")) or (0, "")
        self.assertEqual(69, code)
        self.assertIn("/nowhere/routeproof is missing", line)


class Processes(unittest.TestCase):
    def test_a_reused_pid_is_not_killed(self) -> None:
        with subprocess.Popen(["sleep", "1000"]) as stranger:
            try:
                known = ProcessId.of(stranger.pid)
                assert known is not None
                recorded = ProcessId(known.pid, known.start - 1)  # ours once, long ago
                self.assertFalse(kill(recorded))
                self.assertTrue(known.alive())
            finally:
                stranger.kill()

    def test_a_process_is_gone_when_kill_returns(self) -> None:
        with subprocess.Popen(["sleep", "1000"]) as ours:
            known = ProcessId.of(ours.pid)
            assert known is not None
            self.assertTrue(kill(known))
            self.assertFalse(known.alive())


class Routers(LeavesNothing):
    """Labs of routers only: enough for manners, and quick."""

    @classmethod
    def setUpClass(cls) -> None:
        require(programs=False)

    def test_up_and_down_leave_the_machine_as_it_was(self) -> None:
        up = lab("up", "--routers-only")
        self.assertEqual(0, up.returncode, up.stderr)
        tag = _tag(up.stdout)
        self.assertNotEqual([], leftovers.bearing(tag), "otherwise this test proves nothing")
        status = lab("status", "--tag", tag)
        self.assertEqual(2, status.stdout.count("spine1 Established"), status.stdout)
        shell = lab("shell", "--tag", tag, "leaf1", "sh", "-c", "hostname; exit 3")
        self.assertEqual(("leaf1\n", 3), (shell.stdout, shell.returncode))
        down = lab("down", "--tag", tag)
        self.assertEqual(0, down.returncode, down.stderr)
        self.assert_nothing_left(tag)

    def test_two_labs_run_side_by_side(self) -> None:
        first, second = (Lab.create(Options(programs="", hosts=False)) for _ in range(2))
        self.addCleanup(first.down)
        self.addCleanup(second.down)
        first.up()
        second.up()
        first.down()
        self.assertEqual([], leftovers.bearing(first.names.tag))
        spine = peerings(LEAF1.name)[-1]
        self.assertEqual(SPINE1.name, spine.neighbour)
        self.assertTrue(frr.established(second.nodes[LEAF1.name], spine.address))
        second.down()
        self.assert_nothing_left(second.names.tag)

    def test_a_machine_that_never_had_a_namespace_has_no_trace_of_one(self) -> None:
        # The first `ip netns add` mounts /run/netns on itself. A machine as after boot is made
        # of a mount namespace with an empty /run.
        script = """
            mount -t tmpfs tmpfs /run && cat /proc/self/mountinfo && echo ---
            "$0" "$1" up --routers-only >/dev/null && test -e /run/netns && "$0" "$1" down >/dev/null
            cat /proc/self/mountinfo && echo --- && ls -A /run
        """
        fresh = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, sys.executable, str(LAB)]
        done = subprocess.run(fresh, capture_output=True, text=True, check=False, timeout=300)
        before, after, files = done.stdout.split("---\n")
        self.assertEqual("", files, done.stderr)
        appeared = set(after.splitlines()) - set(before.splitlines())
        self.assertEqual(set(), appeared, done.stderr)
        # Namespaces of other tests may end meanwhile; their mounts lie hidden under the new /run.
        vanished = set(before.splitlines()) - set(after.splitlines())
        self.assertEqual([], [mount for mount in vanished if " net:[" not in mount], done.stderr)

    def test_a_lost_ledger_loses_nothing(self) -> None:
        made = Lab.create(Options(programs="", hosts=False))
        self.addCleanup(made.down)
        made.up()
        (made.names.run_dir / "state.json").write_text('{"entries": [')
        Lab.open(made.names.tag).down()
        self.assert_nothing_left(made.names.tag)

    def test_a_service_that_dies_is_named_with_its_last_words(self) -> None:
        made = Lab.create(Options(programs="", hosts=False))
        self.addCleanup(made.down)
        made.up()
        node = made.nodes["ops"]
        node.start("oracle", ["sh", "-c", "echo the stars are wrong; exit 9"])
        with self.assertRaisesRegex(LabError, "oracle ended with 9: the stars are wrong"):
            while True:
                node.must_run("oracle")


class WholeLabs(LeavesNothing):
    """Labs with dockerds and agents, hurt while they come up."""

    @classmethod
    def setUpClass(cls) -> None:
        require(programs=True)

    def test_what_a_killed_up_left_is_taken_down(self) -> None:
        # After the tag: nothing made. After the wires: every daemon is starting. After the first
        # router and the first host: some run, some do not.
        for moment in ("lab ", "namespaces", "FRR", "dockerd"):
            with self.subTest(killed_after=moment):
                tag = self._hurt_after(moment, signal.SIGKILL, -signal.SIGKILL)
                down = lab("down", "--tag", tag)
                self.assertEqual(0, down.returncode, down.stderr)
                self.assert_nothing_left(tag)

    def test_ctrl_c_takes_everything_down(self) -> None:
        for moment in ("lab ", "namespaces", "dockerd"):
            with self.subTest(interrupted_after=moment):
                tag = self._hurt_after(moment, signal.SIGINT, 128 + signal.SIGINT)
                self.assert_nothing_left(tag)

    def test_an_agent_that_fails_is_quoted_and_nothing_is_left(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("routeproof", "routeproof-agent"):
                program = Path(folder, name)
                program.write_text("#!/bin/sh\necho no luck today >&2\nexit 78\n")
                program.chmod(0o755)
            up = lab("up", env=os.environ | {"ROUTEPROOF_BIN": folder})
        self.assertEqual(70, up.returncode)
        self.assertRegex(up.stderr, r"dockerhost\d: routeproof-agent ended with 78: no luck today")
        self.assert_nothing_left(_tag(up.stdout))

    def _hurt_after(self, moment: str, number: signal.Signals, code: int) -> str:
        """Start `lab up`, signal it as soon as it has printed ``moment``; returns the tag."""
        with subprocess.Popen(
            [sys.executable, str(LAB), "up"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has made them deaf to Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as up:
            assert up.stdout is not None
            seen = ""
            for line in up.stdout:
                seen += line
                if moment in line:
                    break
            up.send_signal(number)
            rest, complaint = up.communicate()
        self.assertEqual(code, up.returncode, seen + rest + complaint)
        return _tag(seen)


def _tag(printed: str) -> str:
    return printed.split()[1]


if __name__ == "__main__":
    unittest.main(verbosity=2)
