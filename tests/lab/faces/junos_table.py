"""The routing table as Junos would hold it, built from FRR's.

Every destination keeps all its candidates, of every protocol, the active one first; rejected and unresolved BGP
routes stay in it as hidden ones. Filters of a request act later, on this whole table: that is why the counters of
a reply never depend on the filter.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, field, replace
from typing import Any

import as_path
from frr import Frr, Hop, Network, Path, Received, Resolver, RibEntry, Table, established

# Junos's default preferences; lower wins.
PREFERENCE = {"Direct": 0, "Local": 0, "Static": 5, "OSPF": 10, "Access-internal": 12, "IS-IS": 15, "Aggregate": 130,
              "BGP": 170}
_PROTOCOL = {"connected": "Direct", "static": "Static", "ospf": "OSPF", "isis": "IS-IS", "kernel": "Access-internal"}
REJECTED = "rejected by import policy"
UNRESOLVED = "unresolved next hop"


@dataclass(frozen=True)
class Entry:
    """One `rt-entry`."""

    protocol: str
    active: bool = False
    hops: tuple[Hop, ...] = ()
    age: int = 0
    nh_type: str = "Router"
    path: Path | None = None
    indirect: bool = False
    hidden: str = ""  # the reason
    inactive: str = ""  # the reason
    flag: str = "Accepted"
    peer_as: int = 0


@dataclass(frozen=True)
class JunosTable:
    name: str
    local_as: int = 0
    rows: dict[Network, list[Entry]] = field(default_factory=dict)

    def counters(self) -> tuple[int, int, int, int, int]:
        """destinations, routes, active, holddown, hidden."""
        entries = [e for row in self.rows.values() for e in row]
        return (len(self.rows), len(entries), sum(e.active for e in entries), 0, sum(bool(e.hidden) for e in entries))


class Interfaces:
    """Junos names for Linux interfaces: ge-0/0/N.0 in the order of their names, lo0.0 for the loopback."""

    def __init__(self, names: Any) -> None:
        others = sorted(name for name in names if name != "lo")
        self._names = {name: f"ge-0/0/{n}.0" for n, name in enumerate(others)} | {"lo": "lo0.0"}

    def junos(self, name: str | None) -> str | None:
        return self._names.get(name, name) if name else None


def inactive_reason(path: Path, best: Path) -> str:
    """Why Junos would say `path` lost against `best`: the first step that tells them apart."""
    if (path.local_preference or 100) != (best.local_preference or 100):
        return "Local Preference"
    if as_path.length(path.segments) != as_path.length(best.segments):
        return "AS path"
    if path.origin != best.origin:
        return "Origin"
    if path.segments[:1] == best.segments[:1] and (path.metric or 0) != (best.metric or 0):
        return "Not Best in its group - Route Metric or MED comparison"
    if path.internal != best.internal:
        return "Interior > Exterior > Exterior via Interior"
    if path.igp_metric != best.igp_metric:
        return "IGP metric"
    if not path.internal:
        return "Active preferred"
    return "Not Best in its group - Update source" if path.peer_router_id == best.peer_router_id \
        else "Not Best in its group - Router ID"


def build(frr: Frr, name: str, family: str, huge: int = 0, keep_none: bool = False) -> JunosTable:
    """The table of one address family (`inet.0` of ipv4, `inet6.0` of ipv6)."""
    now = frr.snapshot(family)
    bgp, rib, neighbours, interfaces = now.bgp, now.rib, now.neighbours, now.interfaces
    names, resolver = Interfaces(interfaces), Resolver(rib)
    peer_as = {peer: about.get("remoteAs", 0) for peer, about in neighbours.items()}
    rows: dict[Network, list[Entry]] = {}

    for entry in _other_protocols(rib, names):
        rows.setdefault(entry[0], []).append(entry[1])
    for address in (a for addresses in interfaces.values() for a in addresses):
        if address.version == (4 if family == "ipv4" else 6) and address.network.prefixlen != address.max_prefixlen:
            via = next(n for n, held in interfaces.items() if address in held)
            age = max((e.age for e in rows.get(address.network, []) if e.protocol == "Direct"), default=0)
            local = Entry("Local", True, (Hop(None, names.junos(via)),), age, nh_type="Local")
            rows.setdefault(ipaddress.ip_network(address.ip), []).append(local)
    for prefix, paths in bgp.paths.items():
        row = rows.setdefault(prefix, [])
        row.extend(_bgp_entries(paths, any(e.active for e in row), resolver, names, peer_as))
        if not row:  # only our own announcement, which is another protocol's route on Junos
            del rows[prefix]
    if not keep_none:
        for prefix, entry in _rejected(frr, family, neighbours, bgp, resolver, names):
            rows.setdefault(prefix, []).append(entry)
    if huge and family == "ipv4":
        rows.update(_made_up(huge, bgp, rows))
    ordered = {prefix: sorted(rows[prefix], key=lambda e: not e.active) for prefix in sorted(rows)}
    return JunosTable(name, bgp.local_as, ordered)


def empty(name: str) -> JunosTable:
    return JunosTable(name)


def _other_protocols(rib: list[RibEntry], names: Interfaces) -> list[tuple[Network, Entry]]:
    found: dict[tuple[Network, str], Entry] = {}
    for row in rib:
        protocol = _PROTOCOL.get(row.protocol)
        if protocol is None or (row.prefix.version == 6 and row.prefix.is_link_local):
            continue
        hops = tuple(Hop(h.to, names.junos(h.via)) for h in row.hops)
        entry = Entry(protocol, row.selected, hops, row.uptime, "Router" if hops else "Discard",
                      inactive="" if row.selected else "Route Preference")
        found[(row.prefix, protocol)] = entry
    return [(prefix, entry) for (prefix, _), entry in found.items()]


def _bgp_entries(paths: list[Path], taken: bool, resolver: Resolver, names: Interfaces,
                 peer_as: dict[str, int]) -> list[Entry]:
    """Entries of the paths learned from neighbours. `taken`: another protocol holds the destination."""
    learned = [p for p in paths if not p.own]
    best = next((p for p in learned if p.best), None)
    taken = taken or any(p.own and p.best for p in paths)
    if best is None and learned:  # our own route won, so FRR named no winner among the learned ones
        valid = [p for p in learned if p.valid]
        best = min(valid, key=lambda p: (-(p.local_preference or 100), as_path.length(p.segments))) if valid else None
    entries = []
    for path in sorted(learned, key=lambda p: p is not best):
        hops, connected = resolver.resolve(path.next_hop)
        entry = Entry("BGP", path=path, age=max(int(time.time()) - path.since, 0), peer_as=peer_as.get(path.peer, 0),
                      indirect=path.internal or not connected,
                      hops=tuple(Hop(h.to or path.next_hop, names.junos(h.via)) for h in hops))
        if not path.valid:
            entry = replace(entry, hidden=UNRESOLVED, nh_type="Unusable", hops=())
        elif path is best and not taken:
            contributors = [p for p in learned if p.multipath and p is not best]
            more = [h for p in contributors for h in resolver.resolve(p.next_hop)[0]]
            hops = entry.hops + tuple(Hop(h.to, names.junos(h.via)) for h in more)
            entry = replace(entry, active=True, hops=tuple(dict.fromkeys(hops)),
                            flag="Accepted Multipath" if contributors else "Accepted")
        elif path is best:
            entry = replace(entry, inactive="Route Preference")
        else:
            contributes = path.multipath and not taken
            entry = replace(entry, flag="Accepted MultipathContrib" if contributes else "Accepted",
                            inactive=inactive_reason(path, best) if best else "Route Preference")
        entries.append(entry)
    return entries


def _rejected(frr: Frr, family: str, neighbours: dict[str, dict[str, Any]], bgp: Table, resolver: Resolver,
              names: Interfaces) -> list[tuple[Network, Entry]]:
    """What neighbours sent and our import policy refused: received, and from that neighbour not in the table."""
    accepted = {(p.prefix, p.peer) for p in bgp.all_paths()}
    up = {peer: about for peer, about in neighbours.items() if established(about)}
    found = []
    for peer, routes in frr.received(up, family).items():
        about = up[peer]
        for route in routes:
            if (route.prefix, peer) in accepted:
                continue
            hops, connected = resolver.resolve(route.next_hop)
            path = as_received(route, peer, about)
            entry = Entry("BGP", path=path, hidden=REJECTED, flag="", peer_as=about.get("remoteAs", 0),
                          age=about.get("bgpTimerUpMsec", 0) // 1000, indirect=path.internal or not connected,
                          hops=tuple(Hop(h.to or route.next_hop, names.junos(h.via)) for h in hops))
            found.append((route.prefix, entry))
    return found


def as_received(route: Received, peer: str, neighbour: dict[str, Any]) -> Path:
    """A route as it came in, in the shape of a path of the table."""
    return Path(prefix=route.prefix, peer=peer, peer_router_id=neighbour.get("remoteRouterId", "0.0.0.0"),
                segments=route.segments, origin=route.origin, next_hop=route.next_hop, valid=True, best=False,
                multipath=False, internal=not neighbour.get("nbrExternalLink", False), own="", metric=route.metric,
                local_preference=route.local_preference, weight=route.weight, communities=(), aggregator=None,
                atomic=False, since=0, version=0, igp_metric=0, advertised_to=())


def _made_up(count: int, bgp: Table, rows: dict[Network, list[Entry]]) -> dict[Network, list[Entry]]:
    """Mode `huge`: copies of a real path under 100.64.0.0/10, so that they differ in nothing but the prefix."""
    sample = next((e for row in rows.values() for e in row if e.path and e.active), None)
    if sample is None:
        return {}
    base = int(ipaddress.IPv4Address("100.64.0.0"))
    made = {}
    for n in range(min(count, 1 << 22)):
        prefix = ipaddress.IPv4Network((base + n, 32))
        made[prefix] = [replace(sample, path=replace(sample.path, prefix=prefix))]
    return made
