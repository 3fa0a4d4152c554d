#!/usr/bin/python3
"""The agent dies, restarts and leaves, while two containers on two hosts ping each other.

What is watched is the leaf's own kernel and the host's own kernel (`ip monitor route`), so that a
route which was gone for a moment is seen however short the moment was.
"""

from __future__ import annotations

import re
import signal
import sys
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rplab import dockerhost, frr, leftovers  # noqa: E402
from rplab.cli import programs_folder  # noqa: E402
from rplab.inventory import agent_config  # noqa: E402
from rplab.lab import Lab, Options  # noqa: E402
from rplab.node import Node  # noqa: E402
from rplab.topology import HOST1, HOST2, LEAF1, peerings  # noqa: E402
from rplab.wait import wait_for  # noqa: E402
from story import ADDRESS1, Story  # noqa: E402
from support import require  # noqa: E402

UPLINK = "10.100.0.254"
PINGS_BEFORE = 10


class RestartTest(unittest.TestCase):
    """One lab for all; logs are kept per service, so each test names its services after itself."""

    lab: Lab
    story: Story
    host: Node
    leaf: Node

    @classmethod
    def setUpClass(cls) -> None:
        require(programs=True)
        cls.lab = Lab.create(Options(programs=str(programs_folder())))
        cls.addClassCleanup(cls._take_down)
        cls.lab.up()
        cls.story = Story(cls.lab)
        cls.story.run_containers()
        cls.host, cls.leaf = cls.lab.nodes[HOST1.name], cls.lab.nodes[LEAF1.name]

    @classmethod
    def _take_down(cls) -> None:
        cls.lab.down()
        left = leftovers.bearing(cls.lab.names.tag)
        assert not left, f"left behind: {left}"

    def setUp(self) -> None:
        self._pings = f"pings-{self._testMethodName}"
        self._watch = f"watch-{self._testMethodName}"

    def test_a_killed_agent_that_starts_again_costs_no_packet(self) -> None:
        with self._nothing_lost():
            self.host.signal(dockerhost.AGENT, signal.SIGKILL)
            self._wait_for_the_end()
            self._comes_back()

    def test_an_agent_that_is_stopped_and_started_costs_no_packet(self) -> None:
        with self._nothing_lost():
            self.assertEqual(0, dockerhost.stop_agent(self.host))
            self._comes_back()

    def test_an_agent_that_leaves_says_why_and_takes_its_routes_along(self) -> None:
        left = self.host.run([dockerhost.AGENT, "leave", "--text", "moving out"], check=False)
        self.assertEqual(0, left.code, left.text)
        self._wait_for_the_end()
        frr.wait_for_absence(self.leaf, HOST1.block)
        seen = frr.vtysh(self.leaf, f"show bgp neighbors {UPLINK}")
        self.assertIn("Cease/Administrative Shutdown", seen)
        # FRR 8.4 shows no text of a Hard Reset (RFC 8538), so it is looked for where it left.
        self.assertRegex(self.host.log(dockerhost.AGENT), r"bgp\.notification\.sent .*moving out")
        learned = self.host.run(["ip", "route", "show", "proto", "82", "metric", "820"]).out
        self.assertEqual("", learned, "nobody would keep them true")
        self._comes_back()

    # --- helpers ------------------------------------------------------------------------------

    @contextmanager
    def _nothing_lost(self) -> Iterator[None]:
        """While this lasts no ping between the containers is lost, and neither the leaf nor the host
        takes a route out of its kernel."""
        watched = {"leaf": (self.leaf, HOST1.block), "host": (self.host, HOST2.block)}
        for node, _ in watched.values():
            node.start(self._watch, ["ip", "monitor", "route"])
        pinger = self.lab.nodes[HOST2.name]
        enter = "nsenter --net=$(docker inspect -f '{{.NetworkSettings.SandboxKey}}' demo2)"
        pinger.start(self._pings, ["sh", "-c", f"exec {enter} ping -i 0.05 {ADDRESS1}"])
        self._wait_for_pings(pinger, PINGS_BEFORE)
        yield
        so_far = pinger.log(self._pings).count("icmp_seq=")
        self._wait_for_pings(pinger, so_far + PINGS_BEFORE)
        pinger.signal(self._pings, signal.SIGINT)
        wait_for("the pings to end", lambda: not pinger.running(self._pings))
        said = pinger.log(self._pings)
        self.assertRegex(said, r"\d+ packets transmitted, \d+ received, 0% packet loss", said[-300:])
        for name, (node, prefix) in watched.items():
            node.stop(self._watch)
            gone = [line for line in node.log(self._watch).splitlines() if line.startswith(f"Deleted {prefix}")]
            self.assertEqual([], gone, f"the {name} has lost a route")

    def _wait_for_pings(self, node: Node, count: int) -> None:
        wait_for(f"{count} pings", lambda: node.log(self._pings).count("icmp_seq=") >= count)

    def _wait_for_the_end(self) -> None:
        wait_for("the agent's end", lambda: not self.host.running(dockerhost.AGENT))

    def _comes_back(self) -> None:
        """The agent starts, and everything is as before: sessions, the leaf's table, the proof."""
        dockerhost.start_agent(self.host, agent_config(HOST1))
        for peer in peerings(HOST1.name):
            leaf = self.lab.nodes[peer.neighbour]
            wait_for(f"the session with {peer.neighbour}", lambda leaf=leaf, own=peer.own_address: frr.established(leaf, own, HOST1.asn))
        # The leaf holds nothing stale any more: our End-of-RIB has come.
        wait_for(
            f"{LEAF1.name} to hold {HOST1.block} afresh",
            lambda: (shown := frr.vtysh(self.leaf, f"show bgp ipv4 unicast {HOST1.block}"))
            and str(HOST1.asn) in shown
            and not re.search(r"\bstale\b", shown, re.IGNORECASE),
        )
        wait_for(
            f"{HOST1.name} to hold {HOST2.block}",
            lambda: self.host.run(["ip", "route", "show", HOST2.block, "proto", "82"]).out.strip(),
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
