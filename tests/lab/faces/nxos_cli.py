"""The command line of the NX-OS face: which command was typed, and its answer in the form asked for."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Iterator

import modes as mode
import nxos_bgp
import nxos_config
import nxos_sessions
import nxos_system
import nxos_urib
from frr import Frr
from nxos_values import Tree, json_text, xml_text

MODES = mode.COMMON | {
    "dialect": 'what plain `| json` speaks: "old" (default), "native" or "mixed"',
    "empty_table": 'what stands for a table without rows in old-style JSON: "missing" (default), "string", "object"',
    "json_refused": '"json", "native" or "both": which JSON forms this release does not have',
    "xml_refused": "no `| xml` either",
    "text_refused": "no text form (to see what a client does when nothing is left)",
    "permission_denied": "answer every command with the sentence of a role that may not",
    "bgp_off": "feature bgp is not enabled: its commands do not exist",
    "banner": "this text before every answer, as a login banner leaks in",
    "asdot": "AS numbers above 65535 in dotted form",
    "vrfs": "list of further VRFs that have the address family but no routes",
    "config_rejected": "take a configuration request, and answer it with this error",
    "rollback_fails": "answer a rollback with Rollback failed",
    "hang_up": "obey a configuration request or a rollback, and end the SSH connection instead of answering",
    "wrap": "break lines at this width and lose the character at the break, as a terminal does",
}
INVALID = "                                      ^\n% Invalid command at '^' marker.\n"


class Invalid(Exception):
    """No such command."""


@dataclass
class BgpCommand:
    """A parsed `show bgp ...`."""

    vrf: str = "default"
    family: str = "ipv4"
    every_family: bool = False
    what: str = "table"  # table, summary, neighbors, sessions
    neighbour: str | None = None
    routes: str | None = None
    prefix: str | None = None
    words: list[str] = field(default_factory=list)


def parse_bgp(words: list[str], ip: bool) -> BgpCommand:
    """The words behind `show bgp` or `show ip bgp`."""
    out, rest = BgpCommand(), list(words)
    while rest:
        word = rest.pop(0)
        if word == "vrf" and rest:
            out.vrf = rest.pop(0)
        elif word in ("ipv4", "ipv6") and rest[:1] == ["unicast"] and not ip:
            out.family = word
            rest.pop(0)
        elif word == "all" and not ip:
            out.every_family = True
        elif word == "unicast" and not ip:
            pass
        elif word == "summary" or (word == "sessions" and not ip):
            out.what = word
        elif word in ("neighbors", "neighbor"):
            out.what = "neighbors"
            if rest and _address(rest[0]):
                out.neighbour = rest.pop(0)
                if rest[:1] in (["routes"], ["received-routes"], ["advertised-routes"]):
                    out.routes = rest.pop(0)
        elif _address(word) and out.what == "table":
            out.prefix = word
        else:
            raise Invalid
    if out.routes == "advertised-routes" or (out.prefix and out.vrf == "all"):
        raise Invalid
    return out


def _address(word: str) -> bool:
    try:
        ipaddress.ip_network(word, strict=False)
    except ValueError:
        return False
    return True


class Cli:
    """Answers one command."""

    def __init__(self, frr: Frr, hostname: str, modes: dict[str, Any], store: nxos_config.Store | None = None) -> None:
        """Without a store the login has a role that may only read."""
        self._frr, self._modes, self._store = frr, modes, store
        self._hostname = str(modes.get("hostname", hostname))
        self._dotted = bool(modes.get("asdot"))

    def answer(self, line: str) -> Iterable[str]:
        """Text of the answer, in pieces."""
        if self._modes.get("permission_denied"):
            return ["% Permission denied for the role\n"]
        if self._store:
            said = self._store.answer(line.strip(), self._modes)
            if said is not None:
                if line.startswith(("configure", "rollback")) and self._modes.get("hang_up"):
                    mode.hang_up()
                return [said]
        command, *filters = [part.split() for part in line.split("|")]
        form = self._form([f for f in filters if f != ["no-more"]])
        if form is None or command[:1] != ["show"]:
            return [INVALID]
        try:
            pieces = self._show(command[1:], form)
        except Invalid:
            return [INVALID]
        banner = self._modes.get("banner")
        pieces = [f"{banner}\n", *pieces] if banner else pieces
        return wrapped(pieces, int(self._modes["wrap"])) if self._modes.get("wrap") else pieces

    def _form(self, filters: list[list[str]]) -> str | None:
        if not filters:
            return None if self._modes.get("text_refused") else "text"
        known = {("json",): "json", ("json", "native"): "native", ("xml",): "xml"}
        form = known.get(tuple(filters[0])) if len(filters) == 1 else None
        refused = self._modes.get("json_refused")
        if form in ("json", "native") and refused in (form, "both"):
            return None
        return None if form == "xml" and self._modes.get("xml_refused") else form

    def _show(self, words: list[str], form: str) -> Iterable[str]:
        if words[:1] == ["bgp"] or words[:2] == ["ip", "bgp"]:
            if self._modes.get("bgp_off"):
                raise Invalid
            return self._bgp(parse_bgp(words[words.index("bgp") + 1 :], words[0] == "ip"), words, form)
        if words[:2] in (["ip", "route"], ["ipv6", "route"]):
            return self._route(words, form)
        if words == ["version"]:
            return self._render(nxos_system.version_tree(self._hostname), words, form, "sysmgrcli",
                                lambda: [nxos_system.version_text(self._hostname)])
        if words == ["hostname"]:
            return self._render({"hostname": self._hostname}, words, form, "vdc_mgr",
                                lambda: [f"{self._hostname} \n"])
        raise Invalid

    def _render(self, tree: Tree | Callable[[], Tree], words: list[str], form: str, component: str,
                text: Callable[[], Iterable[str]]) -> Iterable[str]:
        if form == "text":
            return text()
        made = tree() if callable(tree) else tree
        if form == "xml":
            return [xml_text(made, ["show", *words], component)]
        dialect = "native" if form == "native" else str(self._modes.get("dialect", "old"))
        return [json_text(made, dialect, str(self._modes.get("empty_table", "missing")))]

    def _vrfs(self, asked: str) -> dict[str, bool]:
        """VRFs with a BGP address family that the word means; FRR's routes are those of `default`."""
        every = {"default": True} | {str(v): False for v in self._modes.get("vrfs", [])}
        return every if asked == "all" else {v: real for v, real in every.items() if v == asked}

    def _bgp(self, command: BgpCommand, words: list[str], form: str) -> Iterable[str]:
        vrfs = self._vrfs(command.vrf)
        if not vrfs:
            return []  # no such VRF, or none with BGP: NX-OS says nothing at all
        table, neighbours = self._frr.bgp_and_neighbours(command.family)
        if not table.local_as:  # no `router bgp`
            raise Invalid
        words = [w for w in words if not _address(w)]
        if command.what == "summary":
            families = list(nxos_bgp.FAMILY) if command.every_family else [command.family]
            return self._render(
                lambda: nxos_sessions.summary_tree(table, neighbours, vrfs, families, self._dotted), words, form, "bgp",
                lambda: [nxos_sessions.summary_text(table, neighbours, v, command.family, self._dotted)
                         for v, real in vrfs.items() if real])
        if command.what == "sessions":
            return self._json_or_xml(lambda: nxos_sessions.sessions_tree(table, neighbours, "default", self._dotted),
                                     words, form)
        if command.what == "neighbors" and command.routes is None:
            wanted = {p: n for p, n in neighbours.items() if command.neighbour in (None, p)}
            return self._json_or_xml(lambda: nxos_sessions.neighbours_tree(self._frr, wanted, table, self._dotted),
                                     words, form)
        if command.what == "neighbors":
            return self._neighbour_routes(command, table, neighbours, vrfs, words, form)
        if command.prefix:
            return self._one_prefix(command, table, words, form)
        huge = int(self._modes.get("huge", 0))
        return self._render(
            lambda: nxos_bgp.table_tree(table, vrfs, command.family, huge, self._dotted), words, form, "bgp",
            lambda: self._sections(vrfs, command.family, table, huge))

    def _json_or_xml(self, tree: Callable[[], Tree], words: list[str], form: str) -> Iterable[str]:
        if form == "text":  # the face has no text form of these
            raise Invalid
        return self._render(tree, words, form, "bgp", list)

    def _sections(self, vrfs: dict[str, bool], family: str, table: Any, huge: int) -> Iterator[str]:
        for number, (vrf, real) in enumerate(vrfs.items()):
            yield ("\n" if number else "") + nxos_bgp.head(table, vrf, real, family)
            if real:
                yield from nxos_bgp.text_rows(nxos_bgp.order(table, huge), self._dotted)

    def _one_prefix(self, command: BgpCommand, table: Any, words: list[str], form: str) -> Iterable[str]:
        prefix = nxos_bgp.find(table, command.prefix or "")
        if prefix is None or command.vrf != "default":
            return []
        return self._render(lambda: nxos_bgp.detail_tree(table, prefix, command.family, self._dotted), words, form,
                            "bgp", lambda: [nxos_bgp.detail_text(table, prefix, command.family, self._dotted)])

    def _neighbour_routes(self, command: BgpCommand, table: Any, neighbours: dict[str, dict[str, Any]],
                          vrfs: dict[str, bool], words: list[str], form: str) -> Iterable[str]:
        peer = command.neighbour or ""
        if peer not in neighbours:
            return [f"Can't find neighbor {peer}\n"]
        soft = nxos_sessions.soft_reconfiguration(neighbours[peer], command.family)
        if command.routes == "received-routes" and not soft:
            # the wording is not recorded anywhere public; what matters is that it is a sentence and no table
            return [f"Inbound soft reconfiguration not enabled for neighbor {peer}\n"]
        rows = list(nxos_bgp.neighbour_paths(self._frr, table, peer, command.routes or "routes", command.family,
                                             neighbours))
        name = "ipprefix" if command.family == "ipv4" else "ipv6prefix"

        def prefixes() -> list[Tree]:
            return [{name: str(prefix), "TABLE_path": [nxos_bgp.brief_path(p, n, self._dotted)
                                                       for n, p in enumerate(paths)]} for prefix, paths in rows]

        return self._render(
            lambda: nxos_bgp.vrf_tree(table, vrfs, command.family, prefixes), words, form, "bgp",
            lambda: ["\n" + nxos_bgp.head(table, "default", True, command.family, peer),
                     *nxos_bgp.text_rows(iter(rows), self._dotted)])

    def _route(self, words: list[str], form: str) -> Iterable[str]:
        family, rest, vrf, prefix = ("ipv6" if words[0] == "ipv6" else "ipv4"), words[2:], "default", None
        while rest:
            word = rest.pop(0)
            if word == "vrf" and rest:
                vrf = rest.pop(0)
            elif _address(word) and prefix is None:
                prefix = ipaddress.ip_network(word, strict=False)
            else:
                raise Invalid
        every = {"default": True, "management": False} | {str(v): False for v in self._modes.get("vrfs", [])}
        vrfs = every if vrf == "all" else {v: real for v, real in every.items() if v == vrf}
        if not vrfs:
            return []
        found = nxos_urib.rows(self._frr, family)
        if prefix is not None:
            same = [row for row in found if row[0].version == prefix.version]
            around = [row for row in same if prefix.subnet_of(row[0])]  # type: ignore[arg-type]
            found = [max(around, key=lambda row: row[0].prefixlen)] if around else []
            if not found and form == "text":
                return [nxos_urib.text([], {v: False}) + "\nRoute not found\n" for v in vrfs]
        words = [w for w in words if not _address(w)]
        return self._render(lambda: nxos_urib.tree(found, vrfs, family), words, form, "urib",
                            lambda: [nxos_urib.text(found, vrfs)])


def wrapped(pieces: Iterable[str], width: int) -> Iterator[str]:
    """What a terminal of this width makes of the text: a break, and the character at it lost."""
    for line in "".join(pieces).splitlines():
        while len(line) > width:
            yield line[:width] + "\r\n"
            line = line[width + 1 :]
        yield line + "\r\n"
