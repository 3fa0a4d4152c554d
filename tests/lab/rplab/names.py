"""Where one lab's things live and what they are called: all of it follows from the tag."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

RUN_ROOT = Path("/run/routeproof-lab")
BULK_ROOT = Path("/var/lib/routeproof-lab")
NETNS_ROOT = Path("/run/netns")
CGROUP_PREFIX = "routeproof-lab-"

_NETNS = re.compile(r"rp-([0-9a-f]{4})-[a-z0-9]+")
_TAG = re.compile(r"[0-9a-f]{4}")


@dataclass(frozen=True)
class Names:
    """Names of one lab. Two labs differ in nothing but the tag."""

    tag: str

    @staticmethod
    def fresh() -> Names:
        """A tag that no lab on this machine has, not even one that was left behind."""
        taken = set(tags_on_this_machine())
        while (tag := secrets.token_hex(2)) in taken:
            pass
        return Names(tag)

    @property
    def run_dir(self) -> Path:
        """Small files: state, logs, sockets, keys."""
        return RUN_ROOT / self.tag

    @property
    def bulk_dir(self) -> Path:
        """Large files: images and layers of the Docker hosts."""
        return BULK_ROOT / self.tag

    def node_dir(self, role: str) -> Path:
        """The folder that a node sees as /run/lab."""
        return self.run_dir / role

    def netns(self, role: str) -> str:
        return f"rp-{self.tag}-{role}"

    def pathspace(self, role: str) -> str:
        """FRR's -N name; the same as the network namespace's, so `ps` explains itself."""
        return self.netns(role)

    @property
    def cgroup(self) -> str:
        """Parent of every container's cgroup, in every hierarchy."""
        return f"{CGROUP_PREFIX}{self.tag}"


def is_tag(text: str) -> bool:
    return _TAG.fullmatch(text) is not None


def tags_on_this_machine() -> list[str]:
    """Tags of labs that run or left something behind, newest first."""
    found: dict[str, float] = {}
    for root in (RUN_ROOT, BULK_ROOT):
        for path in root.iterdir() if root.is_dir() else ():
            if is_tag(path.name):
                found[path.name] = max(found.get(path.name, 0.0), _mtime(path))
    for path in NETNS_ROOT.iterdir() if NETNS_ROOT.is_dir() else ():
        if match := _NETNS.fullmatch(path.name):
            found.setdefault(match[1], _mtime(path))
    for path in cgroup_dirs(CGROUP_PREFIX + "????"):
        # Our own containers die with their node. A cgroup in which something lives, and of which we
        # know nothing else, belongs to a lab of another root on the same kernel: hands off.
        if is_tag(tag := path.name.removeprefix(CGROUP_PREFIX)) and not _is_populated(path):
            found.setdefault(tag, _mtime(path))
    return sorted(found, key=lambda tag: found[tag], reverse=True)


def _is_populated(cgroup: Path) -> bool:
    """Whether a process is in the cgroup or below it."""
    try:
        return any(procs.read_text().strip() for procs in cgroup.rglob("cgroup.procs"))
    except OSError:
        return False  # it is just going away


def cgroup_dirs(pattern: str) -> list[Path]:
    """Folders of that name at the top of every cgroup hierarchy (v1: many, v2: one)."""
    root = Path("/sys/fs/cgroup")
    return sorted([*root.glob(pattern), *root.glob(f"*/{pattern}")])


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_ctime
    except FileNotFoundError:
        return 0.0
