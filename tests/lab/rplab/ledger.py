"""What a lab has made, written down before it is made, so that it can be unmade.

The file state.json survives the program that wrote it: after a ``kill -9`` in the middle
of anything, ``lab down`` reads it and takes away what is there, in reverse order. An entry
whose thing was never made, or is gone already, costs nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from . import netns
from .mounts import mount_points
from .names import cgroup_dirs
from .process import ProcessId, kill
from .run import LabError
from .wait import wait_for

SCHEMA = "routeproof.lab/1"


@dataclass(frozen=True)
class Entry:
    """One thing: ``kind`` says how it is taken away."""

    kind: str  # folder, netns, node (a folder that holds init.json) or cgroup
    name: str


class Ledger:
    """The entries of one lab, on disk at every moment. Safe to use from several threads."""

    def __init__(self, file: Path, tag: str) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.tag = tag
        self.status = "building"
        self.created = time.time()
        self.entries: list[Entry] = []

    @staticmethod
    def load(file: Path, tag: str) -> Ledger:
        """The ledger on disk; an empty one when there is none or it cannot be read.

        Taking down goes by names as well (see ``lab.sweep``), so a lost ledger loses nothing.
        """
        ledger = Ledger(file, tag)
        try:
            state = json.loads(file.read_text())
            ledger.status, ledger.created = state["status"], state["created"]
            ledger.entries = [Entry(**entry) for entry in state["entries"]]
        except (OSError, ValueError, KeyError, TypeError):
            ledger.status = "unknown"
        return ledger

    def record(self, kind: str, name: str | Path) -> None:
        """Write down what is about to be made."""
        with self._lock:
            self.entries.append(Entry(kind, str(name)))
            self._save()

    def set_status(self, status: str) -> None:
        with self._lock:
            self.status = status
            self._save()

    def undo(self, wanted: Callable[[Entry], bool] = lambda _: True) -> list[str]:
        """Take away every wanted entry, last made first. Returns what could not be done.

        A failure does not stop the rest, and its entry stays for the next attempt. The folder
        that holds the ledger itself is not an entry: its owner removes it at the very end.
        """
        trouble = []
        for entry in reversed([entry for entry in self.entries if wanted(entry)]):
            try:
                REMOVERS[entry.kind](entry.name)
            except (OSError, LabError) as error:
                trouble.append(f"{entry.kind} {entry.name}: {error}")
                continue
            with self._lock:
                self.entries.remove(entry)
                self._save()
        return trouble

    def _save(self) -> None:
        state = {
            "schema": SCHEMA,
            "tag": self.tag,
            "status": self.status,
            "created": self.created,
            "entries": [asdict(entry) for entry in self.entries],
        }
        if not self._file.parent.is_dir():
            return
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(state, indent=1) + "\n")
        os.replace(beside, self._file)


def remove_node(folder: str) -> None:
    """Kill a node's first process; the kernel ends the others with it before it is gone."""
    try:
        init = ProcessId(**json.loads(Path(folder, "init.json").read_text()))
    except FileNotFoundError:
        return
    except (ValueError, TypeError):
        return  # cut off while it was written: the process had not been let go yet
    kill(init)


def remove_netns(name: str) -> None:
    if netns.exists(name):
        netns.remove(name)


def remove_cgroup(name: str) -> None:
    """Take away the cgroups of the containers, in every hierarchy. With its node every container
    ended, but the kernel may need a moment to count them out."""
    for top in cgroup_dirs(name):
        for folder in [*sorted(top.rglob("*/"), key=lambda path: len(path.parts), reverse=True), top]:
            for pid in _members(folder):
                if process := ProcessId.of(pid):
                    kill(process)
            wait_for(f"{folder} to be empty", lambda path=folder: _rmdir(path))


def remove_folder(name: str) -> None:
    """Remove a folder of ours with all it holds, never reaching into something mounted there."""
    folder = Path(name)
    if not folder.exists():
        return
    if mounted := [point for point in mount_points() if point.is_relative_to(folder)]:
        raise LabError(f"{mounted[0]} is mounted there")
    shutil.rmtree(folder)


def _members(cgroup: Path) -> list[int]:
    try:
        return [int(pid) for pid in (cgroup / "cgroup.procs").read_text().split()]
    except OSError:
        return []


def _rmdir(path: Path) -> bool:
    try:
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


REMOVERS: dict[str, Callable[[str], None]] = {
    "folder": remove_folder,
    "netns": remove_netns,
    "node": remove_node,
    "cgroup": remove_cgroup,
}
