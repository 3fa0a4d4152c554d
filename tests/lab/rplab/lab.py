"""The lab itself: builds every node from the topology, and takes all of it away again."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from . import bridge, dockerhost, frr, inventory, keys, ledger, netns, sshd, veth
from .ledger import Ledger
from .names import BULK_ROOT, RUN_ROOT, Names, cgroup_dirs, tags_on_this_machine
from .node import Node
from .parallel import together
from .run import LabError
from .topology import (
    HOSTS,
    IMAGE,
    LINKS,
    MANAGEMENT,
    NETWORK,
    OPS,
    POOL,
    ROLES,
    ROUTERS,
    DockerHost,
    Router,
    peerings,
)

FACES = Path(__file__).resolve().parent.parent / "faces"
_FACE_PROGRAMS = {"junos": "junos_face.py", "nxos": "nxos_face.py"}

Say = Callable[[str], None]


class Busy(LabError):
    """Another program is building or taking down this lab."""


@dataclass(frozen=True)
class Options:
    """How a lab is made."""

    programs: str  # folder of routeproof and routeproof-agent
    hosts: bool = True  # False: routers only, nothing of Docker is started


class Lab:
    """One lab. `create` makes the handle of a new one, `open` that of one that is there."""

    def __init__(self, names: Names, options: Options) -> None:
        self.names = names
        self.options = options
        self.ledger = Ledger(names.run_dir / "state.json", names.tag)
        self.nodes = {role: self.node(role) for role in ROLES}

    @staticmethod
    def create(options: Options) -> Lab:
        """Claim a fresh tag. Nothing but the lab's folder is made yet."""
        lab = Lab(Names.fresh(), options)
        while True:
            RUN_ROOT.mkdir(parents=True, exist_ok=True)
            try:
                lab.names.run_dir.mkdir()
                break
            except FileNotFoundError:
                continue  # the last other lab has just removed the parent
        (lab.names.run_dir / "options.json").write_text(json.dumps(asdict(options)))
        lab.ledger.set_status("building")
        return lab

    @staticmethod
    def open(tag: str) -> Lab:
        """The lab of that tag, whole or in pieces."""
        names = Names(tag)
        try:
            options = Options(**json.loads((names.run_dir / "options.json").read_text()))
        except (OSError, ValueError, TypeError):
            options = Options(programs="")
        lab = Lab(names, options)
        lab.ledger = Ledger.load(names.run_dir / "state.json", tag)
        return lab

    def node(self, role: str) -> Node:
        bulk = {}
        if role.startswith("dockerhost"):
            bulk = {f"/var/lib/{name}": str(self.names.bulk_dir / role / name) for name in ("docker", "routeproof")}
        return Node(self.names, role, self.options.programs, bulk)

    # --- up -----------------------------------------------------------------------------------

    def up(self, say: Say = lambda _: None) -> None:
        """Build everything. Returns when every BGP session and every dockerd is up.

        Whatever goes wrong, Ctrl-C included: nothing is left when this raises.
        """
        with self.locked():
            try:
                self._build(say)
                self.ledger.set_status("up")
            except BaseException:
                with deaf_to_signals():
                    self._take_down()
                raise

    def _build(self, say: Say) -> None:
        clock = time.monotonic()

        def done(what: str) -> None:
            say(f"{time.monotonic() - clock:5.1f} s  {what}")

        # First written down is last taken away: when every node is gone, these are idle.
        self.ledger.record("folder", self.names.bulk_dir)
        self.ledger.record("cgroup", self.names.cgroup)
        self._lay_wires()
        done(f"{len(ROLES)} namespaces, {len(LINKS)} links and a management network")
        keys.make(self.names.node_dir(OPS) / "id_ed25519", f"operator.{self.names.tag}")
        host_keys = together(self._starter(role, done) for role in ROLES)
        self._equip_operator({role: key for role, key in zip(ROLES, host_keys, strict=True) if key})
        together(self._session_waiters())
        done("every BGP session is Established")

    def _lay_wires(self) -> None:
        for role in ROLES:
            self.add_netns(role)
        port = bridge.create(self.names)
        for role in ROLES:
            if role != OPS:
                bridge.attach(self.names, port, role)
        for link in LINKS:
            veth.connect(self.names, link)

    def add_netns(self, role: str) -> None:
        self.ledger.record("netns", self.names.netns(role))
        netns.create(self.names.netns(role))

    def add_node(self, node: Node) -> None:
        self.ledger.record("node", node.folder)
        node.create()

    def remove_node(self, role: str) -> None:
        """Take one node away again, with its links."""
        mine = (self.names.netns(role), str(self.names.node_dir(role)))
        if trouble := self.ledger.undo(lambda entry: entry.name in mine):
            raise LabError("; ".join(trouble))
        ledger.remove_folder(str(self.names.node_dir(role)))

    def _starter(self, role: str, done: Say) -> Callable[[], str]:
        """A job that brings one node up, and returns its SSH host key if it has one."""
        node = self.nodes[role]
        router = next((router for router in ROUTERS if router.name == role), None)
        host = next((host for host in HOSTS if host.name == role), None)

        def job() -> str:
            self.add_node(node)
            self._make_conveniences(node)
            key = ""
            if router:
                key = self._start_router(node, router)
                done(f"{role}: FRR, AS {router.asn}" + (f", behind a face of {router.os}" if key else ""))
            elif host and self.options.hosts:
                key = self._start_host(node, host)
                done(f"{role}: routeproof-agent, AS {host.asn}, and dockerd")
            return key

        return job

    def _start_router(self, node: Node, router: Router) -> str:
        frr.start(node, router, peerings(router.name))
        if not router.ssh_ports:
            return ""
        face = face_command(router, self.names.pathspace(router.name))
        config = sshd.render(
            router.management,
            router.ssh_ports,
            node.path,
            netconf=face if router.os == "junos" else "",
            force=face if router.os == "nxos" else "",
        )
        (node.folder / "face").mkdir(exist_ok=True)
        return sshd.start(node, config, self.operator_key())

    def _start_host(self, node: Node, host: DockerHost) -> str:
        dockerhost.start_agent(node, inventory.agent_config(host))
        dockerhost.start_dockerd(node)
        key = sshd.start(node, sshd.render(host.management, (22,), node.path), self.operator_key())
        dockerhost.wait_for_dockerd(node)
        return key

    def operator_key(self) -> str:
        return keys.public(self.names.node_dir(OPS) / "id_ed25519")

    def _equip_operator(self, host_keys: dict[str, str]) -> None:
        """Put inventory.yml and known_hosts beside the key, in the operator's folder."""
        folder = self.names.node_dir(OPS)
        ports = {router.name: router.ssh_ports for router in ROUTERS}
        lines = [
            keys.known_hosts_line(MANAGEMENT[role], port, key)
            for role, key in host_keys.items()
            for port in ports.get(role, (22,))
        ]
        (folder / "known_hosts").write_text("".join(lines))
        (folder / "inventory.yml").write_text(inventory.operator_inventory())

    def _session_waiters(self) -> Iterator[Callable[[], None]]:
        for router in ROUTERS:
            for peer in peerings(router.name):
                if self.options.hosts or not peer.neighbour.startswith("dockerhost"):
                    yield lambda node=self.nodes[router.name], peer=peer: frr.wait_for_session(node, peer)

    def _make_conveniences(self, node: Node) -> None:
        """What makes a shell in a node pleasant: vtysh knows its pathspace, the prompt its place."""
        folder = node.folder / "bin"
        folder.mkdir(exist_ok=True)
        wrapper = folder / "vtysh"
        wrapper.write_text(f'#!/bin/sh\nexec /usr/bin/vtysh -N {self.names.pathspace(node.role)} "$@"\n')
        wrapper.chmod(0o755)
        (node.folder / "bashrc").write_text(f"PS1='\\[\\e[1m\\]{node.role}\\[\\e[0m\\]:\\w# '\n")

    # --- using it -----------------------------------------------------------------------------

    def shell_command(self, role: str, argv: list[str]) -> list[str]:
        """The command line of a shell, or of one command, in a node, for a person to use."""
        if role not in self.nodes:
            raise LabError(f"there is no {role} in the lab: it has {', '.join(ROLES)}")
        node = self.nodes[role]
        settings = {"PATH": f"/run/lab/bin:{node.path}", "TERM": os.environ.get("TERM", "dumb")}
        return node.command(argv or ["bash", "--rcfile", "/run/lab/bashrc", "-i"], env=settings)

    def run_containers(self, say: Say = lambda _: None) -> None:
        """A network on both hosts and a container on each, so that there is something to see."""
        together(self._container_starter(host, number) for number, host in enumerate(HOSTS, start=1))
        say(f"network {NETWORK} on both hosts, demo1 on {HOSTS[0].name}, demo2 on {HOSTS[1].name}")

    def _container_starter(self, host: DockerHost, number: int) -> Callable[[], None]:
        def job() -> None:
            node = self.nodes[host.name]
            node.run(shlex.split(network_create()))
            node.run(shlex.split(container_run(number, first_address(host))))

        return job

    # --- down ---------------------------------------------------------------------------------

    def down(self) -> None:
        """Take everything away. What could not be is raised at the end, after all the rest."""
        if not self.names.run_dir.is_dir():
            self._take_down()
            return
        with self.locked(), deaf_to_signals():
            self._take_down()

    def _take_down(self) -> None:
        self.ledger.set_status("going down")
        trouble = self.ledger.undo()
        trouble += sweep(self.names)
        if trouble:
            raise LabError(f"lab {self.names.tag} is not gone whole: {'; '.join(trouble)}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with this lab. The lock ends with its holder, however that one ends."""
        with open(self.names.run_dir / "lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise Busy(f"another program is building or taking down lab {self.names.tag}") from held
            yield


# --- by name ----------------------------------------------------------------------------------


def sweep(names: Names) -> list[str]:
    """Take away whatever bears this lab's tag, ledger or not. Returns what could not be done.

    This is what makes a lost or half-written ledger harmless.
    """
    trouble = []

    def attempt(kind: str, name: str) -> None:
        try:
            ledger.REMOVERS[kind](name)
        except (OSError, LabError) as error:
            trouble.append(f"{kind} {name}: {error}")

    for file in names.run_dir.glob("*/init.json"):
        attempt("node", str(file.parent))
    for name in netns.names(names.netns("")):
        attempt("netns", name)
    if cgroup_dirs(names.cgroup):
        attempt("cgroup", names.cgroup)
    attempt("folder", str(names.bulk_dir))
    if not trouble:
        attempt("folder", str(names.run_dir))
    netns.give_back_mount()
    for root in (RUN_ROOT, BULK_ROOT):
        try:
            root.rmdir()
        except OSError:
            pass  # another lab lives there, or it never was
    return trouble


def all_labs() -> list[Lab]:
    """Every lab on this machine, newest first, leftovers of killed ones included."""
    return [Lab.open(tag) for tag in tags_on_this_machine()]


@contextmanager
def deaf_to_signals() -> Iterator[None]:
    """No second Ctrl-C ends a teardown half way. Commands started meanwhile inherit it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


# --- command lines that both people and the lab type ------------------------------------------


def face_command(router: Router, pathspace: str) -> str:
    """What sshd runs to answer as the vendor's OS would."""
    program = FACES / _FACE_PROGRAMS[router.os]
    return sshd.quoted(
        [
            sys.executable,
            str(program),
            "--pathspace",
            pathspace,
            "--hostname",
            router.name,
            "--state-dir",
            "/run/lab/face",
        ]
    )


def network_create(driver: str = "routeproof", ipam: str = "routeproof") -> str:
    return f"docker network create --driver {driver} --ipam-driver {ipam} --subnet {POOL} {NETWORK}"


def container_run(number: int, address: str) -> str:
    return f"docker run -d --net {NETWORK} --ip {address} --name demo{number} {IMAGE} sleep 1000000"


def first_address(host: DockerHost) -> str:
    """The first usable address of a host's own block: .1 for .0/26, .65 for .64/26."""
    base, _, last = host.block.partition("/")[0].rpartition(".")
    return f"{base}.{int(last) + 1}"


def wait_for_proof_of(lab: Lab, prefix: str, asn: int) -> None:
    """Until both leaves hold a prefix from this AS: the fabric has carried the change through."""
    for leaf in ("leaf1", "leaf2"):
        frr.wait_for_origin(lab.nodes[leaf], prefix, asn)
