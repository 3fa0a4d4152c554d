"""What the tests of changes share: a router in a network namespace, and change_tool to change it with.

What the router holds is read by vtysh, never through the code under test.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import routers

TOOL = os.path.abspath(sys.argv[1])
LONG = 600  # seconds: a timer that is not to run out during a test


def change(*items, author="alice@ops"):
    return {"as": 65000, "author": author, "items": list(items)}


def ticket_word(ticket):
    return f"ticket={json.dumps(ticket)}"


class ChangeCase(unittest.TestCase):
    """A test calls prepare() once for its class."""

    os_name = "frr"

    @classmethod
    def prepare(cls, config, options=""):
        # The lock of the router is the only one in its /tmp; the program under test may lie there, too.
        routers.run("mount", "-t", "tmpfs", "tmpfs", "/mnt")
        cls.tool = shutil.copy(TOOL, "/mnt/change_tool")
        faces = pathlib.Path(__file__).resolve().parents[2] / "lab" / "faces"
        shutil.copytree(faces, "/mnt/faces", ignore=shutil.ignore_patterns("__pycache__"))
        routers.run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp")
        cls.routers = routers.Routers()
        cls.addClassCleanup(cls.routers.stop)
        cls.routers.start_frr_only(config, options)
        cls.inventory = cls.routers.inventory(cls.os_name)

    def start(self, *steps, given=None):
        process = subprocess.Popen([self.tool, self.inventory, "leaf1", *steps], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if given is not None:
            process.stdin.write(json.dumps(given))
        process.stdin.close()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        return process

    def run_steps(self, *steps, given=None):
        """The answers to the steps, one per step that was taken."""
        process = self.start(*steps, given=given)
        lines = [json.loads(line) for line in process.stdout]
        self.assertEqual(process.stderr.read(), "")
        return lines

    def commit(self, *items, seconds=LONG):
        """Stages and commits; gives the ticket for further steps, and the outcome."""
        staged, outcome = self.run_steps("stage", f"commit={seconds}", given=change(*items))
        self.assertEqual(outcome["state"], "pending", outcome)
        return ticket_word(staged["ticket"]), outcome

    def step(self, ticket, verb):
        return self.run_steps(ticket, verb)[-1]

    @staticmethod
    def running():
        return routers.Routers.vtysh("show running-config")


def main():
    """Runs the tests of the program; its first argument is change_tool."""
    if not routers.missing():
        routers.privately()
    sys.argv.pop(1)
    unittest.main()
