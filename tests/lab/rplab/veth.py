"""Wires: both ends are born inside their namespaces, so the machine never sees them."""

from __future__ import annotations

from .names import Names
from .run import run
from .topology import Link


def connect(names: Names, link: Link) -> None:
    """Lay one point-to-point link; each end is called after the node it leads to."""
    a, b = names.netns(link.a), names.netns(link.b)
    pair(a, link.b, b, link.a)
    address(a, link.b, link.a_address, link.length)
    address(b, link.a, link.b_address, link.length)


def pair(netns_a: str, port_a: str, netns_b: str, port_b: str) -> None:
    """A veth pair between two namespaces, both ends up."""
    run(["ip", "-n", netns_a, "link", "add", port_a, "type", "veth", "peer", "name", port_b, "netns", netns_b])
    run(["ip", "-n", netns_a, "link", "set", port_a, "up"])
    run(["ip", "-n", netns_b, "link", "set", port_b, "up"])


def address(netns: str, port: str, ip: str, length: int) -> None:
    run(["ip", "-n", netns, "address", "add", f"{ip}/{length}", "dev", port])


def set_state(netns: str, port: str, state: str) -> None:
    """``state`` is up or down."""
    run(["ip", "-n", netns, "link", "set", port, state])


def remove(netns: str, port: str) -> None:
    """Cut a wire, if it is there: the other end goes with it, and at once, while a namespace takes
    its links along only some time after it is gone."""
    run(["ip", "-n", netns, "link", "del", port], check=False)
