"""A host and a leaf, each in a network namespace, with a third between them that is bridge and
router: the link can be cut without either end losing its carrier, and there is a way of two hops.

Everything made carries one random tag, is recorded as it is made and taken down in reverse, by pid
and name, also after a failure or Ctrl-C.
"""

import ctypes
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = int(os.environ.get("PEERING_PATIENCE", "30"))  # seconds that an event may take
HOST_LINK, LEAF_LINK = "up0", "down0"
HOST = {4: "10.100.0.254", 6: "fd00:100::254", "link-local": "fe80::254", "far": "10.200.0.254"}
LEAF = {4: "10.100.0.253", 6: "fd00:100::253", "link-local": "fe80::253", "far": "10.200.0.253"}
ROUTER = "10.100.0.1"


class Failure(Exception):
    """What was expected, and what was there instead."""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)[:200]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(condition, what, patience=PATIENCE, pause=0.03):
    """The first true value of the condition."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure("waited in vain for " + (what() if callable(what) else what))
        time.sleep(pause)


def stays(condition, what, seconds):
    """The condition holds all the time: for what must not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            raise Failure("did not stay: " + what)
        time.sleep(0.03)


def die_with_parent():
    """In the child: it ends when the harness ends, however that comes about."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def end_process(process, patience=5):
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


TAG = re.compile(r"rpp([0-9a-f]+)x[0-9a-f]{2}")
FOLDERS = ("/etc/frr", "/var/run/frr", tempfile.gettempdir())


def is_alive(pid):
    try:  # a process that is only still to be waited for has no command line
        return bool(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def sweep():
    """What a harness left that was killed and could not take it down: its number is in the tag."""
    def is_orphan(name):
        tag = TAG.match(name)
        return tag and not is_alive(int(tag.group(1), 16))
    for line in run("ip", "netns", "list").splitlines():
        if is_orphan(line):
            run("ip", "netns", "del", line.split()[0])
    for folder in FOLDERS:
        for path in pathlib.Path(folder).glob("rpp*"):
            if is_orphan(path.name):
                end_strays(path)
                shutil.rmtree(path, ignore_errors=True)


def end_strays(folder):
    """What detached itself (routeproof-bfd outlives its agent): told by our folder's name."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in path.read_bytes():
                os.kill(int(path.parent.name), signal.SIGKILL)
        except OSError:
            pass


class Lab:
    def __init__(self):
        self.tag = f"rpp{os.getpid():x}x{secrets.token_hex(1)}"
        self.host, self.leaf, self.middle = (self.tag + end for end in ("-host", "-leaf", "-mid"))
        self.undo = []
        self.folder = None

    def up(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=self.tag))
        self.folder.chmod(0o755)
        self.undo.append(lambda: shutil.rmtree(self.folder))
        self.undo.append(lambda: end_strays(self.folder))
        for space in (self.middle, self.host, self.leaf):
            run("ip", "netns", "add", space)
            self.undo.append(lambda space=space: run("ip", "netns", "del", space))
            self.ip(space, "link set lo up")
        self.ip(self.middle, "link add br0 type bridge", "link set br0 up",
                f"address add {ROUTER}/24 dev br0",
                f"route add {HOST['far']}/32 via {HOST[4]}",
                f"route add {LEAF['far']}/32 via {LEAF[4]}")
        self.sysctl(self.middle, "net.ipv4.ip_forward=1", "net.ipv4.conf.all.send_redirects=0",
                    "net.ipv4.conf.br0.send_redirects=0")
        for space, link, port, addresses, far in (
                (self.host, HOST_LINK, "port0", HOST, LEAF),
                (self.leaf, LEAF_LINK, "port1", LEAF, HOST)):
            run("ip", "link", "add", link, "netns", space, "type", "veth",
                "peer", "name", port, "netns", self.middle)
            self.ip(self.middle, f"link set {port} master br0 up")
            self.ip(space, f"link set {link} addrgenmode none", f"link set {link} up",
                    f"address add {addresses[4]}/24 dev {link}",
                    f"address add {addresses[6]}/64 dev {link} nodad",
                    f"address add {addresses['link-local']}/64 dev {link} nodad",
                    f"address add {addresses['far']}/32 dev lo",
                    f"route add {far['far']}/32 via {ROUTER} src {addresses['far']}")
        return self

    @staticmethod
    def ip(space, *lines):
        run("ip", "-n", space, "-batch", "-", input="\n".join(lines) + "\n")

    def sysctl(self, space, *settings):
        run(*self.inside(space), "sysctl", "-q", "-w", *settings)

    def down(self):
        """Everything goes, whatever fails; then nothing with our tag may be left."""
        while self.undo:
            try:
                self.undo.pop()()
            except (OSError, Failure, subprocess.SubprocessError) as error:
                print("left behind:", error, file=sys.stderr)

    def leftovers(self):
        left = [line.split()[0] for line in run("ip", "netns", "list").splitlines()
                if line.startswith(self.tag)]
        for folder in FOLDERS:
            left += map(str, pathlib.Path(folder).glob(self.tag + "*"))
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if self.tag.encode() in path.read_bytes() and path.parent.name != "self":
                    left.append("process " + path.read_text().replace("\0", " "))
            except OSError:
                pass
        return left

    def cut(self):
        """Nothing passes any more; both ends keep their carrier."""
        self.ip(self.middle, "link set port1 nomaster")

    def mend(self):
        self.ip(self.middle, "link set port1 master br0")

    @staticmethod
    def inside(space):
        return ["nsenter", "--net=/var/run/netns/" + space]

    def start(self, space, *command, log, **options):
        """A program in a namespace (nsenter becomes it: one process, one pid)."""
        with open(self.folder / log, "ab") as output:
            process = subprocess.Popen(self.inside(space) + list(map(str, command)),
                                       stdin=options.pop("stdin", subprocess.DEVNULL),
                                       stdout=output, stderr=output,
                                       preexec_fn=die_with_parent, **options)
        self.undo.append(lambda: end_process(process))
        return process

    def read(self, name):
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""
