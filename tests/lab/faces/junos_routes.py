"""`get-route-information`: which routes were asked for, and their XML.

Element names, order and attributes as in recorded replies of 25.4R1 (and, with mode `old_detail`, 18.2R3). No
public recording of hidden routes or of receive-protocol exists: their elements follow the output schema and the
parsers written against it, and are marked so below.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from typing import Any, Iterator

import as_path
from frr import Frr, Network, Path, Received
from junos_table import PREFERENCE, Entry, JunosTable, as_received, build, empty
from xml_text import Comment, Element, el

ORIGIN = {"IGP": "I", "EGP": "E", "incomplete": "?"}
PROTOCOLS = {"bgp": "BGP", "direct": "Direct", "static": "Static", "local": "Local", "ospf": "OSPF"}
_FLAGS = {"exact", "best", "range", "longer", "brief", "detail", "extensive", "hidden", "all", "active-path",
          "inactive-path"}
_VALUES = {"destination", "table", "protocol", "receive-protocol-name", "peer", "advertising-protocol-name",
           "neighbor", "next-hop", "source-gateway"}


class BadRequest(Exception):
    """The RPC holds something Junos does not know; the argument is the element."""


@dataclass(frozen=True)
class Question:
    """A parsed request: values by element name, and the empty elements."""

    values: dict[str, str]
    flags: frozenset[str]

    @staticmethod
    def parse(children: dict[str, str | None]) -> "Question":
        for name, text in children.items():
            if name not in _FLAGS | _VALUES or (name in _VALUES and not text):
                raise BadRequest(name)
        values = {n: t for n, t in children.items() if n in _VALUES and t}
        if values.get("protocol", "bgp") not in PROTOCOLS:
            raise BadRequest(values["protocol"])
        for name in ("receive-protocol-name", "advertising-protocol-name"):
            if values.get(name, "bgp") != "bgp":
                raise BadRequest(values[name])
        if "destination" in values:
            try:
                ipaddress.ip_network(values["destination"], strict=False)
            except ValueError as problem:
                raise BadRequest(values["destination"]) from problem
        return Question(values, frozenset(children) & _FLAGS)

    @property
    def style(self) -> str:
        return "detail" if self.flags & {"detail", "extensive"} else "brief"


def age_brief(secs: int) -> str:
    """00:09:43, 1d 02:03:04, 4w2d 11:47:11."""
    return _weeks(secs) + f"{secs % 86400 // 3600:02}:{secs % 3600 // 60:02}:{secs % 60:02}"


def age(secs: int) -> str:
    """1:14, 33:46, 7:30:22, 2w6d 10:54:23; below a minute bare seconds."""
    if secs < 60:
        return str(secs)
    if secs < 3600:
        return f"{secs // 60}:{secs % 60:02}"
    return _weeks(secs) + f"{secs % 86400 // 3600}:{secs % 3600 // 60:02}:{secs % 60:02}"


def _weeks(secs: int) -> str:
    weeks, days = secs // 604800, secs % 604800 // 86400
    return (f"{weeks}w{days}d " if weeks else f"{days}d " if days else "")


def path_text(entry: Entry) -> str:
    """The AS path with its origin, as brief has it."""
    path = entry.path
    assert path is not None
    return " ".join(filter(None, [as_path.text(path.segments), ORIGIN[path.origin], "(Atomic)" * path.atomic]))


def select(table: JunosTable, question: Question) -> Iterator[tuple[Network, list[Entry], int]]:
    """(prefix, shown entries, entries the destination really has) in the order of the table."""
    flags, values = question.flags, question.values
    wanted = _destinations(table, question)
    for prefix, row in table.rows.items():
        if wanted is not None and prefix not in wanted:
            continue
        shown = [e for e in row if bool(e.hidden) == ("hidden" in flags) or "all" in flags]
        if "protocol" in values:
            shown = [e for e in shown if e.protocol == PROTOCOLS[values["protocol"]]]
        if "active-path" in flags:
            shown = [e for e in shown if e.active]
        if "inactive-path" in flags:
            shown = [e for e in shown if not e.active]
        if "source-gateway" in values:
            shown = [e for e in shown if e.path and e.path.peer == values["source-gateway"]]
        if "next-hop" in values:
            shown = [e for e in shown if any(h.to == values["next-hop"] for h in e.hops)]
        if shown:
            yield prefix, shown, len(row)


def _destinations(table: JunosTable, question: Question) -> set[Network] | None:
    """Prefixes a <destination> means: with a mask all inside it, and the longest match if there is none."""
    if "destination" not in question.values:
        return None
    asked = ipaddress.ip_network(question.values["destination"], strict=False)
    same = [p for p in table.rows if p.version == asked.version]
    if "exact" in question.flags:
        return {asked} & set(same)
    inside = {p for p in same if p.subnet_of(asked)}  # type: ignore[arg-type]
    if inside and "best" not in question.flags and "/" in question.values["destination"]:
        return inside
    if question.flags & {"range", "longer"}:
        return inside
    around = [p for p in same if asked.subnet_of(p)]  # type: ignore[arg-type]
    return {max(around, key=lambda p: p.prefixlen)} if around else set()


def tables(frr: Frr, question: Question, modes: dict[str, Any]) -> list[JunosTable]:
    """The tables the request means: one, or without <table> every one of the box, also the empty ones."""
    keep_none, huge = bool(modes.get("keep_none")), int(modes.get("huge", 0))
    makers = {
        "inet.0": lambda: build(frr, "inet.0", "ipv4", huge, keep_none),
        "mgmt_junos.inet.0": lambda: empty("mgmt_junos.inet.0"),
        "inet6.0": lambda: build(frr, "inet6.0", "ipv6", 0, keep_none),
        "mgmt_junos.inet6.0": lambda: empty("mgmt_junos.inet6.0"),
    }
    asked = question.values.get("table")
    found = [make() for name, make in makers.items() if asked in (None, name)]
    if modes.get("bgp_not_running"):
        found = [replace(t, rows=_without_bgp(t.rows)) for t in found]
    return found


def _without_bgp(rows: dict[Network, list[Entry]]) -> dict[Network, list[Entry]]:
    kept = {prefix: [e for e in row if e.protocol != "BGP"] for prefix, row in rows.items()}
    return {prefix: row for prefix, row in kept.items() if row}


def information(frr: Frr, question: Question, modes: dict[str, Any]) -> Iterator[Element | Comment | str]:
    """Content of <route-information>: tables as opening text, rows and closing text, so that it can be streamed."""
    if modes.get("brief_only"):
        question = Question(question.values, question.flags - {"detail", "extensive"})
    # FRR is asked before the first byte goes out, so that its failure can still become an rpc-error.
    asked = [(t, _rows(frr, t, question, bool(modes.get("old_detail")))) for t in tables(frr, question, modes)]
    return _stream(asked)


def _stream(asked: list[tuple[JunosTable, Iterator[Element]]]) -> Iterator[Element | Comment | str]:
    yield Comment("keepalive")
    for table, rows in asked:
        yield "<route-table>\n"
        yield from _head(table)
        for number, row in enumerate(rows):
            if number and number % 4 == 0:  # the daemon sends these while it gathers; any gap may hold one
                yield Comment("keepalive")
            yield row
        yield "</route-table>\n"


def _head(table: JunosTable) -> Iterator[Element]:
    names = ("destination", "total-route", "active-route", "holddown-route", "hidden-route")
    yield el("table-name", table.name)
    for name, value in zip(names, table.counters()):
        yield el(f"{name}-count", value)


def _rows(frr: Frr, table: JunosTable, question: Question, old: bool) -> Iterator[Element]:
    if "receive-protocol-name" in question.values:
        return _receive_protocol(table, question)
    if "advertising-protocol-name" in question.values:
        return iter(_advertising(frr, table, question) if table.name in ("inet.0", "inet6.0") else ())
    return (_rt(prefix, entries, total, table, question.style, old)
            for prefix, entries, total in select(table, question))


def _rt(prefix: Network, entries: list[Entry], total: int, table: JunosTable, style: str, old: bool) -> Element:
    rt = el("rt", junos__style=style)
    if style == "brief":
        rt.add(el("rt-destination", str(prefix)))
        return rt.add(*(_brief(e) for e in entries))
    rt.add(*_detail_head(prefix, total, any(e.active and e.protocol == "BGP" for e in entries)))
    return rt.add(*(_detail(e, table, old) for e in entries))


def _detail_head(prefix: Network, total: int, announced: bool) -> list[Element]:
    word = "entry" if total == 1 else "entries"
    return [el("rt-destination", str(prefix.network_address)), el("rt-prefix-length", prefix.prefixlen),
            el("rt-entry-count", total, junos__format=f"{total} {word}"),
            el("rt-announced-count", int(announced)), el("rt-state", "")]


def _tags(entry: Entry) -> list[Element]:
    if entry.active:
        return [el("active-tag", "*"), el("current-active"), el("last-active")]
    return [el("active-tag", " ")]


def _preference(entry: Entry) -> str:
    # a hidden route has none: the CLI shows "BGP /-101"
    return "" if entry.hidden else str(PREFERENCE[entry.protocol])


def _brief(entry: Entry) -> Element:
    out = el("rt-entry", *_tags(entry), el("protocol-name", entry.protocol), el("preference", _preference(entry)),
             el("age", age_brief(entry.age), junos__seconds=str(entry.age)))
    path = entry.path
    if path:
        if path.metric is not None:
            out.add(el("med", path.metric))
        out.add(el("local-preference", path.local_preference or 100))
        if len(entry.hops) > 1 or any(h.to != path.peer for h in entry.hops):
            out.add(el("learned-from", path.peer))
        out.add(el("as-path", path_text(entry) + "\n                "), el("validation-state", "unverified"))
    if entry.nh_type not in ("Router", "Unusable"):
        out.add(el("nh-type", entry.nh_type))
    return out.add(*_brief_hops(entry))


def _brief_hops(entry: Entry) -> Iterator[Element]:
    for number, hop in enumerate(entry.hops):
        if entry.protocol == "Local":
            yield el("nh", el("nh-local-interface", hop.via))
        else:
            yield el("nh", el("selected-next-hop") if number == len(entry.hops) - 1 else None,
                     el("to", hop.to) if hop.to else None, el("via", hop.via) if hop.via else None)


def _hop_block(entry: Entry, old: bool) -> list[Element]:
    """Numbers of the forwarding entry: `nhh` in new releases, bare and once per level in old ones."""
    kinds = ["Indirect", entry.nh_type] if entry.indirect and entry.hops else [entry.nh_type]
    blocks = []
    for number, kind in enumerate(kinds):
        parts = [el("nh-type", kind), el("nh-index", 590 + number), el("nh-address", "0x91c0914"),
                 el("nh-reference-count", 17)]
        parts += [] if old else [el("nh-session-id", 320)]
        parts.append(el("nh-kernel-id", 0))
        blocks += parts if old else [el("nhh", *parts, junos__indent="16")]
    return blocks


def _detail_hops(entry: Entry) -> Iterator[Element]:
    for number, hop in enumerate(entry.hops):
        if entry.protocol == "Local":
            yield el("nh", el("nh-local-interface", hop.via), junos__indent="16")
            continue
        yield el("nh", el("nh-string", "Next hop"), el("to", hop.to) if hop.to else None,
                 el("via", hop.via) if hop.via else None,
                 el("selected-next-hop") if number == len(entry.hops) - 1 else None,
                 el("session", "140" if hop.to else "0"), junos__indent="16")


def _state(entry: Entry) -> str:
    if not entry.path:
        return "Active NoReadvrt Int" if entry.protocol == "Local" else "Active Int"
    kind = "Int Ext" if entry.path.internal else "Ext"
    if entry.hidden:
        return f"Hidden {kind}"
    if entry.active:
        return f"Active {kind}"
    return f"NotBest {kind}" if entry.inactive.startswith("Not Best") else kind


def _detail(entry: Entry, table: JunosTable, old: bool) -> Element:
    path = entry.path
    out = el("rt-entry", *_tags(entry), el("protocol-name", entry.protocol), el("preference", _preference(entry)))
    if path:
        out.add(el("preference2", -(path.local_preference or 100) - 1))
    out.add(*_hop_block(entry, old))
    if path:
        out.add(el("gateway", path.peer))
    out.add(*_detail_hops(entry))
    if path and entry.indirect:
        unusable = entry.nh_type == "Unusable"
        opaque = "0x0 - INH Session ID: 0" if unusable else "0x2 no-forward INH Session ID: 0"
        out.add(el("protocol-nh", el("to", path.next_hop), el("indirect-nh", opaque), junos__indent="16"))
    out.add(el("rt-entry-state", _state(entry)))
    if entry.hidden:
        out.add(el("hidden-reason", entry.hidden))  # name from the output schema, never seen recorded
    if entry.inactive:
        out.add(el("inactive-reason", entry.inactive))
    out.add(el("local-as", table.local_as))
    if path:
        out.add(el("peer-as", entry.peer_as))
    out.add(el("age", age(entry.age), junos__seconds=str(entry.age)))
    if path and path.metric is not None:
        out.add(el("metric", path.metric))
    if path and entry.indirect and entry.hops:
        out.add(el("metric2", path.igp_metric))
    out.add(el("validation-state", "unverified"))
    out.add(el("task-name", f"BGP_{entry.peer_as}.{path.peer}" if path else "IF"))
    if entry.active:
        out.add(el("announce-bits", 1), el("announce-tasks", "0-KRT "))
    return out.add(*_attributes(entry, old)) if path else out.add(el("as-path", "AS path: I\n                "))


def _attributes(entry: Entry, old: bool) -> Iterator[Element]:
    path = entry.path
    assert path is not None
    lines = [f"AS path: {path_text(entry)}"]
    if path.aggregator:
        lines.append(f"Aggregator: {path.aggregator[0]} {path.aggregator[1]}")
    if old:
        lines.append("AS path: Recorded")
    yield el("as-path", "\n".join(lines) + "\n                ")
    effective = el("attr-as-path-effective", el("aspath-effective-string", "AS path: "),
                   el("attr-value", path_text(entry)))
    attributes = el("bgp-path-attributes", effective)
    if path.aggregator:
        attributes.add(el("attr-aggregator", el("attr-length", 11), el(
            "attr-value", el("aggr-as-number", path.aggregator[0]), el("aggr-router-id", path.aggregator[1]))))
    yield attributes
    if path.communities:
        yield el("communities", *(el("community", c) for c in path.communities))
    if entry.flag:
        yield el("bgp-rt-flag", entry.flag)
    if entry.flag == "Accepted Multipath" and not old:
        yield el("bgp-rt-mult-nh-idx", 0)
    yield el("local-preference", path.local_preference or 100)
    yield el("peer-id", path.peer_router_id)
    if not old:
        yield el("thread-name", "junos-main")


def _receive_protocol(table: JunosTable, question: Question) -> Iterator[Element]:
    """Routes of one neighbour as they came in. No recording exists: elements as the public parsers expect them."""
    peer = question.values.get("peer")
    for prefix, entries, total in select(table, question):
        mine = [e for e in entries if e.path and e.path.peer == peer]
        if not mine:
            continue
        rt = el("rt", junos__style=question.style)
        if question.style == "brief":
            rt.add(el("rt-destination", str(prefix)))
        else:
            rt.add(*_detail_head(prefix, total, mine[0].active)[:4])
        yield rt.add(*(_received_entry(e, question.style) for e in mine))


def _received_entry(entry: Entry, style: str) -> Element:
    path = entry.path
    assert path is not None
    out = el("rt-entry", el("active-tag", "*" if entry.active else " "), el("protocol-name", "BGP"))
    if style == "detail" and not entry.hidden:
        out.add(el("bgp-rt-flag", "Accepted"))
    if style == "detail" and entry.hidden:
        out.add(el("hidden-reason", entry.hidden))
    if path.metric is not None:
        out.add(el("med", path.metric))
    if path.local_preference is not None:
        out.add(el("local-preference", path.local_preference))
    return out.add(el("as-path", path_text(entry) + "\n                "), el("nh", el("to", path.next_hop)))


def _advertising(frr: Frr, table: JunosTable, question: Question) -> list[Element]:
    peer = question.values.get("neighbor", "")
    about = frr.neighbours().get(peer)
    if about is None:
        return []
    routes = frr.advertised(peer, "ipv4" if table.name == "inet.0" else "ipv6")
    return [_advertised(route, as_received(route, peer, about), table.local_as) for route in routes]


def _advertised(route: Received, path: Path, local_as: int) -> Element:
    own = "" if path.internal else f"[{local_as}] "
    out = el("rt-entry", el("active-tag", "*"), el("protocol-name", "BGP"), el("bgp-metric-flags", "Nexthop Change"))
    if route.metric is not None:
        out.add(el("med", route.metric))
    if path.internal:
        out.add(el("local-preference", route.local_preference or 100))
    out.add(el("as-path", own + path_text(Entry("BGP", path=path)) + "\n                "),
            el("nh", el("to", _self(route))))
    return el("rt", el("rt-destination", str(route.prefix)), out, junos__style="brief")


def _self(route: Received) -> str:
    return "Self" if route.next_hop in ("0.0.0.0", "::") else route.next_hop
