"""A node: a machine made of a network namespace and what ``nodeinit`` adds to it."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import nodeinit
from .names import NETNS_ROOT, Names
from .process import ProcessId
from .requirements import SEARCH_PATH
from .run import LabError, Result, run
from .wait import wait_for

_STOP_DEADLINE_S = 20.0


@dataclass
class Node:
    """A handle on a node; `create` makes it, every other method needs it to be up."""

    names: Names
    role: str
    programs: str = ""  # folder of our own programs, searched first
    bulk: dict[str, str] = field(default_factory=dict)

    @property
    def netns(self) -> str:
        return self.names.netns(self.role)

    @property
    def folder(self) -> Path:
        """On the machine; the node sees it as /run/lab."""
        return self.names.node_dir(self.role)

    @property
    def path(self) -> str:
        """PATH of everything that runs here."""
        return f"{self.programs}:{SEARCH_PATH}" if self.programs else SEARCH_PATH

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": self.path, "HOME": "/run/lab/root", "LANG": "C.UTF-8", "ROUTEPROOF_LAB": self.names.tag}

    # --- life ---------------------------------------------------------------------------------

    def create(self) -> None:
        """Bring the node up in its network namespace, which must exist."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for folder in self.bulk.values():
            Path(folder).mkdir(parents=True, exist_ok=True)
        spec = nodeinit.Spec(
            netns=str(NETNS_ROOT / self.netns),
            hostname=self.role,
            folder=str(self.folder),
            environment=self.environment,
            bulk=self.bulk,
        )
        run([sys.executable, "-I", str(Path(nodeinit.__file__)), spec.to_json()], env=self.environment)

    def init(self) -> ProcessId:
        """The node's first process."""
        try:
            return ProcessId(**json.loads((self.folder / "init.json").read_text()))
        except (FileNotFoundError, ValueError) as error:
            raise LabError(f"{self.role} is not up in lab {self.names.tag}") from error

    # --- running things -----------------------------------------------------------------------

    def command(self, argv: Sequence[str], *, cwd: str = "/run/lab", env: Mapping[str, str] | None = None) -> list[str]:
        """The command line that runs ``argv`` inside, from outside.

        The environment is the node's and nothing else: what the operator's shell exports
        must not change what the lab does.
        """
        init = self.init()
        if not init.alive():
            raise LabError(f"{self.role} of lab {self.names.tag} has died: {self.folder}/init.log may say why")
        settings = [f"{key}={value}" for key, value in (self.environment | dict(env or {})).items()]
        enter = ["nsenter", "-t", str(init.pid), "--net", "--mount", "--pid", "--uts", f"--wdns={cwd}"]
        return [*enter, "--", "env", "-i", *settings, *argv]

    def run(self, argv: Sequence[str], *, check: bool = True, stdin: str | bytes | None = None) -> Result:
        """Run a command inside to its end."""
        result = run(self.command(argv), check=False, stdin=stdin)
        result = Result(tuple(argv), result.code, result.out, result.err, result.seconds)
        if check and result.code != 0:
            said = (result.err.strip() or result.out.strip() or "it said nothing").splitlines()[-1]
            raise LabError(f"{self.role}: `{shlex.join(argv)}` ended with {result.code}: {said}")
        return result

    def file(self, path: str) -> Path:
        """A file of the node as seen from outside. No part of the path may be an absolute link."""
        return Path(f"/proc/{self.init().pid}/root{path}")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.file(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    # --- services -----------------------------------------------------------------------------

    def start(self, name: str, argv: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        """Start a service; it runs until it ends, is stopped, or the node goes. Log: NAME.log."""
        self._ask("start", name=name, argv=list(argv), env=dict(env or {}))

    def running(self, name: str) -> bool:
        state = self._ask("state", name=name)
        return bool(state["known"]) and state["code"] is None

    def must_run(self, name: str) -> None:
        """Raise with the end of its log when a service has died."""
        state = self._ask("state", name=name)
        if not state["known"] or state["code"] is not None:
            ended = f"ended with {state['code']}" if state["known"] else "was never started"
            raise LabError(f"{self.role}: {name} {ended}: {self.log_tail(name) or 'its log is empty'}")

    def stop(self, name: str, *, deadline: float = _STOP_DEADLINE_S) -> int:
        """Ask a service to end, make it end after the deadline; return its exit code."""
        self._ask("signal", name=name, number=int(signal.SIGTERM))
        try:
            wait_for(f"{name} on {self.role} to stop", lambda: not self.running(name), deadline=deadline)
        except LabError:
            self._ask("signal", name=name, number=int(signal.SIGKILL))
            wait_for(f"{name} on {self.role} to die", lambda: not self.running(name))
        return int(self._ask("state", name=name)["code"])

    def signal(self, name: str, number: int) -> None:
        """Send a service a signal; what becomes of it is the caller's to see."""
        self._ask("signal", name=name, number=number)

    def log(self, name: str) -> str:
        """All that a service has said."""
        log = self.folder / f"{name}.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def log_tail(self, name: str, lines: int = 3) -> str:
        log = self.folder / f"{name}.log"
        if not log.exists():
            return ""
        return " / ".join(log.read_text(errors="replace").splitlines()[-lines:])

    def _ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(30)
            try:
                connection.connect(os.fspath(self.folder / "init.sock"))
                connection.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
                answer = json.loads(connection.makefile().readline())
            except (OSError, ValueError) as error:
                raise LabError(f"{self.role}: the node's init does not answer: {error}") from error
        if "error" in answer:
            raise LabError(f"{self.role}: {do} {arguments.get('name', '')}: {answer['error']}")
        return answer
