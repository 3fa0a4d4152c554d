"""`show ip route`: the unicast RIB of NX-OS, which proves next hops and never an origin AS."""

from __future__ import annotations

import ipaddress
from typing import Any

from frr import Frr, Network, Path, RibEntry, Table
from nxos_values import Duration, Tree

_CLIENT = {"static": "static", "ospf": "ospf-1", "isis": "isis-1", "kernel": "static"}


def _interface_names(interfaces: dict[str, Any]) -> dict[str, str]:
    others = sorted(name for name in interfaces if name != "lo")
    return {name: f"Eth1/{n + 1}" for n, name in enumerate(others)} | {"lo": "Lo0"}


def rows(frr: Frr, family: str) -> list[tuple[Network, list[Tree]]]:
    """Prefix -> its ROW_path rows, ascending."""
    now = frr.snapshot(family)
    table, rib, interfaces, neighbours = now.bgp, now.rib, now.interfaces, now.neighbours
    names = _interface_names(interfaces)
    found: dict[Network, list[Tree]] = {}
    for name, addresses in interfaces.items():
        for address in (a for a in addresses if a.version == (4 if family == "ipv4" else 6)):
            up = next((e.uptime for e in rib if e.prefix == address.network and e.protocol == "connected"), 0)
            row = {"ipnexthop": str(address.ip), "ifname": names[name], "uptime": Duration(up), "pref": 0, "metric": 0}
            host = ipaddress.ip_network(address.ip)
            found.setdefault(host, []).append(row | {"clientname": "local", "ubest": True})
            found.setdefault(address.network, []).append(row | {"clientname": "direct", "ubest": True})
    for entry in rib:
        if not entry.selected or entry.protocol == "connected":
            continue
        paths = [p for p in table.paths.get(entry.prefix, []) if p.best or (p.multipath and p.valid)]
        found.setdefault(entry.prefix, []).extend(
            _bgp(entry, sorted(paths, key=lambda p: ipaddress.ip_address(p.next_hop)), table, neighbours)
            if entry.protocol == "bgp" else _other(entry, names))
    return sorted(found.items())


def _bgp(entry: RibEntry, paths: list[Path], table: Table, neighbours: dict[str, Any]) -> list[Tree]:
    # no ifname: BGP hands over a next hop, not an interface. The tag is the neighbour's AS.
    return [{"ipnexthop": p.next_hop, "uptime": Duration(entry.uptime), "pref": entry.distance,
             "metric": entry.metric, "clientname": f"bgp-{table.local_as}",
             "type": "internal" if p.internal else "external",
             "tag": neighbours.get(p.peer, {}).get("remoteAs", table.local_as), "ubest": True}
            for p in paths if not p.own]


def _other(entry: RibEntry, names: dict[str, str]) -> list[Tree]:
    client = _CLIENT.get(entry.protocol, entry.protocol)
    row: Tree = {"uptime": Duration(entry.uptime), "pref": entry.distance, "metric": entry.metric,
                 "clientname": client}
    if not entry.hops:
        return [{"ifname": "Null0"} | row | {"type": "discard", "ubest": True}]
    return [({"ipnexthop": h.to} if h.to else {}) | ({"ifname": names.get(h.via, h.via)} if h.via else {}) | row
            | {"ubest": True} for h in entry.hops]


def tree(found: list[tuple[Network, list[Tree]]], vrfs: dict[str, bool], family: str) -> Tree:
    out = []
    for vrf, real in vrfs.items():
        prefixes = [{"ipprefix": str(prefix), "ucast-nhops": len(paths), "mcast-nhops": 0,
                     "attached": any(p["clientname"] in ("local", "direct") for p in paths), "TABLE_path": paths}
                    for prefix, paths in found] if real else []
        out.append({"vrf-name-out": vrf, "TABLE_addrf": [{"addrf": family, "TABLE_prefix": prefixes}]})
    return {"TABLE_vrf": out}


def text(found: list[tuple[Network, list[Tree]]], vrfs: dict[str, bool]) -> str:
    parts = []
    for vrf, real in vrfs.items():
        lines = [f'IP Route Table for VRF "{vrf}"', "'*' denotes best ucast next-hop",
                 "'**' denotes best mcast next-hop", "'[x/y]' denotes [preference/metric]",
                 "'%<string>' in via output denotes VRF <string>", ""]
        for prefix, paths in found if real else []:
            attached = ", attached" if any(p["clientname"] in ("local", "direct") for p in paths) else ""
            lines.append(f"{prefix}, ubest/mbest: {len(paths)}/0{attached}")
            lines += ["    *via " + ", ".join(_via(p)) for p in paths]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _via(path: Tree) -> list[str]:
    words = [path[k] for k in ("ipnexthop", "ifname") if k in path]
    words += [f"[{path['pref']}/{path['metric']}]", path["uptime"].text(), path["clientname"]]
    words += [path["type"]] if "type" in path else []
    return words + ([f"tag {path['tag']}"] if "tag" in path else [])
