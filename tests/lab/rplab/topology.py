"""Who is in the lab. Plain values, no I/O; every other file asks this one.

::

                      spine1  AS 64900 ------------ (stranger AS 64666, only as a fault)
          10.200.1.0/31 /      \\ 10.200.2.0/31
       leaf1 AS 65000           leaf2 AS 65001
       Junos face               NX-OS face
          | 10.100.0.252/30        | 10.101.0.252/30
    dockerhost1 AS 65100     dockerhost2 AS 65101

Every node also has a port on the management network 192.0.2.0/24, a bridge in the node
``ops``, where the operator sits.
"""

from __future__ import annotations

from dataclasses import dataclass

POOL = "172.16.100.0/24"
BLOCK_SIZE = 26
NETWORK = "demo"
IMAGE = "busybox:local"

OPS = "ops"
OPS_ADDRESS = "192.0.2.1"
MANAGEMENT_LENGTH = 24
MANAGEMENT_PORT = "mgmt"


@dataclass(frozen=True)
class Router:
    """A leaf or spine: FRR underneath, and for a leaf the face of a vendor's OS on top."""

    name: str
    asn: int
    management: str
    os: str  # junos, nxos or frr: how an operator would talk to it
    role: str  # leaf or spine
    ssh_ports: tuple[int, ...] = ()  # the first is the one in the inventory


@dataclass(frozen=True)
class DockerHost:
    """A Docker host with its own dockerd and routeproof-agent."""

    name: str
    asn: int
    management: str
    block: str


@dataclass(frozen=True)
class Link:
    """A point-to-point link. Each end's interface bears the name of the node it leads to."""

    a: str
    a_address: str
    b: str
    b_address: str
    length: int

    def end(self, node: str) -> tuple[str, str, str] | None:
        """(own address, neighbour, neighbour's address) as seen from a node of this link."""
        if node == self.a:
            return self.a_address, self.b, self.b_address
        if node == self.b:
            return self.b_address, self.a, self.a_address
        return None


LEAF1 = Router("leaf1", 65000, "192.0.2.11", "junos", "leaf", (830, 22))
LEAF2 = Router("leaf2", 65001, "192.0.2.12", "nxos", "leaf", (22,))
SPINE1 = Router("spine1", 64900, "192.0.2.20", "frr", "spine")
STRANGER = Router("stranger", 64666, "192.0.2.66", "frr", "stranger")

HOST1 = DockerHost("dockerhost1", 65100, "192.0.2.101", "172.16.100.0/26")
HOST2 = DockerHost("dockerhost2", 65101, "192.0.2.102", "172.16.100.64/26")

ROUTERS = (LEAF1, LEAF2, SPINE1)
LEAVES = (LEAF1, LEAF2)
HOSTS = (HOST1, HOST2)

LINKS = (
    Link("leaf1", "10.100.0.253", "dockerhost1", "10.100.0.254", 30),
    Link("leaf2", "10.101.0.253", "dockerhost2", "10.101.0.254", 30),
    Link("spine1", "10.200.1.0", "leaf1", "10.200.1.1", 31),
    Link("spine1", "10.200.2.0", "leaf2", "10.200.2.1", 31),
)
STRANGER_LINK = Link("spine1", "10.200.9.0", "stranger", "10.200.9.1", 31)

ASN = {node.name: node.asn for node in (*ROUTERS, STRANGER, *HOSTS)}
MANAGEMENT = {OPS: OPS_ADDRESS} | {node.name: node.management for node in (*ROUTERS, *HOSTS)}
ROLES = tuple(MANAGEMENT)


@dataclass(frozen=True)
class Peering:
    """One BGP neighbour of a node."""

    neighbour: str
    own_address: str
    address: str
    asn: int


def peerings(node: str, links: tuple[Link, ...] = LINKS) -> list[Peering]:
    """The BGP neighbours of a router or host, one per link."""
    found = []
    for link in links:
        if end := link.end(node):
            own, neighbour, address = end
            found.append(Peering(neighbour, own, address, ASN[neighbour]))
    return found


def leaf_of(host: DockerHost) -> Router:
    """The leaf a host hangs on."""
    name = peerings(host.name)[0].neighbour
    return next(leaf for leaf in LEAVES if leaf.name == name)
