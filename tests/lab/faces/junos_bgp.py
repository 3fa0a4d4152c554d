"""`get-bgp-neighbor-information` and `get-bgp-summary-information`."""

from __future__ import annotations

from typing import Any, Iterator

from frr import Frr, established
from junos_routes import age
from junos_table import Interfaces, build
from xml_text import Element, el

_FAMILIES = {"ipv4": ("inet.0", "inet-unicast", 20000), "ipv6": ("inet6.0", "inet6-unicast", 30000)}
_STATE = {"Clearing": "Idle", "Deleted": "Idle"}


class Counts:
    """Prefix counts of every neighbour in one rib."""

    def __init__(self, frr: Frr, family: str) -> None:
        self.family, self.rib = family, _FAMILIES[family][0]
        table = build(frr, self.rib, family)
        entries = [e for row in table.rows.values() for e in row if e.path]
        self._hidden = _tally(e.path.peer for e in entries if e.hidden)
        self._received = _tally(e.path.peer for e in entries)
        self._active = _tally(e.path.peer for e in entries if e.active)

    def of(self, peer: str) -> tuple[int, int, int]:
        """active, received, accepted. Unresolved routes are accepted by policy but hidden, so not counted."""
        received, hidden = self._received.get(peer, 0), self._hidden.get(peer, 0)
        return self._active.get(peer, 0), received, received - hidden


def _tally(names: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _counts(frr: Frr, neighbours: dict[str, dict[str, Any]]) -> list[Counts]:
    families = [f for f in _FAMILIES if any(f"{f}Unicast" in n.get("addressFamilyInfo", {})
                                            for n in neighbours.values())]
    return [Counts(frr, f) for f in families]


def running(frr: Frr) -> bool:
    """Whether there is a `router bgp` at all; without neighbours it still runs."""
    answer = frr.ask("show bgp vrfs json")[0]
    return bool(answer.get("vrfs"))


def neighbour_information(frr: Frr, wanted: str | None) -> Iterator[Element]:
    """A `bgp-peer` for each neighbour, or for the one asked for."""
    neighbours, interfaces = frr.neighbours(), frr.interfaces()
    counts, names = _counts(frr, neighbours), Interfaces(interfaces)
    for number, (peer, about) in enumerate(neighbours.items()):
        if wanted in (None, peer):
            yield _peer(peer, about, number, counts, names, interfaces)


def _peer(peer: str, about: dict[str, Any], number: int, counts: list[Counts], names: Interfaces,
          interfaces: dict[str, Any]) -> Element:
    up = established(about)
    state = about.get("bgpState", "Idle")
    external = about.get("nbrExternalLink", False)
    v4 = about.get("addressFamilyInfo", {}).get("ipv4Unicast", {})
    out = el("bgp-peer", junos__style="detail")
    out.add(el("peer-address", f"{peer}+{about['portForeign']}" if up else peer))
    out.add(el("peer-as", about.get("remoteAs", 0)))
    out.add(el("local-address", f"{about['hostLocal']}+{about['portLocal']}" if up else "unspecified"))
    out.add(el("local-as", about.get("localAs", 0)))
    if about.get("nbrDesc"):
        out.add(el("description", about["nbrDesc"]))
    out.add(el("peer-group", about.get("peerGroup", "HOSTS" if external else "INTERNAL")))
    out.add(el("peer-cfg-rti", "master"), el("peer-fwd-rti", "master"))
    out.add(el("peer-type", "External" if external else "Internal"))
    out.add(el("peer-state", _STATE.get(state, state)), el("peer-flags", "Sync" if up else ""))
    out.add(el("rsync-flags", "") if up else None)
    out.add(el("last-state", "OpenConfirm" if up else "Idle"), el("last-event", "RecvKeepAlive" if up else "Start"))
    out.add(el("last-error", _last_error(about)))
    options = el("bgp-option-information")
    for name, key in (("export-policy", "routeMapForOutgoingAdvertisements"),
                      ("import-policy", "routeMapForIncomingAdvertisements")):
        if v4.get(key):
            options.add(el(name, v4[key]))
    # what is configured, not what was negotiated
    configured = about.get("bgpTimerConfiguredHoldTimeMsecs", about.get("bgpTimerHoldTimeMsecs", 180000)) // 1000
    words = "Preference PeerAS Refresh" + (" Ttl" if about.get("externalBgpNbrMaxHopsAway", 1) > 1 else "")
    options.add(el("bgp-options", words + (" AuthKey" if about.get("authenticationEnabled") else "")),
                el("bgp-options2", ""), el("bgp-options-extended", ""), el("holdtime", configured),
                el("preference", 170))
    out.add(options, el("flap-count", about.get("connectionsDropped", 0)))
    return out.add(*_established(peer, about, number, counts, names, interfaces)) if up else out


def _last_error(about: dict[str, Any]) -> str:
    """Junos names the last NOTIFICATION; a session that ended without one has none."""
    reason = about.get("lastNotificationReason") or about.get("lastErrorCodeSubcode")
    return reason if reason else "None"


def _established(peer: str, about: dict[str, Any], number: int, counts: list[Counts], names: Interfaces,
                 interfaces: dict[str, Any]) -> Iterator[Element]:
    up = about.get("bgpTimerUpMsec", 0) // 1000
    hold = about.get("bgpTimerHoldTimeMsecs", 180000) // 1000
    active = [c for c in counts if f"{c.family}Unicast" in about.get("addressFamilyInfo", {})]
    nlri = " ".join(_FAMILIES[c.family][1] for c in active)
    via = next((n for n, held in interfaces.items() if any(about.get("hostLocal") == str(a.ip) for a in held)), None)
    stats = about.get("messageStats", {})
    yield el("elapsed-time", age(up), junos__seconds=str(up))
    yield el("peer-id", about.get("remoteRouterId", "0.0.0.0"))
    yield el("local-id", about.get("localRouterId", "0.0.0.0"))
    yield el("active-holdtime", hold)
    yield el("keepalive-interval", about.get("bgpTimerKeepAliveIntervalMsecs", 60000) // 1000)
    for name in ("group-index", "peer-index", "snmp-index"):
        yield el(name, number)
    yield el("bgp-peer-iosession", el("iosession-thread-name", "bgpio-0"), el("iosession-state", "Enabled"))
    bfd = about.get("peerBfdInfo")
    yield el("bgp-bfd", el("bfd-configuration-state", "enabled" if bfd else "disabled"),
             el("bfd-operational-state", "up" if bfd and bfd.get("status") == "Up" else "down"))
    if via:
        yield el("local-interface-name", names.junos(via))
        yield el("local-interface-index", 540)
    yield el("peer-restart-nlri-configured", nlri)
    yield el("nlri-type-peer", nlri)
    yield el("nlri-type-session", nlri)
    yield el("peer-refresh-capability", 2)
    if "4byteAs" in about.get("neighborCapabilities", {}):
        yield el("peer-4byte-as-capability-advertised", about.get("remoteAs", 0))
    yield el("peer-addpath-not-supported")
    for count in active:
        yield _rib(peer, about, count)
    yield el("peer-stale-route-time-configured", 300)
    yield el("peer-no-restart")
    yield el("peer-end-of-rib-received", nlri)
    yield el("peer-end-of-rib-sent", nlri)
    for name, key in (("last-received", "bgpTimerLastRead"), ("last-sent", "bgpTimerLastWrite")):
        yield el(name, about.get(key, 0) // 1000)
    yield el("input-messages", stats.get("totalRecv", 0))
    yield el("input-updates", stats.get("updatesRecv", 0))
    yield el("output-messages", stats.get("totalSent", 0))
    yield el("output-updates", stats.get("updatesSent", 0))


def _rib(peer: str, about: dict[str, Any], count: Counts) -> Element:
    active, received, accepted = count.of(peer)
    sent = about["addressFamilyInfo"][f"{count.family}Unicast"].get("sentPrefixCounter", 0)
    return el("bgp-rib", el("name", count.rib), el("rib-bit", _FAMILIES[count.family][2]),
              el("bgp-rib-state", "BGP restart is complete"), el("send-state", "in sync"),
              el("active-prefix-count", active), el("received-prefix-count", received),
              el("accepted-prefix-count", accepted), el("suppressed-prefix-count", 0),
              el("advertised-prefix-count", sent), junos__style="detail")


_HEADING = ("Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn "
            "State|#Active/Received/Accepted/Damped...")


def summary_information(frr: Frr, instance: str | None) -> Iterator[Element]:
    """Counts of the box, then every neighbour. An instance nobody configured has no peers."""
    neighbours = frr.neighbours() if instance in (None, "master") else {}
    counts = _counts(frr, neighbours) if neighbours else []
    groups = {about.get("nbrExternalLink", False) for about in neighbours.values()}
    yield el("bgp-thread-mode", "BGP I/O")
    yield el("thread-state", "")
    yield el("group-count", len(groups))
    yield el("peer-count", len(neighbours))
    yield el("down-peer-count", sum(not established(n) for n in neighbours.values()))
    for count in counts:
        yield _box_rib(neighbours, count)
    for number, (peer, about) in enumerate(neighbours.items()):
        yield _summary_peer(peer, about, counts, first=number == 0)


def _box_rib(neighbours: dict[str, dict[str, Any]], count: Counts) -> Element:
    out = el("bgp-rib", el("name", count.rib), junos__style="brief")
    external = [p for p, n in neighbours.items() if n.get("nbrExternalLink")]
    internal = [p for p in neighbours if p not in external]

    def total(peers: list[str]) -> tuple[int, int, int]:
        rows = [count.of(p) for p in peers]
        return sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows)

    active, received, accepted = total(list(neighbours))
    out.add(el("total-prefix-count", received), el("received-prefix-count", received),
            el("accepted-prefix-count", accepted), el("active-prefix-count", active))
    out.add(*(el(f"{name}-prefix-count", 0) for name in ("suppressed", "history", "damped")))
    for kind, peers in (("external", external), ("internal", internal)):
        a, r, ok = total(peers)
        out.add(el(f"total-{kind}-prefix-count", r), el(f"active-{kind}-prefix-count", a),
                el(f"accepted-{kind}-prefix-count", ok), el(f"suppressed-{kind}-prefix-count", 0))
    return out.add(el("pending-prefix-count", 0), el("bgp-rib-state", "BGP restart is complete"),
                   el("vpn-rib-state", "VPN restart is complete"))


def _summary_peer(peer: str, about: dict[str, Any], counts: list[Counts], first: bool) -> Element:
    up, stats = established(about), about.get("messageStats", {})
    secs = about.get("bgpTimerUpMsec" if up else "lastResetTimerMsecs", 0) // 1000
    out = el("bgp-peer", junos__style="terse", **({"heading": _HEADING} if first else {}))
    out.add(el("peer-address", peer), el("peer-as", about.get("remoteAs", 0)),
            el("input-messages", stats.get("totalRecv", 0)), el("output-messages", stats.get("totalSent", 0)),
            el("route-queue-count", stats.get("depthOutq", 0)), el("flap-count", about.get("connectionsDropped", 0)),
            el("elapsed-time", age(secs), junos__seconds=str(secs)))
    if not up:
        state = about.get("bgpState", "Idle")
        return out.add(el("peer-state", _STATE.get(state, state)))
    out.add(el("peer-state", "Established", junos__format="Establ"))
    for count in counts:
        if f"{count.family}Unicast" in about.get("addressFamilyInfo", {}):
            active, received, accepted = count.of(peer)
            out.add(el("bgp-rib", el("name", count.rib), el("active-prefix-count", active),
                       el("received-prefix-count", received), el("accepted-prefix-count", accepted),
                       el("suppressed-prefix-count", 0), junos__style="terse"))
    return out
