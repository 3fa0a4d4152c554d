"""Sessions of NX-OS: summary, neighbors, sessions; trees and the text summary."""

from __future__ import annotations

from typing import Any

import as_path
from frr import Frr, Table, established, soft_reconfiguration
from nxos_bgp import FAMILY
from nxos_values import Duration, Tree


def _as(number: int, dotted: bool) -> str:
    """AS numbers stay strings even in the native dialect."""
    return as_path.asdot(number) if dotted else str(number)


def state(about: dict[str, Any]) -> str:
    words = {"Clearing": "Idle", "Deleted": "Idle"}
    if about.get("adminShutDown"):
        return "Admin (Shut)"
    return words.get(about.get("bgpState", "Idle"), about.get("bgpState", "Idle"))


def up_for(about: dict[str, Any]) -> Duration:
    return Duration(about.get("bgpTimerUpMsec" if established(about) else "lastResetTimerMsecs", 0) // 1000)


def _accepted(about: dict[str, Any], family: str) -> int:
    return about.get("addressFamilyInfo", {}).get(f"{family}Unicast", {}).get("acceptedPrefixCounter", 0)


def summary_tree(table: Table, neighbours: dict[str, dict[str, Any]], vrfs: dict[str, bool],
                 families: list[str], dotted: bool = False) -> Tree:
    """`show bgp vrf all all summary`."""
    rows = []
    for vrf, real in vrfs.items():
        if not real:
            rows.append({"vrf-name-out": vrf, "vrf-router-id": "0.0.0.0", "vrf-local-as": _as(table.local_as, dotted)})
            continue
        afs = [{"af-id": FAMILY[f][0], "TABLE_saf": [_saf(table, neighbours, f, dotted)]} for f in families]
        rows.append({"vrf-name-out": vrf, "vrf-router-id": table.router_id,
                     "vrf-local-as": _as(table.local_as, dotted), "TABLE_af": afs})
    return {"TABLE_vrf": rows}


def _saf(table: Table, neighbours: dict[str, dict[str, Any]], family: str, dotted: bool) -> Tree:
    active = {p: n for p, n in neighbours.items() if f"{family}Unicast" in n.get("addressFamilyInfo", {})}
    row: Tree = {"safi": 1, "af-name": FAMILY[family][1]}
    if not active:
        return row
    v4 = family == "ipv4"
    networks, paths = (len(table.paths), sum(map(len, table.paths.values()))) if v4 else (0, 0)
    row |= {"tableversion": table.version, "configuredpeers": len(active),
            "capablepeers": sum(map(established, active.values())), "totalnetworks": networks, "totalpaths": paths,
            "memoryused": networks * 360, "numberattrs": paths, "bytesattrs": paths * 168, "numberpaths": paths,
            "bytespaths": paths * 10, "numbercommunities": 0, "bytescommunities": 0, "numberclusterlist": 0,
            "bytesclusterlist": 0, "dampening": False}
    row["TABLE_neighbor"] = [_summary_row(table, p, n, family, dotted) for p, n in active.items()]
    return row


def _summary_row(table: Table, peer: str, about: dict[str, Any], family: str, dotted: bool) -> Tree:
    stats = about.get("messageStats", {})
    return {"neighborid": peer, "neighborversion": 4, "msgrecvd": stats.get("totalRecv", 0),
            "msgsent": stats.get("totalSent", 0),
            "neighbortableversion": table.version if established(about) else 0, "inq": stats.get("depthInq", 0),
            "outq": stats.get("depthOutq", 0), "neighboras": _as(about.get("remoteAs", 0), dotted),
            "time": up_for(about), "state": state(about), "prefixreceived": _accepted(about, family)}


def summary_text(table: Table, neighbours: dict[str, dict[str, Any]], vrf: str, family: str, dotted: bool) -> str:
    paths = sum(map(len, table.paths.values()))
    lines = [f"BGP summary information for VRF {vrf}, address family {FAMILY[family][1]}",
             f"BGP router identifier {table.router_id}, local AS number {_as(table.local_as, dotted)}",
             f"BGP table version is {table.version}, {FAMILY[family][1]} config peers {len(neighbours)}, "
             f"capable peers {sum(map(established, neighbours.values()))}",
             f"{len(table.paths)} network entries and {paths} paths using {len(table.paths) * 360} bytes of memory",
             f"BGP attribute entries [{paths}/{paths * 168}], BGP AS path entries [{paths}/{paths * 10}]",
             "BGP community entries [0/0], BGP clusterlist entries [0/0]", "",
             "Neighbor        V    AS    MsgRcvd    MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"]
    for peer, about in neighbours.items():
        stats = about.get("messageStats", {})
        shown = str(_accepted(about, family)) if established(about) else state(about)
        version = table.version if established(about) else 0
        lines.append(f"{peer:<15} 4 {_as(about.get('remoteAs', 0), dotted):>5} {stats.get('totalRecv', 0):>10} "
                     f"{stats.get('totalSent', 0):>10} {version:>8} {stats.get('depthInq', 0):>4} "
                     f"{stats.get('depthOutq', 0):>4} {up_for(about).text():>8} {shown}")
    return "\n".join(lines) + "\n"


def neighbours_tree(frr: Frr, neighbours: dict[str, dict[str, Any]], table: Table, dotted: bool = False) -> Tree:
    """`show bgp all neighbors`."""
    interfaces = frr.interfaces()
    return {"TABLE_neighbor": [_neighbour(p, n, number + 3, table, interfaces, dotted)
                               for number, (p, n) in enumerate(neighbours.items())]}


def _neighbour(peer: str, about: dict[str, Any], index: int, table: Table, interfaces: dict[str, Any],
               dotted: bool) -> Tree:
    up, stats = established(about), about.get("messageStats", {})
    row: Tree = {"neighbor": peer, "remoteas": _as(about.get("remoteAs", 0), dotted),
                 "link": "ebgp" if about.get("nbrExternalLink") else "ibgp", "index": index}
    row |= {"version": 4, "remote-id": about.get("remoteRouterId", "0.0.0.0"),
            "prevstate": "OpenConfirm" if up else "Idle", "state": state(about), "up": up, "vrf": "default",
            "elapsedtime": up_for(about), "ttlsecurity": False, "passiveonly": False, "localas-inactive": False,
            "remove-privateas": False, "gshut-activate": False,
            "lastread": Duration(about.get("bgpTimerLastRead", 0) // 1000),
            "holdtime": about.get("bgpTimerHoldTimeMsecs", 180000) // 1000,
            "keepalivetime": about.get("bgpTimerKeepAliveIntervalMsecs", 60000) // 1000,
            "lastwrite": Duration(about.get("bgpTimerLastWrite", 0) // 1000),
            "msgrecvd": stats.get("totalRecv", 0), "notificationsrcvd": stats.get("notificationsRecv", 0),
            "recvbufbytesinq": 0, "msgsent": stats.get("totalSent", 0),
            "notificationssent": stats.get("notificationsSent", 0), "sentbytesoutstanding": 0, "enhancederr": "On",
            "discardattrs": 0, "connsestablished": about.get("connectionsEstablished", 0),
            "connsdropped": about.get("connectionsDropped", 0), "resetreason": "No error",
            "peerresetreason": "No error"}
    capabilities = about.get("neighborCapabilities", {})
    row |= {"capmpadvertised": True, "capmprecvd": up, "capas4advertised": True, "capas4recvd": "4byteAs" in capabilities,
            "capgradvertised": True, "capgrrecvd": "gracefulRestart" in capabilities}
    row["TABLE_peraf"] = [{"per-afi": FAMILY[f][0], "TABLE_persaf": [_persaf(about, f, table)]} for f in FAMILY
                          if f"{f}Unicast" in about.get("addressFamilyInfo", {})]
    if up:
        row |= {"localaddr": about.get("hostLocal", ""), "localport": about.get("portLocal", 0),
                "remoteaddr": about.get("hostForeign", ""), "remoteport": about.get("portForeign", 0), "fd": 76}
    return row


def _persaf(about: dict[str, Any], family: str, table: Table) -> Tree:
    af = about["addressFamilyInfo"][f"{family}Unicast"]
    accepted, sent = _accepted(about, family), af.get("sentPrefixCounter", 0)
    soft = soft_reconfiguration(about, family)
    row: Tree = {"per-safi": 1, "per-af-name": FAMILY[family][1], "tableversion": table.version,
                 "neighbortableversion": table.version if established(about) else 0, "pfxrecvd": accepted,
                 "pathsrecvd": accepted, "pfxbytes": accepted * 288, "pfxtreataswithdrawn": 0, "pfxsent": sent,
                 "pathssent": sent, "insoftreconfigallowed": soft}
    if soft:
        row["insoftreconfigallowedalways"] = True
    return row | {"asoverride": False, "peerascheckdisabled": False, "rrconfigured": False, "defaultoriginate": False}


def sessions_tree(table: Table, neighbours: dict[str, dict[str, Any]], vrf: str, dotted: bool = False) -> Tree:
    """`show bgp sessions`."""
    up = sum(map(established, neighbours.values()))
    rows = [{"neighbor-id": p, "connectionsdropped": n.get("connectionsDropped", 0),
             "remoteas": _as(n.get("remoteAs", 0), dotted), "lastflap": up_for(n),
             "lastread": Duration(n.get("bgpTimerLastRead", 0) // 1000),
             "lastwrite": Duration(n.get("bgpTimerLastWrite", 0) // 1000), "state": state(n),
             "localport": max(n.get("portLocal", 0), 0), "remoteport": max(n.get("portForeign", 0), 0),
             "notificationssent": n.get("messageStats", {}).get("notificationsSent", 0),
             "notificationsreceived": n.get("messageStats", {}).get("notificationsRecv", 0)}
            for p, n in neighbours.items()]
    return {"totalpeers": len(neighbours), "totalestablishedpeers": up, "localas": _as(table.local_as, dotted),
            "TABLE_vrf": [{"vrf-name-out": vrf, "local-as": _as(table.local_as, dotted), "vrfpeers": len(neighbours),
                           "vrfestablishedpeers": up, "router-id": table.router_id, "TABLE_neighbor": rows}]}
