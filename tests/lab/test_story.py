#!/usr/bin/python3
"""The story as a test: one lab, in which every test begins and ends with demo1 at home.

Each test waits for the routers to show a change and then proves once. Nothing here waits for
time, and nothing is tried twice.
"""

from __future__ import annotations

import json
import re
import sys
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rplab import keys, leftovers, topology  # noqa: E402
from rplab.cli import programs_folder  # noqa: E402
from rplab.faults import PolicyRejects, StrangerAnnounces, Unreachable, WrongAs, made  # noqa: E402
from rplab.lab import Lab, Options  # noqa: E402
from rplab.run import Result, run  # noqa: E402
from rplab.topology import HOST1, HOST2, LEAF1, LEAF2, OPS  # noqa: E402
from story import ADDRESS1, ADDRESS2, Story  # noqa: E402
from support import require  # noqa: E402

VIA_SPINE = {"leaf1": "10.200.1.0", "leaf2": "10.200.2.0"}
UPLINK = {HOST1.name: "10.100.0.254", HOST2.name: "10.101.0.254"}


class StoryTest(unittest.TestCase):
    """One lab for all of it. It goes at the end, and what it leaves is an error."""

    lab: Lab
    story: Story
    machine_before: dict[str, list[str]]

    @classmethod
    def setUpClass(cls) -> None:
        require(programs=True)
        cls.machine_before = leftovers.machine()
        cls.lab = Lab.create(Options(programs=str(programs_folder())))
        cls.addClassCleanup(cls._take_down)
        cls.lab.up()
        cls.story = Story(cls.lab)
        cls.story.run_containers()

    @classmethod
    def _take_down(cls) -> None:
        cls.lab.down()
        left = leftovers.bearing(cls.lab.names.tag)
        assert not left, f"left behind: {left}"
        assert leftovers.machine() == cls.machine_before, "the machine is not as it was"

    def tearDown(self) -> None:
        code, report = self.story.report()
        self.assertEqual((0, []), (code, _texts(report)), "this test did not leave the lab as it found it")

    # --- what is right ------------------------------------------------------------------------

    def test_every_container_is_proven_on_every_leaf(self) -> None:
        code, report = self.story.report()
        self.assertEqual(0, code, report)
        self.assertEqual("routeproof.verify/1", report["schema"])
        self.assertEqual([], report["findings"])
        self.assertEqual(_home_rows(), _rows(report))

    def test_the_host_routes_as_the_article_shows(self) -> None:
        # 172.16.100.1 dev … scope link, and the block as a blackhole
        self.story.look_at_host()
        self.story.look_at_leaf()

    def test_the_article_s_own_driver_names_work(self) -> None:
        create = "docker network create --driver calico --ipam-driver calico-ipam --subnet 172.16.100.0/24 calico-net"
        self.story.type(HOST2.name, create)
        self.story.type(HOST2.name, "docker network rm calico-net")

    def test_the_address_moves_and_the_proof_follows(self) -> None:
        self.story.move()
        try:
            self.story.look_at_longest_match()
            code, report = self.story.report()
            self.assertEqual((0, []), (code, _texts(report)))
            moved = {"leaf1": VIA_SPINE["leaf1"], "leaf2": UPLINK[HOST2.name]}
            self.assertEqual(
                [_row("demo1", ADDRESS1, HOST2, f"{ADDRESS1}/32", leaf, hop) for leaf, hop in moved.items()],
                [row for row in _rows(report) if row["container"] == "demo1"],
            )
            self.story.ping()
            self.story.look_for_nat()
            self.story.end_ping()
        finally:
            self.story.move_home()

    # --- what is wrong ------------------------------------------------------------------------

    def test_a_rejecting_import_policy_is_found_with_its_name(self) -> None:
        with self._one_cause(PolicyRejects(), "policy-reject") as cause:
            self.assertEqual([HOST1.block], cause["prefixes"])
            self.assertRegex(cause["text"], f"leaf1.*{re.escape(HOST1.block)}|{re.escape(HOST1.block)}.*leaf1")

    def test_a_stranger_in_the_pool_is_found_with_its_as(self) -> None:
        with self._one_cause(StrangerAnnounces(f"{ADDRESS1}/32"), "stranger") as cause:
            self.assertIn(f"{ADDRESS1}/32", cause["prefixes"])
            self.assertIn(str(topology.STRANGER.asn), cause["text"])

    def test_a_wrong_as_is_found_with_both_numbers(self) -> None:
        with self._one_cause(WrongAs(asn=65199), "wrong-as") as cause:
            self.assertEqual([HOST1.name], cause["hosts"])
            self.assertIn("65199", cause["text"])
            self.assertIn(str(HOST1.asn), cause["text"])

    def test_a_leaf_out_of_reach_is_unknown_and_never_missing(self) -> None:
        with made(self.lab, Unreachable(LEAF2)):
            code, report = self.story.report()
            shown = self.story.verify(2)
        self.assertEqual(2, code)
        self.assertEqual(0, report["summary"]["fail"])
        self.assertLess(0, report["summary"]["unknown"])
        self.assertEqual([("router-not-seen", "unknown", ["leaf2"])], _causes(report))
        on_leaf2 = {row["verdict"] for row in report["rows"] if row["router"] == "leaf2"}
        self.assertEqual({"unknown"}, on_leaf2)
        on_leaf1 = {row["verdict"] for row in report["rows"] if row["router"] == "leaf1"}
        self.assertEqual({"ok"}, on_leaf1)
        for text in (shown.text.lower(), json.dumps(report).lower()):
            self.assertNotIn("missing", text)
            self.assertNotIn("not-received", text)

    # --- bad input ----------------------------------------------------------------------------

    def test_a_changed_host_key_is_refused_with_77(self) -> None:
        other = self.lab.names.node_dir(OPS) / "other_key"
        keys.make(other, "somebody else")
        self.addCleanup(other.unlink)
        self.addCleanup(Path(f"{other}.pub").unlink)
        line = keys.known_hosts_line(LEAF1.management, 830, keys.public(other))
        with self._inventory(("known_hosts: known_hosts", "known_hosts: wrong_hosts"), wrong_hosts=line) as name:
            code, report = self.story.report("--leaf leaf1", inventory=name)
        self.assertEqual(77, code, report)
        self.assertEqual("host-key", _target(report, "leaf1")["stage"].replace(" ", "-").replace("_", "-"))

    def test_a_port_nobody_listens_on_is_69(self) -> None:
        with self._inventory(("port: 830", "port: 8300")) as name:
            code, report = self.story.report("--leaf leaf1", inventory=name)
        self.assertEqual(69, code, report)
        self.assertEqual("connect", _target(report, "leaf1")["stage"])

    def test_one_silent_leaf_does_not_hide_what_the_other_proves(self) -> None:
        with self._inventory(("port: 830", "port: 8300")) as name:
            code, report = self.story.report(inventory=name)
        self.assertEqual(2, code)
        self.assertEqual({"ok"}, {row["verdict"] for row in report["rows"] if row["router"] == "leaf2"})
        self.assertEqual({"unknown"}, {row["verdict"] for row in report["rows"] if row["router"] == "leaf1"})

    def test_a_leaf_that_answers_garbage_is_76(self) -> None:
        for leaf in (LEAF1, LEAF2):
            with self.subTest(leaf=leaf.name, os=leaf.os), self._faces(garbage="instead"):
                code, report = self.story.report(f"--leaf {leaf.name}")
                self.assertEqual((76, 0), (code, report["summary"]["fail"]), _texts(report))

    def test_an_answer_cut_off_in_the_middle_proves_nothing(self) -> None:
        for cut in (1, 100, 400):
            with self.subTest(bytes=cut), self._faces(cut=cut):
                code, report = self.story.report()
                self.assertIn(code, (69, 76), report)
                self.assertEqual((0, 0), (report["summary"]["fail"], _ok_on_routers(report)))

    def test_wrong_yaml_is_65_with_line_and_column(self) -> None:
        with self._inventory(("role: leaf", "rule: leaf")) as name:
            said = self._fails(OPS, f"routeproof verify -i {name}", 65)
        self.assertRegex(said.err, rf"{name}:\d+:\d+: .*rule.*role")

    def test_an_inventory_that_is_not_there_is_66(self) -> None:
        said = self._fails(OPS, "routeproof verify -i nowhere.yml", 66)
        self.assertIn("nowhere.yml", said.err)

    def test_an_address_outside_the_pool_is_refused_in_a_sentence(self) -> None:
        line = "docker run --rm --net demo --ip 172.16.101.1 busybox:local true"
        said = self._fails(HOST1.name, line, 125)
        self.assertIn("172.16.101.1", said.err)
        self.assertEqual("", self.lab.nodes[HOST1.name].run(["ip", "route", "show", "172.16.101.1"]).out)

    def test_an_address_in_use_is_refused_and_its_owner_keeps_it(self) -> None:
        line = f"docker run --rm --net demo --ip {ADDRESS1} busybox:local true"
        said = self._fails(HOST1.name, line, 125)
        self.assertIn(ADDRESS1, said.err)

    def test_a_pool_the_machine_already_uses_is_78(self) -> None:
        node = self.lab.nodes[HOST2.name]
        node.run(["ip", "address", "add", "172.16.100.200/28", "dev", "mgmt"])
        try:
            said = self._fails(HOST2.name, self._second_agent(), 78)
        finally:
            node.run(["ip", "address", "del", "172.16.100.200/28", "dev", "mgmt"])
        self.assertIn("172.16.100.", said.err)

    def test_an_agent_without_root_is_77(self) -> None:
        unprivileged = "setpriv --reuid 65534 --regid 65534 --clear-groups"
        self._fails(HOST2.name, f"{unprivileged} {self._second_agent()}", 77)

    # --- helpers ------------------------------------------------------------------------------

    @contextmanager
    def _one_cause(self, fault: Any, code: str) -> Iterator[Any]:
        """verify ends with 1 and names exactly this cause, once; the table says it in one line."""
        with made(self.lab, fault):
            ended, report = self.story.report()
            table = self.story.verify(1)
        self.assertEqual(1, ended, report)
        self.assertEqual([code], [cause["code"] for cause in report["causes"]], _texts(report))
        cause = report["causes"][0]
        self.assertEqual("fail", cause["verdict"])
        self.assertNotIn("\n", cause["text"])
        self.assertIn(cause["text"][:40], " ".join(table.out.split()))
        yield cause

    @contextmanager
    def _inventory(self, *changes: tuple[str, str], **files: str) -> Iterator[str]:
        """A copy of the inventory with texts replaced, and further files beside it."""
        folder = self.lab.names.node_dir(OPS)
        text = (folder / "inventory.yml").read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        written = {"changed.yml": text} | files
        for name, content in written.items():
            (folder / name).write_text(content)
        try:
            yield "changed.yml"
        finally:
            for name in written:
                (folder / name).unlink()

    @contextmanager
    def _faces(self, **mode: object) -> Iterator[None]:
        """Both leaves misbehave."""
        files = [self.lab.names.node_dir(leaf.name) / "face" / "mode.json" for leaf in (LEAF1, LEAF2)]
        for file in files:
            file.write_text(json.dumps(mode))
        try:
            yield
        finally:
            for file in files:
                file.unlink()

    def _second_agent(self) -> str:
        """Another agent on a host, with places of its own, that is not to come up."""
        places = "--socket /run/lab/second.sock --state /run/lab/second.db --plugins /run/lab/plugins"
        return f"routeproof-agent run {places}"

    def _fails(self, role: str, line: str, code: int) -> Result:
        argv = self.lab.shell_command(role, ["sh", "-c", line])
        result = run(argv, check=False)
        self.assertEqual(code, result.code, result.text)
        self.assertNotIn("terminate called", result.err)
        return result


def _row(container: str, address: str, host: topology.DockerHost, prefix: str, leaf: str, hop: str) -> dict[str, Any]:
    """A proven row: what is expected is what was seen."""
    values = {"prefix": prefix, "origin_as": host.asn, "next_hop": hop}
    return {
        "container": container,
        "address": address,
        "host": host.name,
        "router": leaf,
        **{key: {"expected": value, "actual": value} for key, value in values.items()},
        "verdict": "ok",
    }


def _home_rows() -> list[dict[str, Any]]:
    """Both containers on both leaves, each at home."""
    hops = {
        HOST1.name: {"leaf1": UPLINK[HOST1.name], "leaf2": VIA_SPINE["leaf2"]},
        HOST2.name: {"leaf1": VIA_SPINE["leaf1"], "leaf2": UPLINK[HOST2.name]},
    }
    containers = (("demo1", ADDRESS1, HOST1), ("demo2", ADDRESS2, HOST2))
    return [
        _row(name, address, host, host.block, leaf, hop)
        for name, address, host in containers
        for leaf, hop in hops[host.name].items()
    ]


def _rows(report: Any) -> list[Any]:
    return sorted(report["rows"], key=lambda row: (row["container"] or "", row["router"]))


def _texts(report: Any) -> list[str]:
    return [cause["text"] for cause in report["causes"]]


def _causes(report: Any) -> list[tuple[str, str, list[str]]]:
    return [(cause["code"], cause["verdict"], cause["routers"]) for cause in report["causes"]]


def _target(report: Any, name: str) -> Any:
    return next(target for target in report["targets"] if target["name"] == name)


def _ok_on_routers(report: Any) -> int:
    return sum(row["verdict"] == "ok" for row in report["rows"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
