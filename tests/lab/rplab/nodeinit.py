"""The first process of a node, a small machine made of namespaces.

Started by ``node.Node`` as a program of its own. It enters the node's network namespace,
makes new mount, host name and pid namespaces, arranges the file system so that every
program finds its default paths private to the node, and then is that node's init: it
starts services when told to, reaps what they leave, and when it is killed the kernel
kills everything else in its pid namespace, containers of a dockerd included. So a node
goes away whole, at once, whatever state it was in, and nothing of its mounts was ever seen
outside.

Inside a node:

* ``/run`` is a new tmpfs; ``/run/lab`` is the node's folder in the lab's state directory
* ``/etc`` is a copy on write of the machine's
* ``/var/tmp`` is a new tmpfs
* ``/var/lib`` likewise a copy on write where the node has bulk folders (Docker hosts), which
  are bound to their usual places

Control: a unix socket ``/run/lab/init.sock``, one JSON request and one JSON answer per
connection: ``start``, ``signal``, ``state``.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run as a program: the package is beside this file
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rplab import syscalls
from rplab.mounts import is_mounted
from rplab.process import ProcessId


@dataclass(frozen=True)
class Spec:
    """What a node is to be."""

    netns: str  # file of the network namespace
    hostname: str
    folder: str  # on the machine; /run/lab inside
    environment: dict[str, str]  # of every service
    bulk: dict[str, str] = field(default_factory=dict)  # path inside -> folder on the machine

    def to_json(self) -> str:
        return json.dumps(asdict(self))


# --- making the node --------------------------------------------------------------------------


def arrange_files(spec: Spec) -> None:
    """Make every default path private to the node. Runs in the new mount namespace."""
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    # Our copies of other namespaces' handles would keep those namespaces alive.
    while is_mounted(Path("/run/netns")):
        syscalls.umount("/run/netns", syscalls.MNT_DETACH)
    _make_run(spec)
    _copy_on_write("/etc")
    _make_accounts()
    _make_etc(spec.hostname)
    syscalls.mount("tmpfs", "/var/tmp", "tmpfs", options="mode=1777")
    os.mkdir("/var/tmp/frr", 0o777)
    os.chmod("/var/tmp/frr", 0o777)  # FRR keeps crash notes here, as its own user
    if spec.bulk:
        _copy_on_write("/var/lib")
        for index, inside in enumerate(spec.bulk):
            os.makedirs(inside, exist_ok=True)
            syscalls.mount(f"/run/.bulk/{index}", inside, flags=syscalls.MS_MOVE)
    syscalls.mount("proc", "/proc", "proc")


def _make_run(spec: Spec) -> None:
    """A new /run, prepared aside and moved into place: the old one holds our own folder."""
    aside = f"{spec.folder}/.run"
    os.mkdir(aside)
    syscalls.mount("tmpfs", aside, "tmpfs", options="mode=755")
    for name in ("sshd", "lock", "docker/plugins", "routeproof", "frr", "lab"):
        os.makedirs(f"{aside}/{name}")
    syscalls.bind(spec.folder, f"{aside}/lab")
    for index, outside in enumerate(spec.bulk.values()):
        os.makedirs(f"{aside}/.bulk/{index}")
        syscalls.bind(outside, f"{aside}/.bulk/{index}")
    syscalls.mount(aside, "/run", flags=syscalls.MS_MOVE)


def _copy_on_write(path: str) -> None:
    """Lay an overlay over a folder: the machine's files are seen, none of them is changed."""
    upper, work = f"/run/.overlay{path}/upper", f"/run/.overlay{path}/work"
    os.makedirs(upper)
    os.makedirs(work)
    syscalls.mount("overlay", path, "overlay", options=f"lowerdir={path},upperdir={upper},workdir={work}")


def _make_accounts() -> None:
    """Root gets a home of the node's own, and is not locked: sshd refuses locked accounts
    even when they come with a key, and root's real ~/.ssh and ~/.docker stay unseen."""
    home = "/run/lab/root"
    os.makedirs(home, mode=0o700, exist_ok=True)
    _edit("/etc/passwd", lambda f: [*f[:5], home, "/bin/bash"] if f[0] == "root" else f)
    _edit("/etc/shadow", lambda f: [f[0], "*", *f[2:]] if f[0] == "root" else f)


def _edit(path: str, change: Any) -> None:
    file = Path(path)
    mode = file.stat().st_mode & 0o777
    lines = [":".join(change(line.split(":"))) for line in file.read_text().splitlines()]
    file.write_text("\n".join(lines) + "\n")
    file.chmod(mode)


def _make_etc(hostname: str) -> None:
    Path("/etc/hostname").write_text(hostname + "\n")
    Path("/etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {hostname}\n")
    os.makedirs("/etc/routeproof", exist_ok=True)
    # The machine's own daemon.json must not reach the lab's daemons.
    os.makedirs("/etc/docker", exist_ok=True)
    Path("/etc/docker/daemon.json").write_text("{}\n")


# --- being its init ---------------------------------------------------------------------------


@dataclass
class Service:
    """A process that was started by request. ``code`` is None while it runs, then as in
    subprocess: the exit status, or minus the signal."""

    pid: int
    code: int | None = None


class Init:
    """Starts services and reaps everything. Single-threaded; every request is answered at once."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._services: dict[str, Service] = {}

    def serve(self, listener: socket.socket) -> None:
        wake_read, wake_write = socket.socketpair()
        for end in (wake_read, wake_write, listener):
            end.setblocking(False)
        signal.set_wakeup_fd(wake_write.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        with selectors.DefaultSelector() as selector:
            selector.register(wake_read, selectors.EVENT_READ, lambda: self._reap(wake_read))
            selector.register(listener, selectors.EVENT_READ, lambda: self._answer(listener))
            while True:
                for key, _ in selector.select():
                    key.data()

    def _reap(self, wake: socket.socket) -> None:
        wake.recv(4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for service in self._services.values():
                if service.pid == pid:
                    service.code = os.waitstatus_to_exitcode(status)

    def _answer(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)  # a client that dies in mid-request must not stop the node
            try:
                request = json.loads(connection.makefile().readline())
                handler = {"start": self._start, "signal": self._signal, "state": self._state}[request.pop("do")]
                answer = handler(**request)
            except Exception as error:  # noqa: BLE001  init must outlive any request
                answer = {"error": f"{type(error).__name__}: {error}"}
            try:
                connection.sendall(json.dumps(answer).encode() + b"\n")
            except OSError:
                pass

    def _start(self, name: str, argv: list[str], env: dict[str, str]) -> dict[str, Any]:
        log = f"/run/lab/{name}.log"
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        environment = self._environment | env
        pid = os.posix_spawn(
            "/usr/bin/env",  # looks the program up in the PATH of the service, not in ours
            ["env", "--", *argv],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, append, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGCHLD, signal.SIGTERM],
        )
        self._services[name] = Service(pid)
        return {"pid": pid}

    def _signal(self, name: str, number: int) -> dict[str, Any]:
        service = self._services[name]
        if service.code is None:  # not reaped yet, so the number is still its own
            os.kill(service.pid, number)
        return {}

    def _state(self, name: str) -> dict[str, Any]:
        service = self._services.get(name)
        return {"known": False} if service is None else {"known": True, **asdict(service)}


# --- the program ------------------------------------------------------------------------------


def main(argv: list[str]) -> int:
    """``nodeinit.py SPEC``: returns when the node is up, or with the error on stderr."""
    spec = Spec(**json.loads(argv[1]))
    syscalls.setns(spec.netns, syscalls.CLONE_NEWNET)
    syscalls.unshare(syscalls.CLONE_NEWNS | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWPID)
    go_read, go_write = os.pipe()
    up_read, up_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(go_write)
        os.close(up_read)
        _child(spec, go_read, up_write)
    os.close(go_read)
    os.close(up_write)
    # Written before the child may do anything: whoever finds this folder can end the node.
    Path(spec.folder, "init.json").write_text(json.dumps(asdict(_identity(pid))))
    os.write(go_write, b"go")
    with os.fdopen(up_read) as report:
        said = report.read()
    if said != "up":
        print(said or "the node's first process died", file=sys.stderr)
        return 1
    return 0


def _identity(pid: int) -> ProcessId:
    identity = ProcessId.of(pid)
    assert identity is not None, "our child waits for us"
    return identity


def _child(spec: Spec, go: int, up: int) -> None:
    """Becomes the node's init. Never returns."""
    try:
        if os.read(go, 2) != b"go":
            os._exit(1)  # our parent died before it could write down that we exist
        os.setsid()
        arrange_files(spec)
        os.chdir("/")
        socket_path = "/run/lab/init.sock"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(socket_path)
        listener.listen(16)
        # The host name also tells people where a shell is.
        with open("/proc/sys/kernel/hostname", "w", encoding="ascii") as name:
            name.write(spec.hostname)
        _let_go_of_terminal()
        os.write(up, b"up")
        os.close(up)
        Init(spec.environment).serve(listener)
    except BaseException:  # noqa: BLE001  the parent prints it
        os.write(up, traceback.format_exc(limit=3).encode())
    finally:
        os._exit(1)


def _let_go_of_terminal() -> None:
    null = os.open("/dev/null", os.O_RDWR)
    log = os.open("/run/lab/init.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
