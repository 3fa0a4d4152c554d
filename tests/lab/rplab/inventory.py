"""The files our own programs read, rendered from the topology."""

from __future__ import annotations

from collections.abc import Sequence

from .topology import BLOCK_SIZE, HOSTS, LINKS, NETWORK, POOL, ROUTERS, DockerHost, leaf_of, peerings


def agent_config(host: DockerHost, *, asn: int | None = None, etcd: Sequence[str] = ()) -> str:
    """agent.yml of one host. ``asn`` lets a fault configure a wrong one; ``etcd`` is a shared store."""
    lines = [
        "routeproof: 1",
        f"host: {host.name}",
        f"asn: {host.asn if asn is None else asn}",
        "pools:",
        f"  - {{cidr: {POOL}, block_size: {BLOCK_SIZE}}}",
        f"blocks: [{host.block}]",
        "peers:",
    ]
    for peer in peerings(host.name):
        lines.append(
            f"  - {{name: {peer.neighbour}, address: {peer.address}, asn: {peer.asn}, "
            f"local_address: {peer.own_address}, hold_time: 9}}"
        )
    if etcd:
        lines.append(f"store: {{etcd: [{', '.join(etcd)}]}}")
    lines.append("aliases: [calico]   # so that command lines written for Calico work as they are")
    return "\n".join(lines) + "\n"


def operator_inventory() -> str:
    """inventory.yml as it lies on the operator's machine, beside id_ed25519 and known_hosts."""
    lines = [
        "routeproof: 1",
        "pools:",
        f"  {NETWORK}: {{cidr: {POOL}, block_size: {BLOCK_SIZE}}}",
        "defaults: {credentials: lab, known_hosts: known_hosts}",
        "credentials:",
        "  lab: {user: root, key_file: id_ed25519}",
        "routers:",
    ]
    for router in ROUTERS:
        reach = f"address: {router.management}, port: {router.ssh_ports[0]}, " if router.ssh_ports else ""
        lines.append(f"  {router.name}: {{os: {router.os}, role: {router.role}, {reach}asn: {router.asn}}}")
    lines.append("links:")
    names = {router.name for router in ROUTERS}
    for link in LINKS:
        if {link.a, link.b} <= names:
            lines.append(
                f"  - {{a: {link.b}, a_address: {link.b_address}, b: {link.a}, b_address: {link.a_address}}}"
            )
    lines.append("hosts:")
    for host in HOSTS:
        peer = peerings(host.name)[0]
        lines += [
            f"  {host.name}:",
            f"    asn: {host.asn}",
            f"    address: {host.management}",
            f"    blocks: [{host.block}]",
            f"    peerings: [{{router: {leaf_of(host).name}, host_address: {peer.own_address}, "
            f"router_address: {peer.address}}}]",
        ]
    return "\n".join(lines) + "\n"
