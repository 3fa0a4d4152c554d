"""`show bgp` of NX-OS: tree for JSON and XML, and the text table.

The brief nesting follows the recorded XML of the labels form and the text tables; no recording of
`show bgp ... | json` of the Loc-RIB is public.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any, Callable, Iterator

import as_path
from frr import Frr, Network, Path, Received, Table
from junos_table import as_received
from nxos_values import Tree

_ORIGIN = {"IGP": "i", "EGP": "e", "incomplete": "?"}
_TYPES = {"local": ("local", "l"), "redist": ("redist", "r"), "aggregate": ("aggregate", "a")}
FAMILY = {"ipv4": (1, "IPv4 Unicast"), "ipv6": (2, "IPv6 Unicast")}
LEGEND = """Status: s-suppressed, x-deleted, S-stale, d-dampened, h-history, *-valid, >-best
Path type: i-internal, e-external, c-confed, l-local, a-aggregate, r-redist, I-injected
Origin codes: i - IGP, e - EGP, ? - incomplete, | - multipath, & - backup, 2 - best2

   Network            Next Hop            Metric     LocPrf     Weight Path
"""


def kind(path: Path) -> tuple[str, str]:
    """(word, letter) of the path type."""
    if path.own:
        return _TYPES[path.own]
    if any(k.startswith("as-confed") for k, _ in path.segments) and \
            all(k.startswith("as-confed") for k, _ in path.segments):
        return "confed", "c"
    return ("internal", "i") if path.internal else ("external", "e")


def order(table: Table, huge: int = 0) -> Iterator[tuple[Network, list[Path]]]:
    """Prefixes ascending, as NX-OS prints them; made-up ones of mode `huge` in their place."""
    rows = dict(table.paths)
    sample = next((p for p in table.all_paths() if p.best and not p.own), None)
    if huge and sample:
        base = int(ipaddress.IPv4Address("100.64.0.0"))
        for n in range(min(huge, 1 << 22)):
            prefix = ipaddress.IPv4Network((base + n, 32))
            rows[prefix] = [replace(sample, prefix=prefix)]
    return iter(sorted(rows.items()))


def brief_path(path: Path, number: int, dotted: bool) -> Tree:
    """ROW_path of the table."""
    word, letter = kind(path)
    best, code = ("bestpath", ">") if path.best else ("multipath", "|") if path.multipath else ("none", " ")
    v6 = path.prefix.version == 6
    row: Tree = {"pathnr": number, "status": "valid" if path.valid else "none", "best": best, "type": word,
                 "statuscode": "*" if path.valid else " ", "bestcode": code, "typecode": letter,
                 "ipv6nexthop" if v6 else "ipnexthop": path.next_hop, "weight": path.weight,
                 "aspath": as_path.text(path.segments, dotted), "origin": _ORIGIN[path.origin]}
    # NX-OS keeps a MED of an own route that is zero to itself, and shows a preference only inside its AS
    if path.metric is not None and path.own != "local":
        row["metric"] = path.metric
    if path.own or path.internal:
        row["localpref"] = path.local_preference or 100
    return row


def table_tree(table: Table, vrfs: dict[str, bool], family: str, huge: int = 0, dotted: bool = False) -> Tree:
    """`vrfs`: name -> whether it is FRR's; every other one is shown empty."""
    def prefixes() -> list[Tree]:
        name = "ipprefix" if family == "ipv4" else "ipv6prefix"
        return [{name: str(prefix), "TABLE_path": [brief_path(p, n, dotted) for n, p in enumerate(paths)]}
                for prefix, paths in order(table, huge)]
    return vrf_tree(table, vrfs, family, prefixes)


def vrf_tree(table: Table, vrfs: dict[str, bool], family: str, prefixes: Callable[[], list[Tree]]) -> Tree:
    """The levels above TABLE_prefix."""
    afi, name = FAMILY[family]
    rows = []
    for vrf, real in vrfs.items():
        safi: Tree = {"safi": 1, "af-name": name, "table-version": table.version if real else 2,
                      "router-id": table.router_id if real else "0.0.0.0",
                      "TABLE_rd": [{"TABLE_prefix": prefixes() if real else []}]}
        rows.append({"vrf-name-out": vrf, "TABLE_afi": [{"afi": afi, "TABLE_safi": [safi]}]})
    return {"TABLE_vrf": rows}


def head(table: Table, vrf: str, real: bool, family: str, peer: str | None = None) -> str:
    """The lines above the rows."""
    name = FAMILY[family][1]
    first = f"Peer {peer} routes for address family {name}:" if peer else \
        f"BGP routing table information for VRF {vrf}, address family {name}"
    version, router_id = (table.version, table.router_id) if real else (2, "0.0.0.0")
    return f"{first}\nBGP table version is {version}, Local Router ID is {router_id}\n{LEGEND}"


def text_rows(rows: Iterator[tuple[Network, list[Path]]], dotted: bool = False) -> Iterator[str]:
    """The rows: three code columns, prefix at 3, next hop at 22, numbers right-aligned at 48, 59 and 70."""
    for prefix, paths in rows:
        name = str(prefix)
        for path in paths:
            best = ">" if path.best else "|" if path.multipath else " "
            line = f"{'*' if path.valid else ' '}{best}{kind(path)[1]}{name:<18} "
            name = ""  # continuation rows leave the prefix out
            if len(line) > 22:  # too long a prefix: the rest goes on a line of its own
                yield line.rstrip() + "\n"
                line = " " * 22
            line += path.next_hop
            if len(line) > 41:  # an IPv6 next hop takes the metric's room: third line
                yield line + "\n"
                line = ""
            metric = str(path.metric) if path.metric is not None and path.own != "local" else ""
            preference = str(path.local_preference or 100) if path.own or path.internal else ""
            line = f"{line:<42}{metric:>6}{preference:>11}{path.weight:>11} "
            yield line + " ".join(filter(None, [as_path.text(path.segments, dotted), _ORIGIN[path.origin]])) + "\n"


def neighbour_paths(frr: Frr, table: Table, peer: str, which: str, family: str,
                    neighbours: dict[str, dict[str, Any]]) -> Iterator[tuple[Network, list[Path]]]:
    """Rows of `neighbors X routes` or `received-routes`, the latter before policy."""
    mine = {prefix: [p for p in paths if p.peer == peer] for prefix, paths in table.paths.items()}
    if which == "routes":
        return iter(sorted((prefix, paths) for prefix, paths in mine.items() if paths))
    received: list[Received] = frr.received(neighbours, family).get(peer, [])
    rows = []
    for route in received:
        path = as_received(route, peer, neighbours[peer])
        accepted = mine.get(route.prefix)
        # a copy that policy refused is kept but takes no part: listed without any status
        rows.append((route.prefix, [replace(path, valid=bool(accepted) and accepted[0].valid,
                                            best=bool(accepted) and accepted[0].best)]))
    return iter(sorted(rows, key=lambda row: row[0]))


# -- one prefix ---------------------------------------------------------------------------------------------


def find(table: Table, text: str) -> Network | None:
    """The table's prefix that `show bgp ... PREFIX` means: that one, or the longest match of an address."""
    asked = ipaddress.ip_network(text, strict=False)
    if "/" in text:
        return asked if asked in table.paths else None
    around = [p for p in table.paths if p.version == asked.version and asked.subnet_of(p)]  # type: ignore[arg-type]
    return max(around, key=lambda p: p.prefixlen, default=None)




def detail_tree(table: Table, prefix: Network, family: str, dotted: bool = False) -> Tree:
    """Detail form of one prefix."""
    paths = table.paths[prefix]
    best = next((n + 1 for n, p in enumerate(paths) if p.best), 0)
    row: Tree = {"ipprefix" if family == "ipv4" else "ipv6prefix": str(prefix),
                 "prefixversion": max(p.version for p in paths), "totalpaths": len(paths), "bestpathnr": best,
                 "on-newlist": False, "on-xmitlist": True, "suppressed": False, "needsresync": False,
                 "locked": False}
    if any(p.multipath for p in paths):
        row["mpath"] = "eBGP"
    row["TABLE_path"] = [_detail_path(table, p, dotted) for p in paths]
    row["TABLE_advertisedto"] = [{"advertisedto": peer} for peer in (paths[0].advertised_to if paths else ())]
    return vrf_tree(table, {"default": True}, family, lambda: [row])


def _detail_path(table: Table, path: Path, dotted: bool) -> Tree:
    row: Tree = {"pathvalid": path.valid, "pathbest": path.best, "pathdeleted": False, "pathstale": False,
                 "pathhistory": False, "policyincomplete": False, "aspath": as_path.text(path.segments, dotted),
                 "source": kind(path)[0], "ipnexthop" if path.prefix.version == 4 else "ipv6nexthop": path.next_hop,
                 "nexthopmetric": path.igp_metric, "neighbor": path.peer or "0.0.0.0",
                 "neighborid": table.router_id if path.own else path.peer_router_id,
                 "origin": path.origin}
    if path.metric is not None and path.own != "local":
        row["metric"] = path.metric
    row["localpref"] = path.local_preference or 100
    row["weight"] = path.weight
    row["TABLE_community"] = [{"community": c} for c in path.communities]
    return row


def detail_text(table: Table, prefix: Network, family: str, dotted: bool = False) -> str:
    paths = table.paths[prefix]
    best = next((n + 1 for n, p in enumerate(paths) if p.best), 0)
    lines = [f"BGP routing table information for VRF default, address family {FAMILY[family][1]}",
             f"BGP routing table entry for {prefix}, version {max(p.version for p in paths)}",
             f"Paths: ({len(paths)} available, best #{best})",
             "Flags: (0x080002) (high32 00000000) on xmit-list, is" + (" in urib" if best else " not in urib"), ""]
    if any(p.multipath for p in paths):
        lines += ["  Multipath: eBGP", ""]
    for path in paths:
        lines += _detail_lines(table, path, best, dotted) + [""]
    told = paths[0].advertised_to if paths else ()
    lines += ["  Path-id 1 advertised to peers:", *_columns(told)] if told \
        else ["  Path-id 1 not advertised to any peer"]
    return "\n".join(lines) + "\n"


def _detail_lines(table: Table, path: Path, best: int, dotted: bool) -> list[str]:
    if not path.valid:
        state = "path is invalid(not in urib)"
    elif path.best:
        state = "path is valid, is best path"
    elif path.multipath:
        state = "path is valid, not best reason: newer EBGP path, multipath"
    else:
        state = "path is valid, not best reason: AS Path" if best else "path is valid, not best reason: no best"
    numbers = as_path.text(path.segments, dotted)
    if path.own:
        route = "AS-Path: NONE, path locally originated"
    elif not numbers:
        route = "AS-Path: NONE, path sourced internal to AS"
    else:
        route = f"AS-Path: {numbers} , path sourced {'internal' if path.internal else 'external'} to AS"
    med = f"MED {path.metric}" if path.metric is not None and path.own != "local" else "MED not set"
    peer = path.peer or "0.0.0.0"
    peer_id = table.router_id if path.own else path.peer_router_id
    lines = ["  Advertised path-id 1"] if path.best else []
    lines += [f"  Path type: {kind(path)[0]}, {state}, no labeled nexthop" + (", in rib" if path.best else ""),
              f"  {route}", f"    {path.next_hop} (metric {path.igp_metric}) from {peer} ({peer_id})",
              f"      Origin {path.origin}, {med}, localpref {path.local_preference or 100}, weight {path.weight}"]
    return lines + ([f"      Community: {' '.join(path.communities)}"] if path.communities else [])


def _columns(peers: tuple[str, ...]) -> list[str]:
    return ["    " + "    ".join(f"{p:<15}" for p in peers[n : n + 4]).rstrip() for n in range(0, len(peers), 4)]
