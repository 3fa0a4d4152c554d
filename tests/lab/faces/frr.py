"""What the faces know about the network: the real FRR below them, asked through vtysh.

Nothing is remembered between questions, so a face never tells yesterday's truth. One question may hold several
commands: vtysh is started once and prints the JSON documents one after the other.
"""

from __future__ import annotations

import ipaddress
import json
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any, Iterator

import as_path

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface


class FrrDown(Exception):
    """FRR cannot be asked: its daemons are gone, or they answered something that is no JSON."""


@dataclass(frozen=True)
class Path:
    """One path of the BGP table (Loc-RIB candidates and own routes)."""

    prefix: Network
    peer: str  # address of the neighbour, empty for own routes
    peer_router_id: str
    segments: tuple[as_path.Segment, ...]
    origin: str  # IGP, EGP, incomplete
    next_hop: str
    valid: bool
    best: bool
    multipath: bool
    internal: bool
    own: str  # empty, or local, redist, aggregate
    metric: int | None
    local_preference: int | None
    weight: int
    communities: tuple[str, ...]
    aggregator: tuple[int, str] | None
    atomic: bool
    since: int  # seconds since 1970
    version: int
    igp_metric: int
    advertised_to: tuple[str, ...]


@dataclass(frozen=True)
class Received:
    """A route as a neighbour sent it, before our policy; or as we advertise it."""

    prefix: Network
    next_hop: str
    segments: tuple[as_path.Segment, ...]
    origin: str
    metric: int | None
    local_preference: int | None
    weight: int


@dataclass(frozen=True)
class Hop:
    """A resolved next hop: `to` is None on a connected network, both are None for a blackhole."""

    to: str | None
    via: str | None


@dataclass(frozen=True)
class RibEntry:
    """One row of zebra's table."""

    prefix: Network
    protocol: str
    selected: bool
    distance: int
    metric: int
    uptime: int
    hops: tuple[Hop, ...]


@dataclass(frozen=True)
class Table:
    """The BGP table of one address family."""

    router_id: str
    local_as: int
    version: int
    paths: dict[Network, list[Path]] = field(default_factory=dict)

    def all_paths(self) -> Iterator[Path]:
        for paths in self.paths.values():
            yield from paths


@dataclass(frozen=True)
class Snapshot:
    """One family's tables, the sessions and the interfaces, of one moment."""

    bgp: Table
    rib: list[RibEntry]
    neighbours: dict[str, dict[str, Any]]
    interfaces: dict[str, list[Interface]]


def seconds(text: str) -> int:
    """FRR's uptimes: 00:00:28, 1d02h03m, 02w3d04h, never."""
    if text.count(":") == 2:
        hours, minutes, secs = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(secs)
    total, digits = 0, ""
    unit = {"y": 31536000, "w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
    for letter in text:
        if letter.isdigit():
            digits += letter
        elif letter in unit and digits:
            total, digits = total + int(digits) * unit[letter], ""
    return total


class Frr:
    """One FRR, by its pathspace."""

    def __init__(self, vtysh: str, pathspace: str | None) -> None:
        self._command = [vtysh] + (["-N", pathspace] if pathspace else [])

    def ask(self, *commands: str) -> list[Any]:
        """The JSON answers to the commands, in order."""
        arguments = [word for command in commands for word in ("-c", command)]
        try:
            done = subprocess.run(self._command + arguments, capture_output=True, text=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise FrrDown(str(problem)) from problem
        decoder, answers, rest = json.JSONDecoder(strict=False), [], done.stdout.lstrip()
        while len(answers) < len(commands):
            try:
                answer, end = decoder.raw_decode(rest)
            except ValueError as problem:
                raise FrrDown(f"vtysh said {(rest or done.stderr)[:200]!r}") from problem
            answers.append(answer)
            rest = rest[end:].lstrip()
        return answers

    def configure(self, lines: list[str]) -> str:
        """Configuration lines; gives what FRR complains about."""
        with tempfile.NamedTemporaryFile("w", prefix="face-", suffix=".conf") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            try:
                done = subprocess.run([*self._command, "-f", file.name], capture_output=True, text=True, timeout=120)
            except (OSError, subprocess.TimeoutExpired) as problem:
                raise FrrDown(str(problem)) from problem
        return (done.stdout + done.stderr).strip() if done.returncode else ""

    def running(self) -> str:
        """The running configuration, as text."""
        try:
            return subprocess.run([*self._command, "-c", "show running-config"], capture_output=True, text=True,
                                  timeout=120).stdout
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise FrrDown(str(problem)) from problem

    def local_as(self) -> int | None:
        """Of the default instance; None without one."""
        found = re.search(r"^router bgp (\d+)$", self.running(), re.MULTILINE)
        return int(found[1]) if found else None

    # -- BGP ------------------------------------------------------------------------------------------------

    def snapshot(self, family: str = "ipv4") -> Snapshot:
        """Everything but what was rejected, asked in one breath."""
        route = "ip" if family == "ipv4" else "ipv6"
        bgp, rib, neighbours, interfaces = self.ask(
            f"show bgp {family} unicast json detail", f"show {route} route json", "show bgp neighbors json",
            "show interface brief json")
        return Snapshot(self._table(bgp), [self._rib_entry(e) for rows in rib.values() for e in rows],
                        _neighbours(neighbours), _interfaces(interfaces))

    def bgp_and_neighbours(self, family: str = "ipv4") -> tuple[Table, dict[str, dict[str, Any]]]:
        """BGP table and sessions."""
        bgp, neighbours = self.ask(f"show bgp {family} unicast json detail", "show bgp neighbors json")
        return self._table(bgp), _neighbours(neighbours)

    @staticmethod
    def _table(answer: dict[str, Any]) -> Table:
        table = Table(answer.get("routerId", "0.0.0.0"), answer.get("localAS", 0), answer.get("tableVersion", 0))
        for text, rows in answer.get("routes", {}).items():
            prefix = ipaddress.ip_network(text, strict=False)
            about = next((row for row in rows if "aspath" not in row), {})
            table.paths[prefix] = [_path(prefix, row, about) for row in rows if "aspath" in row]
        return table

    @staticmethod
    def _rib_entry(row: dict[str, Any]) -> RibEntry:
        # A recursive next hop is followed by the ones it was resolved to.
        hops = [n for n in row.get("nexthops", []) if not n.get("recursive")]
        return RibEntry(
            prefix=ipaddress.ip_network(row["prefix"]),
            protocol=row["protocol"],
            selected=bool(row.get("selected")),
            distance=row.get("distance", 0),
            metric=row.get("metric", 0),
            uptime=seconds(row.get("uptime", "")),
            hops=tuple(Hop(n.get("ip"), n.get("interfaceName")) for n in hops if not n.get("blackhole")
                       and not n.get("unreachable")),
        )

    def neighbours(self) -> dict[str, dict[str, Any]]:
        """`show bgp neighbors json`, by address in ascending order."""
        return _neighbours(self.ask("show bgp neighbors json")[0])

    def received(self, neighbours: dict[str, dict[str, Any]], family: str = "ipv4") -> dict[str, list[Received]]:
        """Per neighbour that keeps a copy (soft-reconfiguration inbound): its routes before import policy.

        Paths that loop through our own AS are left out: Junos and NX-OS both drop them before they are kept.
        """
        peers = [p for p, about in neighbours.items() if soft_reconfiguration(about, family)]
        if not peers:
            return {}
        answers = self.ask(*(f"show bgp {family} unicast neighbors {p} received-routes json" for p in peers))
        kept = {}
        for peer, answer in zip(peers, answers):
            about = neighbours[peer]
            own, allowed = about.get("localAs", 0), _family(about, family).get("allowAsInCount", 0)
            routes = [_received(row) for row in answer.get("receivedRoutes", {}).values()]
            kept[peer] = sorted((r for r in routes if as_path.count(r.segments, own) <= allowed),
                                key=lambda r: r.prefix)
        return kept

    def advertised(self, peer: str, family: str = "ipv4") -> list[Received]:
        """What we tell a neighbour, after export policy."""
        answer = self.ask(f"show bgp {family} unicast neighbors {peer} advertised-routes json")[0]
        return sorted((_received(row) for row in answer.get("advertisedRoutes", {}).values()),
                      key=lambda r: r.prefix)

    def interfaces(self) -> dict[str, list[Interface]]:
        """Addresses per interface."""
        return _interfaces(self.ask("show interface brief json")[0])


def soft_reconfiguration(neighbour: dict[str, Any], family: str = "ipv4") -> bool:
    """Whether FRR keeps what this neighbour sent before policy."""
    return bool(_family(neighbour, family).get("inboundSoftConfigPermit"))


def _family(neighbour: dict[str, Any], family: str) -> dict[str, Any]:
    return neighbour.get("addressFamilyInfo", {}).get(f"{family}Unicast", {})


def established(neighbour: dict[str, Any]) -> bool:
    return neighbour.get("bgpState") == "Established"


def _neighbours(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    known = {peer: about for peer, about in answer.items() if isinstance(about, dict)}
    return dict(sorted(known.items(), key=lambda item: _address_key(item[0])))


def _interfaces(answer: dict[str, Any]) -> dict[str, list[Interface]]:
    return {name: [ipaddress.ip_interface(a) for a in about.get("addresses", [])] for name, about in answer.items()}


def _address_key(text: str) -> tuple[int, int]:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # an unnumbered neighbour goes by its interface
        return 9, 0
    return address.version, int(address)


def _path(prefix: Network, row: dict[str, Any], about: dict[str, Any]) -> Path:
    # For IPv6 FRR forwards to the link-local address; the attribute's first, global one is what devices show.
    hops = sorted(row.get("nexthops", []), key=lambda n: (n.get("scope") != "global", not n.get("used")))
    hop = hops[0] if hops else {}
    peer = row.get("peer", {})
    own = ""
    if row.get("aggregated") and row.get("local"):
        own = "aggregate"
    elif row.get("sourced"):
        own = "redist" if row.get("origin") == "incomplete" else "local"
    aggregator = (row["aggregatorAs"], row.get("aggregatorId", "0.0.0.0")) if row.get("aggregatorAs") else None
    segments = tuple((s["type"], tuple(s["list"])) for s in row["aspath"].get("segments", []))
    return Path(
        prefix=prefix,
        peer="" if own else peer.get("peerId", ""),
        peer_router_id=peer.get("routerId", "0.0.0.0"),
        segments=segments,
        origin=row.get("origin", "incomplete"),
        next_hop=hop.get("ip", "0.0.0.0"),
        valid=bool(row.get("valid")),
        best="bestpath" in row and bool(row["bestpath"].get("overall")),
        multipath=bool(row.get("multipath")),
        internal=peer.get("type") == "internal",
        own=own,
        metric=row.get("metric") if "metric" in row else row.get("med"),
        local_preference=row.get("locPrf"),
        weight=row.get("weight", 0),
        communities=tuple(row.get("community", {}).get("string", "").split()),
        aggregator=aggregator,
        atomic=bool(row.get("atomicAggregate")),
        since=row.get("lastUpdate", {}).get("epoch", int(time.time())),
        version=row.get("version", 0),
        igp_metric=hop.get("metric", 0),
        advertised_to=tuple(about.get("advertisedTo", {})),
    )


def _received(row: dict[str, Any]) -> Received:
    code = {"i": "IGP", "e": "EGP"}
    return Received(
        prefix=ipaddress.ip_network(row["network"]),
        next_hop=row.get("nextHop") or row.get("nextHopGlobal", "0.0.0.0"),
        segments=as_path.parse(row.get("path", "")),
        origin=code.get(row.get("bgpOriginCode", "?"), "incomplete"),
        metric=row.get("metric"),
        local_preference=row.get("locPrf"),
        weight=row.get("weight", 0),
    )


class Resolver:
    """Resolves a BGP next hop the way zebra does: longest match over routes that are not BGP's own."""

    def __init__(self, rib: list[RibEntry]) -> None:
        usable = [e for e in rib if e.selected and e.hops]
        self._rows = sorted(usable, key=lambda e: e.prefix.prefixlen, reverse=True)

    def resolve(self, next_hop: str) -> tuple[tuple[Hop, ...], bool]:
        """(forwarding next hops, whether the next hop lies on a connected network); empty if unresolved."""
        address = ipaddress.ip_address(next_hop)
        for row in self._rows:
            if address.version == row.prefix.version and address in row.prefix:
                if row.protocol == "connected":
                    return (Hop(next_hop, row.hops[0].via),), True
                if row.protocol == "bgp" and row.prefix.prefixlen == 0:
                    return (), False
                return row.hops, False
        return (), False
