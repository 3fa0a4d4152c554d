"""The management network: a bridge in the operator's namespace, a port for every node."""

from __future__ import annotations

from . import veth
from .names import Names
from .run import run
from .topology import MANAGEMENT, MANAGEMENT_LENGTH, MANAGEMENT_PORT, OPS, OPS_ADDRESS


def create(names: Names) -> str:
    """Make the bridge in ops; returns its name, which carries the tag."""
    ops, bridge = names.netns(OPS), f"br-{names.tag}"
    run(["ip", "-n", ops, "link", "add", bridge, "type", "bridge"])
    run(["ip", "-n", ops, "link", "set", bridge, "up"])
    veth.address(ops, bridge, OPS_ADDRESS, MANAGEMENT_LENGTH)
    return bridge


def attach(names: Names, bridge: str, role: str) -> None:
    """Give a node its management port."""
    ops, netns = names.netns(OPS), names.netns(role)
    veth.pair(netns, MANAGEMENT_PORT, ops, role)
    run(["ip", "-n", ops, "link", "set", role, "master", bridge])
    veth.address(netns, MANAGEMENT_PORT, MANAGEMENT[role], MANAGEMENT_LENGTH)
