"""A host and a leaf, each in a network namespace, with a bridge in a third between them: the link
can be cut without either end losing its carrier. And the programs that run there."""

import ctypes
import json
import os
import pathlib
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BFD = os.environ.get("ROUTEPROOF_BFD", "")
PATIENCE = 20  # seconds: how long an event may take before the test has failed
HOST_LINK, LEAF_LINK = "up0", "down0"
HOST = {"v4": "10.100.0.254", "v6": "fd00::254", "link-local": "fe80::254"}
LEAF = {"v4": "10.100.0.253", "v6": "fd00::253", "link-local": "fe80::253"}
FAMILIES = tuple(HOST)


def missing(*programs):
    if os.geteuid() != 0:
        return "root is needed for network namespaces"
    if not BFD or not os.access(BFD, os.X_OK):
        return "ROUTEPROOF_BFD names no program"
    for package, program in programs:
        if not shutil.which(program):
            return package + " is not installed"
    return None


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("waited in vain for " + what)


def end_process(process):
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def die_with_parent():
    """In the child: it ends when the test ends, however that comes about."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Lab:
    """What is made is unmade in reverse, also after a failure."""

    def __init__(self):
        self.tag = "rpb" + secrets.token_hex(2)
        self.host, self.leaf, self.middle = (self.tag + end for end in ("-host", "-leaf", "-mid"))
        self.undo = []

    def up(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=self.tag))
        self.undo.append(lambda: shutil.rmtree(self.folder))
        for space in (self.middle, self.host, self.leaf):
            run("ip", "netns", "add", space)
            self.undo.append(lambda space=space: run("ip", "netns", "del", space))
            run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", self.middle, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", self.middle, "link", "set", "br0", "up")
        for space, link, port, addresses in ((self.host, HOST_LINK, "port0", HOST),
                                             (self.leaf, LEAF_LINK, "port1", LEAF)):
            run("ip", "link", "add", link, "netns", space, "type", "veth",
                "peer", "name", port, "netns", self.middle)
            run("ip", "-n", self.middle, "link", "set", port, "master", "br0", "up")
            run("ip", "-n", space, "link", "set", link, "addrgenmode", "none")
            run("ip", "-n", space, "link", "set", link, "up")
            run("ip", "-n", space, "address", "add", addresses["v4"] + "/24", "dev", link)
            for name in ("v6", "link-local"):
                run("ip", "-n", space, "address", "add", addresses[name] + "/64", "dev", link,
                    "nodad")
        return self

    def down(self):
        while self.undo:
            try:
                self.undo.pop()()
            except (OSError, AssertionError, subprocess.SubprocessError) as error:
                print("left behind:", error, file=sys.stderr)

    def cut(self):
        run("ip", "-n", self.middle, "link", "set", "port1", "nomaster")

    def mend(self):
        run("ip", "-n", self.middle, "link", "set", "port1", "master", "br0")

    def has_carrier(self, space, link):
        return "LOWER_UP" in run("ip", "-n", space, "link", "show", link)

    @staticmethod
    def inside(space):
        return ["nsenter", "--net=/var/run/netns/" + space]

    def start(self, space, *command, log=None):
        output = open(self.folder / log, "ab") if log else subprocess.DEVNULL
        process = subprocess.Popen(self.inside(space) + list(command), stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output, preexec_fn=die_with_parent)
        if log:
            output.close()
        self.undo.append(lambda: end_process(process))
        return process


class Ours:
    """routeproof-bfd in a namespace of the lab (nsenter becomes it: one process, one pid)."""

    def __init__(self, lab, space=None):
        self.lab, self.space = lab, space or lab.host
        self.socket = lab.folder / (self.space + ".sock")
        self.log = self.space + ".log"
        self.start()

    def start(self):
        self.process = self.lab.start(self.space, BFD, "--verbose", "--socket", str(self.socket),
                                      log=self.log)
        wait_for(self.answers, "routeproof-bfd to serve")

    def answers(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return self.process.poll() is None and probe.connect_ex(str(self.socket)) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def log_text(self):
        return (self.lab.folder / self.log).read_text()

    def status(self):
        """(process, {peer: session})"""
        text = run(BFD, "--status", "--json", "--socket", str(self.socket))
        process, *sessions = map(json.loads, text.splitlines())
        return process, {session["peer"]: session for session in sessions}


def has(event, members):
    return event is not None and all(event.get(key) == value for key, value in members.items())


class Client:
    """A client of routeproof-bfd: lines out are events to wait for."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.events = queue.Queue()
        self.seen = []
        self.latest = {}  # peer: its last session event
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        with self.socket.makefile("rb") as lines:
            try:
                for line in lines:
                    self.events.put(json.loads(line))
            except OSError:
                pass
        self.events.put({"event": "closed"})

    def say(self, **request):
        self.socket.sendall(json.dumps(request).encode() + b"\n")

    def set(self, *sessions):
        self.say(do="set", sessions=list(sessions))

    def next(self, end, wanted):
        try:
            event = self.events.get(timeout=max(0.01, end - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"no event with {wanted} after:\n" + "\n".join(
                map(json.dumps, self.seen[-12:]))) from None
        self.seen.append(event)
        if event.get("event") == "session":
            self.latest[event["peer"]] = event
        return event

    def expect(self, patience=PATIENCE, **members):
        """The next event with these members; those before it are passed over."""
        end = time.monotonic() + patience
        while not has(event := self.next(end, members), members):
            pass
        return event

    def session(self, family="v4", **members):
        """The session once it has these members: now, or by an event to come."""
        end = time.monotonic() + PATIENCE
        while not has(self.latest.get(LEAF[family]), members):
            self.next(end, {"peer": LEAF[family], **members})
        return self.latest[LEAF[family]]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.reader.join(5)
        self.socket.close()


def session(family="v4", interval_ms=300, multiplier=3, **more):
    """What our client asks for on the host's side."""
    return {"peer": LEAF[family], "local": HOST[family], "interface": HOST_LINK,
            "interval_us": interval_ms * 1000, "multiplier": multiplier, **more}
