"""The story: what a newcomer sees and what the automated test asserts, told once.

Every step types commands on nodes as a person would, waits until the routers themselves show
the effect, and raises `StoryBroken` when something did not come out as it must. ``demo.py``
prints it; ``test_story.py`` runs the same steps and looks closer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rplab import dockerhost, frr
from rplab.faults import Fault, PolicyRejects, StrangerAnnounces, Unreachable, WrongAs, made
from rplab.lab import Lab, container_run, first_address, network_create, wait_for_proof_of
from rplab.run import LabError, Result, run
from rplab.topology import HOST1, HOST2, HOSTS, LEAVES, OPS, ROLES, DockerHost

DEMO1, DEMO2, DEMO3 = 1, 2, 3
ADDRESS1 = first_address(HOST1)  # 172.16.100.1, the article's
ADDRESS2 = first_address(HOST2)
ADDRESS3 = "172.16.100.3"
VERIFY = "routeproof verify -i inventory.yml"

PROVEN, MISMATCH, UNKNOWN = 0, 1, 2

FAULTS: tuple[Fault, ...] = (PolicyRejects(), StrangerAnnounces(f"{ADDRESS1}/32"), WrongAs())
BLIND = Unreachable()

# A packet from host2's container to host1's is forwarded by host2, leaf2, spine1, leaf1 and host1.
TTL_ACROSS_THE_FABRIC = 64 - 5


class StoryBroken(LabError):
    """A step did not come out as it must."""


class Transcript(Protocol):
    """Who listens to the story."""

    def say(self, text: str) -> None:
        """A sentence of explanation."""

    def command(self, where: str, line: str) -> None:
        """A command is about to run."""

    def output(self, result: Result) -> None:
        """What it answered."""


class Silence:
    """Nobody listens."""

    def say(self, text: str) -> None: ...

    def command(self, where: str, line: str) -> None: ...

    def output(self, result: Result) -> None: ...


class Story:
    """The steps, in the order they are told. Each leaves the lab settled."""

    def __init__(self, lab: Lab, transcript: Transcript | None = None) -> None:
        self.lab = lab
        self._to = transcript or Silence()

    # --- typing -------------------------------------------------------------------------------

    def type(self, role: str, line: str, *, expect: int | None = 0) -> Result:
        """Type a line into a node's shell. ``expect`` is the exit code it must have, if any."""
        self._to.command(role, line)
        result = run(self.lab.shell_command(role, ["sh", "-c", line]), check=False)
        result = Result((line,), result.code, result.out, result.err, result.seconds)
        self._to.output(result)
        if expect is not None and result.code != expect:
            raise StoryBroken(f"{role}: `{line}` ended with {result.code}, not {expect}: {_last(result)}")
        return result

    def say(self, text: str) -> None:
        self._to.say(text)

    def verify(self, expect: int) -> Result:
        """Prove it once: the caller has already seen the routers settle, so there is no second try."""
        return self.type(OPS, VERIFY, expect=expect)

    def report(self, arguments: str = "", *, inventory: str = "inventory.yml") -> tuple[int, Any]:
        """Exit code and JSON report of one more run of verify, for those who look closer."""
        line = f"routeproof verify -i {inventory} --format json {arguments}"
        result = run(self.lab.shell_command(OPS, ["sh", "-c", line]), check=False)
        try:
            return result.code, json.loads(result.out)
        except ValueError as error:
            raise StoryBroken(f"`{line}` ended with {result.code} and no JSON: {_last(result)}") from error

    # --- steps --------------------------------------------------------------------------------

    def run_containers(self) -> None:
        """A network on both hosts, demo1 on the first and demo2 on the second."""
        for number, host in ((DEMO1, HOST1), (DEMO2, HOST2)):
            self.type(host.name, network_create())
            self._run(host, number, first_address(host))
        self._wait_for_home()

    def look_at_host(self) -> str:
        """The host's routes, as the article shows them."""
        seen = self.type(HOST1.name, "ip route show | grep 172.16.100").out
        blackhole = rf"^blackhole {re.escape(HOST1.block)} "
        container = rf"^{re.escape(ADDRESS1)} dev \S+ .*scope link"
        for pattern in (blackhole, container):
            if not re.search(pattern, seen, re.MULTILINE):
                raise StoryBroken(f"{HOST1.name}: no route like /{pattern}/ among: {seen.strip()}")
        return seen

    def look_at_leaf(self) -> str:
        """What the leaf has received from the host, before policy."""
        line = f"vtysh -c 'show bgp ipv4 unicast neighbors {_uplink(HOST1)} received-routes'"
        seen = self.type("leaf1", line).out
        if not re.search(rf"{re.escape(HOST1.block)}\s+{_uplink(HOST1)}\s.*\b{HOST1.asn} ", seen):
            raise StoryBroken(f"leaf1 has not received {HOST1.block} from AS {HOST1.asn}")
        return seen

    def prove(self) -> Result:
        return self.verify(PROVEN)

    def move(self) -> None:
        """demo1 leaves host1 and starts on host2 with the address it had."""
        self.type(HOST1.name, "docker rm -f demo1")
        self._run(HOST2, DEMO1, ADDRESS1)
        self._wait_for_moved()

    def look_at_longest_match(self) -> None:
        """Block and borrowed address side by side on the far leaf."""
        self.type("leaf1", "vtysh -c 'show ip bgp'")
        paths = {prefix: frr.paths(self.lab.nodes["leaf1"], prefix) for prefix in (HOST1.block, f"{ADDRESS1}/32")}
        if paths != {HOST1.block: [str(HOST1.asn)], f"{ADDRESS1}/32": [f"64900 65001 {HOST2.asn}"]}:
            raise StoryBroken(f"leaf1 does not hold the block of host1 beside the /32 of host2: {paths}")

    def ping(self) -> None:
        """From a container on host1 to demo1 on host2, through leaf, spine and leaf."""
        self._run(HOST1, DEMO3, ADDRESS3)
        pinged = self.type(HOST1.name, f"docker exec demo3 ping -c 3 {ADDRESS1}").out
        ttls = {int(ttl) for ttl in re.findall(r"ttl=(\d+)", pinged)}
        if ttls != {TTL_ACROSS_THE_FABRIC}:
            raise StoryBroken(f"the answers came with a TTL of {sorted(ttls)}, not {TTL_ACROSS_THE_FABRIC}")
        traced = self.type(HOST1.name, f"docker exec demo3 traceroute -n -q 1 {ADDRESS1}").out
        hops = re.findall(r"^\s*\d+\s+([\d.]+)", traced, re.MULTILINE)
        across = ["10.100.0.253", "10.200.1.0", "10.200.2.1", _uplink(HOST2), ADDRESS1]
        if hops[1:] != across:
            raise StoryBroken(f"the way was {hops}, not host, {across}")

    def look_for_nat(self) -> None:
        """No node has a single rule, so nothing can translate addresses. In a container's own
        namespace Docker sends DNS questions to its resolver on the loopback, and that is all."""
        for role in ROLES:
            if found := self.type(role, "nft list ruleset; iptables-save").text.strip():
                raise StoryBroken(f"{role} has rules: {found}")
        self.say("Inside containers Docker leads questions for its own DNS server to 127.0.0.11, and nothing else:")
        for host, container in ((HOST1, "demo3"), (HOST2, "demo1")):
            inside = f"nsenter --net=$(docker inspect -f '{{{{.NetworkSettings.SandboxKey}}}}' {container})"
            for line in self.type(host.name, f"{inside} iptables-save -t nat | grep ^-A").out.splitlines():
                if "127.0.0.11" not in line:
                    raise StoryBroken(f"{container} on {host.name} has a NAT rule: {line}")

    def end_ping(self) -> None:
        """Take the container away that only the ping needed."""
        self.type(HOST1.name, "docker rm -f demo3")

    def move_home(self) -> None:
        """demo1 goes back to host1: the borrowed /32 disappears from the fabric."""
        self.type(HOST2.name, "docker rm -f demo1")
        self._run(HOST1, DEMO1, ADDRESS1)
        for leaf in LEAVES:
            frr.wait_for_absence(self.lab.nodes[leaf.name], f"{ADDRESS1}/32")
        self._wait_for_home()

    @contextmanager
    def broken_by(self, fault: Fault) -> Iterator[None]:
        """The lab with a fault in it; healed, and settled, afterwards."""
        self.say(f"The fault: {fault.title}.")
        for role, line in fault.typed:
            self._to.command(role, line)
        with made(self.lab, fault):
            yield

    def find(self, fault: Fault) -> Result:
        """verify finds a fault while it is there, and only then."""
        with self.broken_by(fault):
            found = self.verify(MISMATCH)
        self.say("Healed:")
        self.verify(PROVEN)
        return found

    def look_away(self) -> Result:
        """A leaf that cannot be asked is unknown: neither proven nor missing."""
        with self.broken_by(BLIND):
            found = self.verify(UNKNOWN)
        if "missing" in found.out.lower():
            raise StoryBroken("verify calls something missing that it could not look at")
        return found

    def _run(self, host: DockerHost, number: int, address: str) -> None:
        self.type(host.name, container_run(number, address))
        dockerhost.wait_for_workload(self.lab.nodes[host.name], address, f"demo{number}")

    # --- until the routers show it ------------------------------------------------------------

    def _wait_for_home(self) -> None:
        for host in HOSTS:
            wait_for_proof_of(self.lab, host.block, host.asn)

    def _wait_for_moved(self) -> None:
        wait_for_proof_of(self.lab, f"{ADDRESS1}/32", HOST2.asn)
        wait_for_proof_of(self.lab, HOST1.block, HOST1.asn)


def _uplink(host: DockerHost) -> str:
    return {HOST1.name: "10.100.0.254", HOST2.name: "10.101.0.254"}[host.name]


def _last(result: Result) -> str:
    return (result.text.strip().splitlines() or ["it said nothing"])[-1]


__all__ = ["Story", "StoryBroken", "Transcript", "FAULTS", "BLIND"]
