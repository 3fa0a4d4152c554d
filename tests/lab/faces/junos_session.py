"""The NETCONF session of the Junos face: hello, framing, RPC dispatch.

RFC 6242: hellos end in `]]>]]>`; chunks are used afterwards only if both sides offered base:1.1, which Junos does
only when `version-1.1` is configured (mode `base_1_1`).
"""

from __future__ import annotations

import os
import re
import time
import xml.etree.ElementTree as ET
from typing import Any, Iterable, Iterator

import junos_bgp
import junos_config
import junos_routes
import junos_system
import modes as mode
from frr import Frr, FrrDown
from xml_text import Comment, Content, Element, el, start, write

END = b"]]>]]>"
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
MODES = mode.COMMON | {
    "no_hello": "send nothing, keep the connection open until the client leaves",
    "hello_error": "an rpc-error in place of the hello, unbalanced as some releases send it, then the end",
    "old_hello": "only the urn:ietf:params:xml:ns: spellings of the capabilities",
    "base_1_1": "offer base:1.1; chunked framing if the client offers it too",
    "rfc_compliant": "prefix nc: on every NETCONF element",
    "no_namespace": "payload without a namespace of its own",
    "permission_denied": "answer every RPC but close-session with permission denied",
    "rpc_error": "answer with an rpc-error of this message",
    "warning": "an rpc-error of severity warning with this message before the payload",
    "bgp_not_running": "as a box without BGP: <output>BGP is not running</output>, and no BGP route in any table",
    "brief_only": "answer detail and extensive in brief",
    "old_detail": "detail in the shape of 18.2: no nhh, white space round every text, AS path: Recorded",
    "multi_re": "wrap payloads in multi-routing-engine-results",
    "lock_held": "whose lock stands in the way, e.g. 'bob terminal p0 (pid 4711) on since 2026-01-01 00:00:00 UTC'",
    "commit_rejected": "answer a commit or its check with this error",
    "commit_reply_lost": '"done": make the commit and cut the connection instead of answering; "undone": only cut it',
    "commit_reply_unclosed": "leave routing-engine open in the answer to a commit, as two of them do",
    "minute": "seconds that a minute of a confirmed commit takes, instead of 60",
    "old_history": "do not mark a pending commit in the history",
    "keep_none": "import policy keeps no rejected routes: none hidden, none shown as received",
}
_CAPABILITIES = ("base:1.0", "capability:candidate:1.0", "capability:confirmed-commit:1.0",
                 "capability:validate:1.0", "capability:url:1.0?scheme=http,ftp,file")
_DENIED = {"lock", "unlock", "lock-configuration", "unlock-configuration", "edit-config", "copy-config",
           "delete-config", "load-configuration", "commit", "commit-configuration", "open-configuration",
           "close-configuration", "discard-changes", "kill-session", "validate", "request-reboot"}


class Goodbye(Exception):
    """The session ends."""


def rpc_error(message: str, bad_element: str | None = None, severity: str = "error") -> Element:
    """A full rpc-error; in `error-message` Junos puts newlines round the text."""
    out = el("nc:rpc-error", el("nc:error-type", "protocol"), el("nc:error-tag", "operation-failed"),
             el("nc:error-severity", severity),
             el("nc:error-message", message if bad_element else f"\n{message}\n"))
    return out.add(el("nc:error-info", el("nc:bad-element", bad_element))) if bad_element else out


def permission_denied(name: str) -> Element:
    """The short form: no error-type, no error-tag."""
    return el("nc:rpc-error", el("nc:error-severity", "error"),
              el("nc:error-info", el("nc:bad-element", name)), el("nc:error-message", "permission denied"))


class Session:
    """One client on two file descriptors."""

    def __init__(self, frr: Frr, hostname: str, modes: mode.Modes, log: Any, source: int, sink: int,
                 database: junos_config.Database | None = None) -> None:
        """Without a database the login belongs to a class that may only read."""
        self._frr, self._hostname, self._modes, self._log = frr, hostname, modes, log
        self._database = database
        self._source, self._sink = source, sink
        self._buffer = b""
        self._chunked = False
        self._prefix = ""

    # -- life -----------------------------------------------------------------------------------------------

    def run(self) -> None:
        modes = self._modes.read("hello")
        try:
            if modes.get("no_hello"):
                while os.read(self._source, 65536):
                    pass
                return
            self._send_bytes(mode.spoil([self._hello(modes).encode()], modes))
            if modes.get("hello_error"):
                return
            ours = bool(modes.get("base_1_1"))
            theirs = b"urn:ietf:params:netconf:base:1.1" in self._message_1_0()
            self._chunked = ours and theirs
            while True:
                self._serve(self._message_1_1() if self._chunked else self._message_1_0())
        except (Goodbye, BrokenPipeError, EOFError):
            return
        finally:
            if self._database:
                self._database.end()

    def _hello(self, modes: dict[str, Any]) -> str:
        noise = ("<!-- No zombies were killed during the creation of this user interface -->\n"
                 "<!-- user root, class super-user -->\n")
        if modes.get("hello_error"):
            return (noise + f'<rpc-reply xmlns="{BASE}">\n' + "".join(self._text(rpc_error("Too many sessions")))
                    + "</rpc-reply>\n</hello>\n]]>]]>\n")
        names = [] if modes.get("old_hello") else [f"urn:ietf:params:netconf:{c}" for c in _CAPABILITIES]
        if modes.get("base_1_1"):
            names.insert(1, "urn:ietf:params:netconf:base:1.1")
        names += [f"urn:ietf:params:xml:ns:netconf:{c}" for c in _CAPABILITIES]
        names += ["http://xml.juniper.net/netconf/junos/1.0", "http://xml.juniper.net/dmi/system/1.0"]
        self._prefix = "nc:" if modes.get("rfc_compliant") else ""
        hello = el("nc:hello", el("nc:capabilities", *(el("nc:capability", n) for n in names)),
                   el("nc:session-id", os.getpid()), **self._root_namespace())
        return noise + "".join(self._text(hello)) + "]]>]]>\n"

    def _root_namespace(self) -> dict[str, str]:
        return {"xmlns:nc" if self._prefix else "xmlns": BASE}

    # -- framing --------------------------------------------------------------------------------------------

    def _more(self) -> None:
        got = os.read(self._source, 65536)
        if not got:
            raise EOFError
        self._buffer += got

    def _message_1_0(self) -> bytes:
        while END not in self._buffer:
            self._more()
        message, _, self._buffer = self._buffer.partition(END)
        return message

    def _message_1_1(self) -> bytes:
        message = b""
        while True:
            head = re.match(rb"\s*\n#(\d+|#)\n", self._buffer)
            if head is None:
                if len(self._buffer) > 32 and not self._buffer.lstrip().startswith(b"#"):
                    raise Goodbye  # RFC 6242 4.2: a broken chunk ends the session
                self._more()
                continue
            if head[1] == b"#":
                self._buffer = self._buffer[head.end():]
                return message
            size = int(head[1])
            while len(self._buffer) < head.end() + size:
                self._more()
            message += self._buffer[head.end() : head.end() + size]
            self._buffer = self._buffer[head.end() + size :]

    def _frames(self, text: Iterable[str]) -> Iterator[bytes]:
        held = ""
        for piece in text:
            held += piece
            if len(held) >= 16384:
                yield self._frame(held)
                held = ""
        if held:
            yield self._frame(held)
        yield b"\n##\n" if self._chunked else b"]]>]]>\n"

    def _frame(self, text: str) -> bytes:
        data = text.encode()
        return b"\n#%d\n%s" % (len(data), data) if self._chunked else data

    def _send_bytes(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            while piece:
                piece = piece[os.write(self._sink, piece) :]

    def _text(self, node: Content, pad: str = "") -> Iterator[str]:
        """Our trees say nc: for NETCONF's own elements; on the wire that is a prefix or nothing."""
        for piece in write(node, pad):
            yield piece if self._prefix else re.sub(r"(</?)nc:", r"\1", piece)

    # -- RPCs -----------------------------------------------------------------------------------------------

    def _serve(self, message: bytes) -> None:
        try:
            rpc = ET.fromstring(message.strip())
        except ET.ParseError as problem:
            self._log(f"bad xml: {problem}: {message[:200]!r}")
            self._reply({}, [rpc_error("syntax error", "rpc")], {})
            return
        operation = rpc[0] if len(rpc) else None
        name = _local(operation.tag) if operation is not None else ""
        self._log(f"rpc {ET.tostring(operation, 'unicode') if operation is not None else ''}")
        modes = self._modes.read(message.decode(errors="replace"))
        if _local(rpc.tag) != "rpc" or operation is None:
            self._reply(rpc.attrib, [rpc_error("syntax error", _local(rpc.tag))], modes)
            return
        if name == "close-session":
            self._reply(rpc.attrib, [el("nc:ok")], modes)
            if not self._chunked:
                self._send_bytes([time.strftime("<!-- session end at %Y-%m-%d %H:%M:%S %Z -->\n").encode()])
            raise Goodbye
        self._reply(rpc.attrib, self._answer(name, operation, modes), modes)

    def _answer(self, name: str, operation: ET.Element, modes: dict[str, Any]) -> Iterable[Content]:
        if modes.get("permission_denied") or (name in _DENIED and not self._database):
            return [permission_denied(name)]
        if modes.get("rpc_error"):
            return [rpc_error(str(modes["rpc_error"]))]
        children = {_local(c.tag): (c.text or "").strip() or None for c in operation}
        if self._database:
            try:
                changed = self._configure(self._database, name, operation, children, modes)
            except junos_config.Refused as problem:
                errors = junos_config.errors(problem)
                return [el("load-configuration-results", *errors)] if name == "load-configuration" else errors
            if changed is not None:
                return [*changed, *self._tail()]
        try:
            payload = self._payload(name, children, modes)
        except junos_routes.BadRequest as problem:
            return [rpc_error("syntax error", str(problem))]
        except FrrDown as problem:
            self._log(f"FRR: {problem}")
            return [rpc_error("the routing subsystem is not running")]
        if payload is None:
            return [rpc_error("syntax error", name)]
        if modes.get("warning"):
            payload = [rpc_error(str(modes["warning"]), severity="warning"), *payload]
        return payload

    @staticmethod
    def _configure(database: junos_config.Database, name: str, operation: ET.Element,
                   children: dict[str, str | None], modes: dict[str, Any]) -> list[Content] | None:
        """Operations on the configuration, or None for any other."""
        attributes = dict(operation.attrib)
        database.modes = modes
        if name == "lock":
            return database.lock()
        if name == "unlock":
            return database.unlock()
        if name == "discard-changes":
            return database.discard()
        if name == "load-configuration":
            return database.load(attributes, {_local(c.tag): c.text or "" for c in operation})
        if name == "get-configuration" and attributes.get("compare") == "rollback":
            return database.compare(int(attributes["rollback"]))
        if name == "commit-configuration":
            lost = modes.get("commit_reply_lost") if "check" not in children else None
            if lost == "undone":
                raise mode.Cut
            minutes = int(children.get("confirm-timeout") or 10) if "confirmed" in children else None
            done = database.commit("check" in children, minutes, children.get("log") or "")
            if lost:
                raise mode.Cut
            if modes.get("commit_reply_unclosed"):
                return [_Raw(el("commit-results"), iter(["<routing-engine>\n<name>re0</name>\n<commit-success/>\n"]))]
            return done
        if name == "get-commit-information":
            return database.commit_information()
        if name == "get-commit-revision-information":
            return database.revision()
        if name == "get-system-uptime-information":
            return database.uptime()
        return None

    def _payload(self, name: str, children: dict[str, str | None], modes: dict[str, Any]) -> list[Content] | None:
        """Elements of the reply, or None for an RPC nobody knows."""
        hostname = str(modes.get("hostname", self._hostname))
        if name == "get-system-information":
            return [junos_system.system_information(hostname), *self._tail()]
        if name == "get-software-information":
            return self._wrapped([junos_system.software_information(hostname)], modes)
        if name in ("get-config", "get-configuration"):
            config = junos_system.configuration(self._frr, hostname)
            return [el("nc:data", config)] if name == "get-config" else [config]
        if name in ("get-bgp-neighbor-information", "get-bgp-summary-information") \
                and (modes.get("bgp_not_running") or not junos_bgp.running(self._frr)):
            return [el("output", "BGP is not running"), *self._tail()]
        if name == "get-bgp-neighbor-information":
            _known(children, {"neighbor-address", "instance"})
            wanted = children.get("neighbor-address")
            peers = junos_bgp.neighbour_information(self._frr, wanted) \
                if children.get("instance") in (None, "master") else ()
            return self._wrapped([self._routing("bgp-information", modes).add(*peers)], modes)
        if name == "get-bgp-summary-information":
            _known(children, {"instance"})
            content = junos_bgp.summary_information(self._frr, children.get("instance"))
            return self._wrapped([self._routing("bgp-information", modes).add(*content)], modes)
        if name == "get-route-information":
            question = junos_routes.Question.parse(children)
            rows = junos_routes.information(self._frr, question, modes)
            return self._wrapped([_Raw(self._routing("route-information", modes), rows)], modes)
        return None

    def _routing(self, tag: str, modes: dict[str, Any]) -> Element:
        space = {} if modes.get("no_namespace") else \
            {"xmlns": f"http://xml.juniper.net/junos/{junos_system.RELEASE}/junos-routing"}
        return el(tag, **space)

    def _wrapped(self, payload: list[Content], modes: dict[str, Any]) -> list[Content]:
        if not modes.get("multi_re"):
            return [*payload, *self._tail()]
        item = el("multi-routing-engine-item", el("re-name", "fpc0"), *payload)
        return [el("multi-routing-engine-results", item), *self._tail()]

    @staticmethod
    def _tail() -> list[Content]:
        return [el("cli", el("banner", ""))]

    def _reply(self, attributes: dict[str, str], content: Iterable[Content], modes: dict[str, Any]) -> None:
        """Sends rpc-reply with the attributes of the rpc, as RFC 6241 4.2 asks."""
        root = el("nc:rpc-reply", **self._root_namespace(),
                  xmlns__junos=f"http://xml.juniper.net/junos/{junos_system.RELEASE}/junos")
        root.attributes.update({name: value for name, value in attributes.items() if not name.startswith("{")})
        pad = "                    " if modes.get("old_detail") else ""

        def text() -> Iterator[str]:
            yield (start(root) if self._prefix else start(root).replace("<nc:", "<")) + "\n"
            for node in content:
                yield from self._nodes(node, pad)
            yield f"</{self._prefix}rpc-reply>\n"

        self._send_bytes(mode.spoil(self._frames(text()), modes))

    def _nodes(self, node: Content, pad: str) -> Iterator[str]:
        if isinstance(node, _Raw):
            yield start(node.root) + "\n"
            for row in node.rows:
                yield from [row] if isinstance(row, str) else write(row, pad)  # no NETCONF element in there
            yield f"</{node.root.tag}>\n"
        elif isinstance(node, Element) and any(isinstance(c, (_Raw, Element)) for c in node.content):
            yield start(node).replace("<nc:", f"<{self._prefix}") + "\n"
            for child in node.content:
                yield from self._nodes(child, pad)
            yield f"</{node.tag}>\n".replace("</nc:", f"</{self._prefix}")
        else:
            yield from self._text(node, pad)


class _Raw(Element):
    """An element whose rows are ready text or elements, so that a long table is written row by row."""

    def __init__(self, root: Element, rows: Iterator[Element | Comment | str]) -> None:
        super().__init__(root.tag, [], root.attributes)
        self.root, self.rows = root, rows


def _known(children: dict[str, str | None], names: set[str]) -> None:
    for name in children:
        if name not in names:
            raise junos_routes.BadRequest(name)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
