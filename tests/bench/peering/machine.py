"""Namespaces, processes and what the kernel knows of them. All that is made is unmade in reverse,
by pid and name, also after a failure."""

import contextlib
import ctypes
import json
import os
import pathlib
import platform
import select
import shutil
import signal
import subprocess
import tempfile
import time

ENGINE = "192.0.2.1"
PEERS = ["192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"]
LINK = "wire0"


class BenchError(Exception):
    """What went wrong, for whoever started the run."""


def now():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def run(*command, timeout=300):
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(condition, what, patience, pause=0.02):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    raise BenchError(f"waited {patience} s in vain for {what}")


def die_with_parent():
    """In the child: it ends when the run ends, however that comes about."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def end_process(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Room:
    """Two namespaces and one wire: an engine on one side, who measures it on the other."""

    def __init__(self, name):
        self.undo = contextlib.ExitStack()
        tag = f"rpbench{os.getpid()}-{name}"
        self.engine_space, self.peer_space = tag + "-e", tag + "-p"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=tag + "-"))
        self.folder.chmod(0o755)
        self.undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            self.build()
        except BaseException:
            self.close()
            raise

    def build(self):
        for space in (self.engine_space, self.peer_space):
            run("ip", "netns", "add", space)
            self.undo.callback(run, "ip", "netns", "del", space)
            run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "link", "add", LINK, "netns", self.engine_space, "type", "veth",
            "peer", "name", LINK, "netns", self.peer_space)
        for space, addresses in ((self.engine_space, [ENGINE]), (self.peer_space, PEERS)):
            for address in addresses:
                run("ip", "-n", space, "address", "add", address + "/24", "dev", LINK)
            run("ip", "-n", space, "link", "set", LINK, "up")

    def start(self, command, engine_side=True, env=None, **pipes):
        space = self.engine_space if engine_side else self.peer_space
        process = subprocess.Popen(
            ["nsenter", "--net=/var/run/netns/" + space, *map(str, command)],
            preexec_fn=die_with_parent, cwd=self.folder,
            env=dict(os.environ, **(env or {})), **pipes)
        self.undo.callback(end_process, process)
        return process

    def close(self):
        self.undo.close()


class Watcher:
    """bgp_sink or bgp_blast: events come as JSON lines."""

    def __init__(self, room, program, *options, peer=0):
        self.name = pathlib.Path(program).name
        self.errors = room.folder / f"{self.name}-{now()}.log"
        with open(self.errors, "w") as errors:
            self.process = room.start(
                [program, "--from", PEERS[peer], "--to", ENGINE, "--asn", 65000, *options],
                engine_side=False, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        self.rest = b""

    def event(self, name, patience):
        """The next event of that name; others are dropped."""
        end = time.monotonic() + patience
        while True:
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                event = json.loads(line)
                if event["event"] == name:
                    return event
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise BenchError(f"{self.name}: no \"{name}\" within {patience} s")
            got = os.read(self.process.stdout.fileno(), 65536)
            if not got:
                self.process.wait()
                raise BenchError(self.errors.read_text().strip() or f"{self.name} ended")
            self.rest += got

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def finish(self, patience=20):
        """Says Cease. The sink answers with what it holds."""
        self.process.stdin.close()
        summary = self.event("summary", patience) if self.name == "bgp_sink" else None
        end_process(self.process)
        return summary


def cpu_seconds(pid):
    """User and system time of all threads so far, by the process's own CPU clock."""
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid):
    """Octets: resident, proportional and private."""
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        for line in lines:
            word = line.split()
            if word[0].endswith(":"):
                sizes[word[0][:-1]] = int(word[1]) * 1024
    return {"rss": sizes["Rss"], "pss": sizes["Pss"],
            "private": sizes["Private_Clean"] + sizes["Private_Dirty"]}


def wait_until_quiet(pid, patience, still=0.25, noise=0.005):
    """Until the process has all but stopped working; returns its CPU seconds."""
    end = time.monotonic() + patience
    last = cpu_seconds(pid)
    while time.monotonic() < end:
        time.sleep(still)
        here = cpu_seconds(pid)
        if here - last < noise:
            return here
        last = here
    return last


def machine_info():
    cpu = "unknown"
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    return {"cpu": cpu, "cores": os.cpu_count(), "kernel": platform.release(),
            "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
            "load": os.getloadavg()[0], "date": time.strftime("%Y-%m-%d %H:%M:%S %Z")}
