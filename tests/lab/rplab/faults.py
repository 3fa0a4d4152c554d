"""Ways to break the lab, each with its way back.

``make`` and ``undo`` return when the routers themselves show the change, so that whoever
looks next sees a settled network: FRR is asked, never a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from . import dockerhost, frr, inventory, veth
from .lab import Lab, wait_for_proof_of
from .topology import (
    HOST1,
    LEAVES,
    LINKS,
    MANAGEMENT_PORT,
    SPINE1,
    STRANGER,
    STRANGER_LINK,
    DockerHost,
    Peering,
    Router,
    leaf_of,
    peerings,
)
from .wait import wait_for


class Fault(Protocol):
    """Something that goes wrong in a network."""

    @property
    def title(self) -> str:
        """One line for a person."""

    @property
    def typed(self) -> list[tuple[str, str]]:
        """(node, line): what is done, as somebody would have typed it."""

    def make(self, lab: Lab) -> None: ...

    def undo(self, lab: Lab) -> None: ...


@contextmanager
def made(lab: Lab, fault: Fault) -> Iterator[None]:
    """The lab with this fault in it; it is taken back whatever happens meanwhile."""
    try:
        fault.make(lab)
        yield
    finally:
        fault.undo(lab)


class PolicyRejects:
    """A leaf's import policy turns a host's block away: received, but not accepted."""

    def __init__(self, host: DockerHost = HOST1) -> None:
        self._host = host
        self._leaf = leaf_of(host)
        self._line = f"ip prefix-list {frr.FROM_HOSTS} seq 5 deny {host.block}"

    @property
    def title(self) -> str:
        return f"{self._leaf.name}'s import policy rejects {self._host.block} of {self._host.name}"

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [(f"{self._leaf.name}(config)", self._line)]

    def make(self, lab: Lab) -> None:
        self._set(lab, self._line)
        for leaf in LEAVES:
            frr.wait_for_absence(lab.nodes[leaf.name], self._host.block)

    def undo(self, lab: Lab) -> None:
        self._set(lab, f"no {self._line}")
        wait_for_proof_of(lab, self._host.block, self._host.asn)

    def _set(self, lab: Lab, line: str) -> None:
        leaf = lab.nodes[self._leaf.name]
        frr.configure(leaf, line)
        # FRR would look at its policies again after five seconds; an operator would not wait.
        neighbour = _towards(self._leaf, self._host).address
        frr.vtysh(leaf, f"clear bgp ipv4 unicast {neighbour} soft in")


class StrangerAnnounces:
    """A router behind the spine announces an address of our pool: longest match believes it."""

    def __init__(self, prefix: str = "172.16.100.1/32") -> None:
        self._prefix = prefix

    @property
    def title(self) -> str:
        return f"a stranger, AS {STRANGER.asn}, behind {SPINE1.name} announces {self._prefix}"

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [
            (f"{SPINE1.name}(config-router)", f"neighbor {STRANGER_LINK.b_address} remote-as {STRANGER.asn}"),
            (f"{STRANGER.name}(config-router-af)", f"network {self._prefix}"),
        ]

    def make(self, lab: Lab) -> None:
        stranger = lab.node(STRANGER.name)
        lab.add_netns(STRANGER.name)
        veth.connect(lab.names, STRANGER_LINK)
        lab.add_node(stranger)
        frr.start(stranger, STRANGER, peerings(STRANGER.name, (STRANGER_LINK,)))
        frr.configure(
            stranger,
            f"router bgp {STRANGER.asn}",
            "no bgp network import-check",
            "address-family ipv4 unicast",
            f"network {self._prefix}",
        )
        peer = self._seen_from_spine()
        frr.configure(
            lab.nodes[SPINE1.name],
            f"router bgp {SPINE1.asn}",
            *frr.neighbour(peer),
            "address-family ipv4 unicast",
            *frr.family(peer, "FABRIC", "FABRIC"),
        )
        wait_for_proof_of(lab, self._prefix, STRANGER.asn)

    def undo(self, lab: Lab) -> None:
        peer = self._seen_from_spine()
        spine = lab.nodes[SPINE1.name]
        if frr.session(spine, peer.address):
            frr.configure(spine, f"router bgp {SPINE1.asn}", f"no neighbor {peer.address}")
        veth.remove(lab.names.netns(SPINE1.name), STRANGER.name)
        lab.remove_node(STRANGER.name)
        for leaf in LEAVES:
            wait_for(
                f"{leaf.name} to have forgotten the stranger",
                lambda node=lab.nodes[leaf.name]: not any(
                    path.split()[-1:] == [str(STRANGER.asn)] for path in frr.paths(node, self._prefix)
                ),
            )

    def _seen_from_spine(self) -> Peering:
        return peerings(SPINE1.name, (STRANGER_LINK,))[0]


class WrongAs:
    """A host announces with an AS that is not its own, and its leaf takes any external AS."""

    def __init__(self, host: DockerHost = HOST1, asn: int = 65199) -> None:
        self._host = host
        self._leaf = leaf_of(host)
        self._asn = asn

    @property
    def title(self) -> str:
        return f"{self._host.name} announces as AS {self._asn} instead of {self._host.asn}"

    @property
    def typed(self) -> list[tuple[str, str]]:
        neighbour = _towards(self._leaf, self._host).address
        return [
            (f"{self._leaf.name}(config-router)", f"neighbor {neighbour} remote-as external"),
            (
                self._host.name,
                f"{dockerhost.AGENT} run --config {dockerhost.AGENT_CONFIG}"
                f"   # stopped before; the file now says asn: {self._asn}",
            ),
        ]

    def make(self, lab: Lab) -> None:
        self._restart(lab, "external", self._asn)

    def undo(self, lab: Lab) -> None:
        self._restart(lab, str(self._host.asn), self._host.asn)

    def _restart(self, lab: Lab, remote_as: str, asn: int) -> None:
        """Leaf first: it must take the new AS when the agent comes back with it."""
        node, leaf = lab.nodes[self._host.name], lab.nodes[self._leaf.name]
        peer = _towards(self._leaf, self._host)
        if node.running(dockerhost.AGENT):
            dockerhost.stop_agent(node)
        frr.configure(leaf, f"router bgp {self._leaf.asn}", f"neighbor {peer.address} remote-as {remote_as}")
        dockerhost.start_agent(node, inventory.agent_config(self._host, asn=asn))
        frr.wait_for_session(leaf, peer, asn)
        wait_for_proof_of(lab, self._host.block, asn)


class Unreachable:
    """A router's management port loses its cable: it works, but nobody can ask it."""

    def __init__(self, router: Router = LEAVES[1]) -> None:
        self._router = router

    @property
    def title(self) -> str:
        return f"the management link of {self._router.name} is down"

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [(self._router.name, f"ip link set {MANAGEMENT_PORT} down")]

    def make(self, lab: Lab) -> None:
        veth.set_state(lab.names.netns(self._router.name), MANAGEMENT_PORT, "down")

    def undo(self, lab: Lab) -> None:
        veth.set_state(lab.names.netns(self._router.name), MANAGEMENT_PORT, "up")


def _towards(router: Router, host: DockerHost) -> Peering:
    return next(peer for peer in peerings(router.name, LINKS) if peer.neighbour == host.name)


__all__ = ["Fault", "PolicyRejects", "StrangerAnnounces", "Unreachable", "WrongAs", "made"]
