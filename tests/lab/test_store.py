#!/usr/bin/python3
"""Two Docker hosts share an etcd of three members: who gets what, and what becomes of it when etcd goes."""

from __future__ import annotations

import json
import signal
import socket
import sys
import unittest
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rplab import dockerhost, etcd, frr, leftovers  # noqa: E402
from rplab.cli import programs_folder  # noqa: E402
from rplab.inventory import agent_config  # noqa: E402
from rplab.lab import Lab, Options  # noqa: E402
from rplab.node import Node  # noqa: E402
from rplab.run import Result  # noqa: E402
from rplab.topology import HOST1, HOST2, HOSTS, IMAGE, LEAF1, NETWORK, OPS  # noqa: E402
from rplab.wait import wait_for  # noqa: E402
from story import ADDRESS1, ADDRESS2, PROVEN, Story  # noqa: E402
from support import require  # noqa: E402

PINGS_BEFORE = 10


class StoreTest(unittest.TestCase):
    """One lab for all. The hosts have stores of their own at first, and a container each; then they
    are given the shared one."""

    lab: Lab
    story: Story
    ops: Node
    hosts: list[Node]
    leaf: Node

    @classmethod
    def setUpClass(cls) -> None:
        require(programs=True)
        cls.lab = Lab.create(Options(programs=str(programs_folder())))
        cls.addClassCleanup(cls._take_down)
        cls.lab.up()
        cls.story = Story(cls.lab)
        cls.story.run_containers()
        cls.ops, cls.leaf = cls.lab.nodes[OPS], cls.lab.nodes[LEAF1.name]
        cls.hosts = [cls.lab.nodes[host.name] for host in HOSTS]
        etcd.start(cls.ops, *etcd.MEMBERS)
        for host, node in zip(HOSTS, cls.hosts, strict=True):
            dockerhost.stop_agent(node)
            dockerhost.start_agent(node, agent_config(host, etcd=etcd.endpoints()))
        cls._wait_for_touch(True)

    @classmethod
    def _take_down(cls) -> None:
        cls.lab.down()
        left = leftovers.bearing(cls.lab.names.tag)
        assert not left, f"left behind: {left}"

    def test_1_hosts_that_join_bring_their_addresses_and_nobody_gets_them_twice(self) -> None:
        refused = self._run_container(self.hosts[1], "thief", ADDRESS1)
        self.assertNotEqual(0, refused.code)
        self.assertRegex(refused.text, f"{ADDRESS1} is taken by container demo1 on host {HOST1.name} since ")
        for host in HOSTS:
            frr.wait_for_origin(self.leaf, host.block, host.asn)
        self.story.verify(PROVEN)
        shown = self.hosts[1].run(["routeproof", "ipam", "show"]).out
        for host, address, container in ((HOST1, ADDRESS1, "demo1"), (HOST2, ADDRESS2, "demo2")):
            self.assertRegex(shown, rf"{host.block} .*{host.name} .*confirmed")
            self.assertRegex(shown, rf"(?m)^{address} .*{host.name} .*{container}")
        checked = self.hosts[0].run(["routeproof", "ipam", "check"], check=False)
        self.assertEqual(0, checked.code, checked.text)
        used = self.hosts[0].run(["routeproof", "ipam", "release", ADDRESS1], check=False)
        self.assertNotEqual(0, used.code)
        self.assertIn(f"{ADDRESS1} is in use by container demo1; stop it first", used.text)

    def test_2_a_fixed_address_claims_the_block_around_it_and_the_leaf_sees_it(self) -> None:
        self.assertEqual(0, self._run_container(self.hosts[0], "claims", "172.16.100.130").code)
        frr.wait_for_origin(self.leaf, "172.16.100.128/26", HOST1.asn)
        self.assertIn("blackhole 172.16.100.128/26", self.hosts[0].run(["ip", "route", "show", "proto", "82"]).out)
        # In it the other host borrows.
        self.assertEqual(0, self._run_container(self.hosts[1], "borrows", "172.16.100.131").code)
        frr.wait_for_origin(self.leaf, "172.16.100.131/32", HOST2.asn)

    def test_3_of_twenty_containers_at_once_for_ten_addresses_exactly_ten_get_one(self) -> None:
        wanted = [
            (node, f"contest-{number}-{node.role}", f"172.16.100.{200 + number}")
            for number in range(10)
            for node in self.hosts
        ]
        with ThreadPoolExecutor(len(wanted)) as pool:
            results = list(pool.map(lambda one: self._run_container(*one), wanted))
        won = [address for (_, _, address), result in zip(wanted, results, strict=True) if result.code == 0]
        self.assertEqual(sorted({address for _, _, address in wanted}), sorted(won))
        for (_, _, address), result in zip(wanted, results, strict=True):
            if result.code != 0:
                self.assertIn(f"address {address} is taken by", result.text)
        for node in self.hosts:
            names = node.run(["docker", "ps", "-aq", "--filter", "name=contest-"]).out.split()
            node.run(["docker", "rm", "-f", *names])

    def test_4_without_etcd_containers_stay_and_own_blocks_still_give_addresses(self) -> None:
        one = self.hosts[0]
        with self._pings_are_answered():
            etcd.kill(self.ops, 1, 2)
            self._wait_for_touch(False)
            status = self._store_of(one)
            self.assertIn("192.0.2.1:2379", status["error"])
            self.assertIn("routeproof_store_in_touch 0", self._metrics(one))
            self.assertIn("is away since", one.run(["routeproof", "node", "status"]).out)
            self.assertEqual(2, one.run(["routeproof", "ipam", "check"], check=False).code)
            # What the host has it has: its container is started anew with the same address.
            one.run(["docker", "restart", "-t", "0", "claims"])
            # A free address of an own block, as soon as nobody else may borrow it any more.
            own = wait_for(
                "an address of the own block",
                lambda: (done := self._run_container(one, "own", "172.16.100.5")).code == 0 and done,
            )
            self.assertEqual(0, own.code)
            # Of the other host's block nothing, in a sentence.
            refused = self._run_container(one, "foreign", "172.16.100.70")
            self.assertNotEqual(0, refused.code)
            self.assertRegex(refused.text, "the agent's store failed .*192.0.2.1:2379")
            for host in HOSTS:
                self.assertIn(host.block, self._leaf_holds())
            self.assertGreater(self._store_of(one)["waiting"], 0)
        etcd.start(self.ops, 1, 2)
        self._wait_for_touch(True)
        self.assertEqual((0, 0), (self._store_of(one)["waiting"], self._store_of(one)["lost"]))
        taken = self._run_container(self.hosts[1], "thief", "172.16.100.5")
        self.assertRegex(taken.text, f"172.16.100.5 is taken by .* on host {HOST1.name}")

    def test_5_a_container_moves_and_its_address_with_it(self) -> None:
        self.hosts[0].run(["docker", "rm", "-f", "demo1"])
        self.assertEqual(0, self._run_container(self.hosts[1], "demo1", ADDRESS1).code)
        frr.wait_for_origin(self.leaf, f"{ADDRESS1}/32", HOST2.asn)
        back = self._run_container(self.hosts[0], "thief", ADDRESS1)
        self.assertRegex(back.text, f"{ADDRESS1} is taken by .* on host {HOST2.name}")

    def test_6_an_agent_starts_without_etcd_with_all_it_had(self) -> None:
        one = self.hosts[0]
        etcd.kill(self.ops, *etcd.MEMBERS)
        one.signal(dockerhost.AGENT, signal.SIGKILL)
        wait_for("the agent's end", lambda: not one.running(dockerhost.AGENT))
        dockerhost.start_agent(one, agent_config(HOST1, etcd=etcd.endpoints()))
        self.assertFalse(self._store_of(one)["in_touch"])
        frr.wait_for_origin(self.leaf, "172.16.100.128/26", HOST1.asn)
        etcd.start(self.ops, *etcd.MEMBERS)
        self._wait_for_touch(True)

    # --- helpers ------------------------------------------------------------------------------

    def _run_container(self, node: Node, name: str, address: str) -> Result:
        """docker run; what was refused leaves no container behind."""
        result = node.run(
            ["docker", "run", "-d", "--net", NETWORK, "--ip", address, "--name", name, IMAGE, "sleep", "1000000"],
            check=False,
        )
        if result.code != 0:
            node.run(["docker", "rm", "-f", name], check=False)
        return result

    @staticmethod
    def _store_of(node: Node) -> dict[str, Any]:
        return json.loads(node.run([dockerhost.AGENT, "status"]).out)["store"]

    @staticmethod
    def _metrics(node: Node) -> str:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(node.file(dockerhost.AGENT_SOCKET)))
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return connection.makefile().read()

    def _leaf_holds(self) -> str:
        return frr.vtysh(self.leaf, "show bgp ipv4 unicast")

    @classmethod
    def _wait_for_touch(cls, wanted: bool) -> None:
        for node in cls.hosts:
            wait_for(
                f"{node.role} to be {'in touch with' if wanted else 'cut off from'} etcd",
                lambda node=node: cls._store_of(node)["in_touch"] == wanted,
                still_possible=lambda node=node: node.must_run(dockerhost.AGENT),
            )

    @contextmanager
    def _pings_are_answered(self) -> Iterator[None]:
        """While this lasts no ping from demo2 to demo1 is lost."""
        pinger = self.hosts[1]
        service = f"pings-{self._testMethodName}"
        enter = "nsenter --net=$(docker inspect -f '{{.NetworkSettings.SandboxKey}}' demo2)"
        pinger.start(service, ["sh", "-c", f"exec {enter} ping -i 0.05 {ADDRESS1}"])

        def answered(count: int) -> None:
            wait_for(f"{count} pings", lambda: pinger.log(service).count("icmp_seq=") >= count)

        answered(PINGS_BEFORE)
        yield
        answered(pinger.log(service).count("icmp_seq=") + PINGS_BEFORE)
        pinger.signal(service, signal.SIGINT)
        wait_for("the pings to end", lambda: not pinger.running(service))
        said = pinger.log(service)
        self.assertRegex(said, r"\d+ packets transmitted, \d+ received, 0% packet loss", said[-300:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
