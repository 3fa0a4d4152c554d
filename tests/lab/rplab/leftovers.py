"""What is on the machine, to compare before with after.

Two looks: everything that bears a lab's tag, which must be nothing once it is down; and the
machine's own links, mounts and namespaces, which must be as they were.
"""

from __future__ import annotations

import os
from pathlib import Path

from . import netns
from .mounts import mount_points
from .names import BULK_ROOT, NETNS_ROOT, RUN_ROOT, Names, cgroup_dirs
from .run import run

_FRR_FOLDERS = (Path("/etc/frr"), Path("/run/frr"), Path("/var/tmp/frr"))


def bearing(tag: str) -> list[str]:
    """Everything of one lab that is to be seen from outside, each as a line for a person."""
    names = Names(tag)
    found = [f"network namespace {name}" for name in netns.names(names.netns(""))]
    found += [f"folder {folder}" for folder in (names.run_dir, names.bulk_dir) if folder.exists()]
    found += [f"cgroup {folder}" for folder in cgroup_dirs(names.cgroup)]
    found += [f"folder {folder}" for root in _FRR_FOLDERS for folder in root.glob(names.pathspace("*"))]
    found += [f"mount on {point}" for point in mount_points() if tag in _words(str(point))]
    found += [f"process {line}" for line in _processes(names)]
    return found


def machine() -> dict[str, list[str]]:
    """The machine's own state as the lab could have changed it. Other labs' things and other
    people's namespaces come and go meanwhile, and are left out."""
    return {
        "links": [link.split(":")[1].strip() for link in run(["ip", "-o", "link"]).out.splitlines()],
        "mounts": [
            str(point)
            for point in mount_points()
            if not any(point != root and point.is_relative_to(root) for root in (NETNS_ROOT, RUN_ROOT, BULK_ROOT))
            and point != NETNS_ROOT
        ],
        "routes": run(["ip", "route", "show", "table", "all"]).out.splitlines(),
        "forwarding": [Path("/proc/sys/net/ipv4/ip_forward").read_text().strip()],
        # Where an agent of the lab would have written had it not been kept to its node.
        "agent": [f"/{place}/routeproof" for place in ("run", "etc", "var/lib") if Path(f"/{place}/routeproof").exists()],
    }


def _processes(names: Names) -> list[str]:
    marks = (f"ROUTEPROOF_LAB={names.tag}", names.netns(""), f"/{names.cgroup}", str(names.run_dir))
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        text = "\0".join(_read(folder / name) for name in ("environ", "cmdline", "cgroup"))
        if any(mark in text for mark in marks):
            found.append(f"{folder.name}: {_read(folder / 'cmdline').replace(chr(0), ' ').strip()}")
    return found


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _words(path: str) -> list[str]:
    return path.replace("-", "/").split("/")
