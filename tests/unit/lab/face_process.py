"""Runs a face as sshd would: a process on pipes, FRR replaced by recorded answers."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from typing import Any, Iterator

HERE = pathlib.Path(__file__).resolve().parent
FACES = HERE.parents[1] / "lab" / "faces"
sys.path.insert(0, str(FACES))

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
_HELLO = ('<?xml version="1.0" encoding="UTF-8"?>'
          f'<hello xmlns="{BASE}"><capabilities>{{}}</capabilities></hello>]]>]]>')


def run(face: str, arguments: list[str], stdin: bytes, mode: Any = None, answers: str = "frr",
        environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """The finished process; `mode` is written to mode.json (a str as it stands)."""
    with tempfile.TemporaryDirectory() as folder:
        if mode is not None:
            pathlib.Path(folder, "mode.json").write_text(mode if isinstance(mode, str) else json.dumps(mode))
        command = ["/usr/bin/python3", "-B", str(FACES / face), "--pathspace", "leaf", "--state-dir", folder,
                   "--vtysh", str(HERE / "vtysh_stand_in.py"), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, timeout=60,
                              env=os.environ | {"VTYSH_ANSWERS": str(HERE / answers)} | (environment or {}))


def netconf(*rpcs: str, mode: Any = None, answers: str = "frr", base_1_1: bool = False, close: bool = True,
            chunked: bool = False) -> bytes:
    """What the Junos face wrote in a session of these operations."""
    versions = ["1.0", "1.1"] if base_1_1 else ["1.0"]
    hello = _HELLO.format("".join(f"<capability>urn:ietf:params:netconf:base:{v}</capability>" for v in versions))
    messages = [f'<rpc xmlns="{BASE}" message-id="{n + 1}">{rpc}</rpc>'
                for n, rpc in enumerate([*rpcs, *["<close-session/>"][: close]])]
    frame = (lambda m: f"\n#{len(m)}\n{m}\n##\n") if chunked else (lambda m: m + "]]>]]>\n")
    return run("junos_face.py", ["--hostname", "leaf1"], (hello + "".join(map(frame, messages))).encode(), mode,
               answers).stdout


def frames(output: bytes) -> list[bytes]:
    """The end-of-message frames, hello first."""
    return output.split(b"]]>]]>\n")


def reply(rpc: str, mode: Any = None, answers: str = "frr") -> ET.Element:
    """The rpc-reply to one operation."""
    return ET.fromstring(frames(netconf(rpc, mode=mode, answers=answers))[1])


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def names(element: ET.Element) -> list[str]:
    """Local names of the children, in order."""
    return [local(child) for child in element]


def find(element: ET.Element, *path: str) -> ET.Element:
    """Descends by local names; the first of each."""
    for name in path:
        element = next(child for child in element if local(child) == name)
    return element


def every(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element.iter() if local(child) == name)


def text(element: ET.Element, *path: str) -> str:
    return (find(element, *path).text or "").strip()


def cli(command: str, mode: Any = None, answers: str = "frr") -> str:
    """What the NX-OS face prints for a command."""
    done = run("nxos_face.py", ["--hostname", "leaf2"], b"", mode, answers, {"SSH_ORIGINAL_COMMAND": command})
    return done.stdout.decode("utf-8", "backslashreplace")
