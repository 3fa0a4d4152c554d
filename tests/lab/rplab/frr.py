"""A router: FRR's zebra and bgpd in a node, configured as an operator of a fabric would.

The configuration is rendered here and typed into vtysh. Two things in it are for the
lab alone: short timers, and no pause before updates are sent, so that a change is through
the fabric in milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .node import Node
from .run import LabError
from .topology import POOL, Peering, Router
from .wait import wait_for

DAEMONS = ("zebra", "bgpd")
FROM_HOSTS = "FROM-HOSTS"


def render(router: Router, peers: Sequence[Peering]) -> list[str]:
    """The whole configuration of one router, as lines to type."""
    hosts = [peer for peer in peers if peer.neighbour.startswith("dockerhost")]
    fabric = [peer for peer in peers if peer not in hosts]
    lines = [
        f"hostname {router.name}",
        "ip forwarding",
        f"router bgp {router.asn}",
        f" bgp router-id {router.management}",
        " bgp bestpath as-path multipath-relax",
        " timers bgp 3 9",
        " coalesce-time 0",
    ]
    for peer in peers:
        lines += neighbour(peer)
    lines.append(" address-family ipv4 unicast")
    for peer in fabric:
        lines += family(peer, "FABRIC", "FABRIC")
    for peer in hosts:
        lines += family(peer, FROM_HOSTS, "TO-HOSTS")
    lines += [" exit-address-family", "exit"]
    return policy() + lines


def neighbour(peer: Peering) -> list[str]:
    """A neighbour's own lines under `router bgp`."""
    return [
        f" neighbor {peer.address} remote-as {peer.asn}",
        f" neighbor {peer.address} description {peer.neighbour}",
        f" neighbor {peer.address} timers connect 1",
        f" neighbor {peer.address} advertisement-interval 0",
    ]


def family(peer: Peering, inward: str, outward: str) -> list[str]:
    """A neighbour's lines under `address-family ipv4 unicast`.

    soft-reconfiguration keeps what came in before policy: that is what `show route
    receive-protocol` and a verifier want to see.
    """
    return [
        f"  neighbor {peer.address} activate",
        f"  neighbor {peer.address} soft-reconfiguration inbound",
        f"  neighbor {peer.address} route-map {inward} in",
        f"  neighbor {peer.address} route-map {outward} out",
    ]


def policy() -> list[str]:
    """Import from hosts: the pool and anything inside it, nothing else. The fabric trusts itself,
    which is what makes a stranger behind the spine possible."""
    lines = []
    for name in (FROM_HOSTS, "TO-HOSTS", "FABRIC"):
        lines += [
            f"ip prefix-list {name} seq 100 permit {POOL} le 32",
            f"route-map {name} permit 10",
            f" match ip address prefix-list {name}",
            "exit",
        ]
    return lines


def start(node: Node, router: Router, peers: Sequence[Peering]) -> None:
    """Bring FRR up. Returns when it has its configuration and its sessions are free to come up."""
    space = node.names.pathspace(node.role)
    etc, run = f"/etc/frr/{space}", f"/run/frr/{space}"
    node.run(["install", "-d", "-o", "frr", "-g", "frr", etc, run, "/run/frr"])
    node.write(f"{etc}/vtysh.conf", "")
    node.run(["chown", "-R", "frr:frr", etc])
    # zebra first: bgpd retries a missing zebra only after seconds.
    for daemon, socket in zip(DAEMONS, ("zserv.api", "bgpd.vty"), strict=True):
        node.start(daemon, [f"/usr/lib/frr/{daemon}", "-N", space, "--vty_port", "0", "--log", "stdout"])
        wait_for(
            f"{daemon} on {node.role}",
            lambda path=f"{run}/{socket}": node.file(path).exists(),
            still_possible=lambda name=daemon: node.must_run(name),
        )
    wait_for(f"zebra's vty on {node.role}", lambda: node.file(f"{run}/zebra.vty").exists())
    # Typed, not loaded with `vtysh -b`: after a file bgpd holds every session back for four seconds
    # in case more of it comes.
    configure(node, *render(router, peers))


# --- asking and telling -----------------------------------------------------------------------


def vtysh(node: Node, *commands: str) -> str:
    """What FRR answers to commands, in one session."""
    arguments = [part for command in commands for part in ("-c", command)]
    return node.run(["vtysh", "-N", node.names.pathspace(node.role), *arguments]).out


def ask(node: Node, command: str) -> Any:
    """A `show … json` as values."""
    return json.loads(vtysh(node, f"{command} json") or "{}")


def configure(node: Node, *lines: str) -> None:
    """Type lines in configuration mode; a line that FRR refuses is an error."""
    said = vtysh(node, "configure terminal", *lines)
    if "%" in said:
        raise LabError(f"{node.role}: FRR refused: {said.strip()}")


def session(node: Node, neighbour: str) -> dict[str, Any]:
    """FRR's summary of one neighbour; empty when it knows none."""
    summary = ask(node, "show bgp ipv4 unicast summary")
    return dict(summary.get("peers", {}).get(neighbour, {}))


def established(node: Node, neighbour: str, asn: int | None = None) -> bool:
    """Whether a session is up, with a peer of that AS when one is named."""
    peer = session(node, neighbour)
    return peer.get("state") == "Established" and asn in (None, peer.get("remoteAs"))


def paths(node: Node, prefix: str) -> list[str]:
    """The AS paths by which a router knows exactly this prefix, best first."""
    answer = ask(node, f"show bgp ipv4 unicast {prefix}")
    found = sorted(answer.get("paths", []), key=lambda path: "bestpath" not in path)
    return [path.get("aspath", {}).get("string", "") for path in found]


def received(node: Node, neighbour: str) -> list[str]:
    """Prefixes that came in from a neighbour, before policy."""
    answer = ask(node, f"show bgp ipv4 unicast neighbors {neighbour} received-routes")
    return sorted(answer.get("receivedRoutes", {}))


def wait_for_origin(node: Node, prefix: str, asn: int) -> None:
    """Until the router's best path to exactly this prefix ends in this AS."""
    wait_for(
        f"{node.role} to hold {prefix} from AS {asn}",
        lambda: (known := paths(node, prefix)) and known[0].split()[-1:] == [str(asn)],
    )


def wait_for_absence(node: Node, prefix: str) -> None:
    """Until the router has no path to exactly this prefix."""
    wait_for(f"{node.role} to have lost {prefix}", lambda: not paths(node, prefix))


def wait_for_session(node: Node, peer: Peering, asn: int | None = None) -> None:
    wait_for(
        f"the session of {node.role} with {peer.neighbour}",
        lambda: established(node, peer.address, peer.asn if asn is None else asn),
    )
