"""The five engines under test: how each is configured, fed, asked and changed.

All are passive and have the same neighbours; whoever measures dials. What an engine cannot do is
in `limits`, with the reason that the report prints."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from machine import ENGINE, PEERS, BenchError, cpu_seconds, memory, now, run, wait_for
from tables import Table

LOADING = 400  # seconds an engine may take to read its table


class Engine:
    name = ""
    program = ""
    limits = {}
    largest = {}  # case -> routes beyond which it is not tried, and why
    runs = {}  # fewer runs than asked for, where each is long: case -> at most

    def __init__(self, room, peers=1):
        self.peers = PEERS[:peers]
        self.room, self.folder = room, room.folder
        self.process = None
        self.table = Table(0)

    def launch(self, *command, env=None):
        with open(self.folder / (self.name + ".log"), "a") as log:
            process = self.room.start(command, env=env, stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=log)
        self.process = self.process or process
        return process

    def alive(self):
        if self.process.poll() is not None:
            log = (self.folder / (self.name + ".log")).read_text()
            raise BenchError(f"{self.name} ended: {log.strip()[-400:]}")
        return True

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def memory(self):
        return memory(self.process.pid)

    # To be provided:
    # start(table, receives): returns when the table is loaded
    # received(): routes taken from the first neighbour
    # inject(prefix): announces one more; returns the time just before
    # withdraw_table(), restore_table(): likewise


class UnixLines:
    """A stream socket in the file system; there may be a moment between its name and its life."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LOADING)
        wait_for(lambda: self.socket.connect_ex(str(path)) == 0, path, LOADING)

    def read_until(self, done):
        got = b""
        while not done(got):
            more = self.socket.recv(1 << 16)
            if not more:
                raise BenchError("an engine closed its control socket")
            got += more
        return got


class Routeproof(Engine):
    name = "routeproof"
    program = "routeproof-agent"

    @staticmethod
    def version():
        return run(str(pathlib.Path(os.environ["ROUTEPROOF_BIN"]) / "routeproof-agent"),
                   "--version").strip()

    def start(self, table, receives=False):
        self.table = table
        table.write_lines(self.folder / "table.txt", "{}\n", "{} community {}:{}\n")
        peers = [{"name": f"p{i}", "address": address, "asn": 65000, "local_address": ENGINE,
                  "passive": True, "hold_time": 240, "import": "all"}
                 for i, address in enumerate(self.peers)]
        config = {"routeproof": 1, "asn": 65001, "router_id": ENGINE, "listen_port": 179,
                  "peers": peers, "announce_file": "table.txt"}
        (self.folder / "agent.yml").write_text(json.dumps(config))  # JSON is YAML
        api = self.folder / "agent.sock"
        self.launch(pathlib.Path(os.environ["ROUTEPROOF_BIN"]) / "routeproof-agent",
                    "--peering-only", "agent.yml", "--socket", api)
        wait_for(lambda: self.alive() and api.exists(), "routeproof's local API", LOADING)
        self.api = UnixLines(api)

    def ask(self, verb, path, body=b""):
        self.api.socket.sendall(b"%s %s HTTP/1.1\r\nHost: local\r\nContent-Length: %d\r\n\r\n" %
                                (verb, path, len(body)) + body)
        head = self.api.read_until(lambda got: b"\r\n\r\n" in got)
        head, answer = head.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise BenchError("routeproof: " + answer.decode())
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                      if line.startswith(b"content-length"))
        if len(answer) < length:
            rest = length - len(answer)
            answer += self.api.read_until(lambda got: len(got) >= rest)
        return answer

    def received(self):
        sessions = json.loads(self.ask(b"GET", b"/v1/status"))["sessions"]
        return next(s["received"] for s in sessions if s["peer"] == PEERS[0])

    def post(self, body):
        start = now()
        self.ask(b"POST", b"/v1/prefixes", body)
        return start

    def inject(self, prefix):
        return self.post(b'{"announce": ["%s"]}' % prefix.encode())

    def whole_table(self, verb):
        prefixes = [prefix for prefix, _ in self.table.entries()]
        return self.post(json.dumps({verb: prefixes}).encode())

    def withdraw_table(self):
        return self.whole_table("withdraw")

    def restore_table(self):
        return self.whole_table("announce")


class Bird(Engine):
    name = "bird"
    program = "bird"
    runs = {"latency": 60}

    @staticmethod
    def version():
        return subprocess.run(["bird", "--version"], capture_output=True, text=True).stderr.strip()

    def start(self, table, receives=False):
        self.table = table
        table.write_lines(self.folder / "table.conf", "route {} blackhole;\n",
                          "route {} blackhole {{ bgp_community.add(({},{})); }};\n")
        (self.folder / "injected.conf").write_text("")
        exported = "none" if receives else "where source = RTS_STATIC"
        neighbours = "".join(f"""
protocol bgp p{i} {{
    local {ENGINE} as 65001;
    neighbor {address} as 65000;
    passive; hold time 240; error wait time 1, 1;
    ipv4 {{ import all; export {exported}; }};
}}""" for i, address in enumerate(self.peers))
        (self.folder / "bird.conf").write_text(f"""
router id {ENGINE};
protocol device {{}}
protocol static whole {{ ipv4;
include "table.conf";
}}
protocol static injected {{ ipv4;
include "injected.conf";
}}
{neighbours}
""")
        control = self.folder / "bird.ctl"
        self.launch("bird", "-f", "-c", self.folder / "bird.conf", "-s", control,
                    "-P", self.folder / "bird.pid")
        wait_for(lambda: self.alive() and control.exists(), "BIRD's control socket", LOADING)
        self.control = UnixLines(control)
        self.control.read_until(lambda got: got.endswith(b"\n"))
        wait_for(lambda: self.imported("whole") == table.count, "BIRD's table", LOADING)

    def ask(self, command):
        self.control.socket.sendall(command.encode() + b"\n")

        def ended(got):
            last = got.rsplit(b"\n", 2)[-2] if got.endswith(b"\n") else b""
            return len(last) > 4 and last[:4].isdigit() and last[4:5] == b" "
        return self.control.read_until(ended).decode()

    def imported(self, protocol):
        for line in self.ask("show protocols all " + protocol).splitlines():
            if "Routes:" in line:
                return int(line.split()[1])
        return 0

    def received(self):
        return self.imported("p0")

    def inject(self, prefix):
        with open(self.folder / "injected.conf", "a") as out:
            out.write(f"route {prefix} blackhole;\n")
        start = now()
        self.ask("configure soft")
        return start

    def switch(self, word):
        start = now()
        self.ask(word + " whole")
        return start

    def withdraw_table(self):
        return self.switch("disable")

    def restore_table(self):
        return self.switch("enable")


class Frr(Engine):
    name = "frr"
    program = "/usr/lib/frr/bgpd"
    limits = {"distinct": "one route-map per attribute set; not what it is made for"}
    runs = {"latency": 100}

    @staticmethod
    def version():
        return run("/usr/lib/frr/bgpd", "--version").splitlines()[0]

    def start(self, table, receives=False):
        self.table = table
        lines = ["router bgp 65001", f" bgp router-id {ENGINE}", " no bgp ebgp-requires-policy",
                 " no bgp network import-check"]
        for address in self.peers:
            lines += [f" neighbor {address} remote-as 65000", f" neighbor {address} passive",
                      f" neighbor {address} timers 80 240", f" neighbor {address} timers connect 1"]
        lines += [" address-family ipv4 unicast"]
        if receives:
            lines += [f"  neighbor {address} route-map NONE out" for address in self.peers]
        table.write_lines(self.folder / "table.conf", "  network {}\n")
        lines += [(self.folder / "table.conf").read_text() + " exit-address-family", "exit",
                  "route-map NONE deny 10", "exit", ""]
        (self.folder / "bgpd.conf").write_text("\n".join(lines))
        (self.folder / "zebra.conf").write_text("")
        for path in (self.folder, *self.folder.iterdir()):  # both daemons give up being root
            shutil.chown(path, "frr", "frr")
        common = ["-z", self.folder / "zserv.api",
                  "--vty_socket", self.folder, "-P", "0"]
        with open(self.folder / "frr.log", "a") as log:
            self.room.start(["/usr/lib/frr/zebra", *common, "-f", self.folder / "zebra.conf",
                             "-i", self.folder / "zebra.pid"], stdout=log, stderr=log)
        wait_for((self.folder / "zserv.api").exists, "zebra", LOADING)
        self.launch("/usr/lib/frr/bgpd", *common, "--no_kernel", "-f", self.folder / "bgpd.conf",
                    "-i", self.folder / "bgpd.pid")
        vty = self.folder / "bgpd.vty"
        wait_for(lambda: self.alive() and vty.exists(), "bgpd", LOADING)
        self.vty = UnixLines(vty)
        self.ask("enable")  # answered once the whole configuration is read

    def ask(self, command):
        self.vty.socket.sendall(command.encode() + b"\0")
        got = self.vty.read_until(lambda got: got[-4:-1] == b"\0\0\0")
        return got[:-4].decode()

    def summary(self):
        return json.loads(self.ask("show bgp ipv4 unicast summary json"))

    def received(self):
        return self.summary()["peers"][PEERS[0]]["pfxRcd"]

    def configure(self, *commands):
        start = now()
        for command in ("configure terminal", "router bgp 65001", "address-family ipv4 unicast",
                        *commands, "end"):
            self.ask(command)
        return start

    def inject(self, prefix):
        return self.configure("network " + prefix)

    # A million "no network" would measure its command line; a policy withdraws as much.
    def withdraw_table(self):
        return self.configure(f"neighbor {PEERS[0]} route-map NONE out")

    def restore_table(self):
        return self.configure(f"no neighbor {PEERS[0]} route-map NONE out")


class Gobgp(Engine):
    name = "gobgp"
    program = "gobgpd"
    runs = {"withdraw": 3, "latency": 200}

    @staticmethod
    def version():
        return run("gobgpd", "--version").strip()

    def start(self, table, receives=False):
        self.table = table
        neighbours = "".join(f"""
[[neighbors]]
  [neighbors.config]
    neighbor-address = "{address}"
    peer-as = 65000
  [neighbors.transport.config]
    passive-mode = true
    local-address = "{ENGINE}"
  [neighbors.timers.config]
    hold-time = 240
    idle-hold-time-after-reset = 1
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv4-unicast"
""" for address in self.peers)
        (self.folder / "gobgpd.conf").write_text(f"""
[global.config]
  as = 65001
  router-id = "{ENGINE}"
{neighbours}""")
        self.launch("gobgpd", "-f", self.folder / "gobgpd.conf", "--log-level=error",
                    "--api-hosts=127.0.0.1:50051", "--pprof-disable")
        wait_for(lambda: self.alive() and self.answers(), "gobgpd", LOADING)
        if table.count:
            self.mrt = table.write_mrt(self.folder / "table.mrt")
            self.restore_table()
        wait_for(lambda: self.known() == table.count, "gobgpd's table", LOADING, 0.2)

    def gobgp(self, *words):
        return subprocess.run(
            ["nsenter", "--net=/var/run/netns/" + self.room.engine_space, "gobgp", *words],
            capture_output=True, text=True, timeout=LOADING)

    def answers(self):
        return self.gobgp("global").returncode == 0

    def known(self):
        words = self.gobgp("global", "rib", "summary").stdout.replace(",", " ").split()
        return int(words[words.index("Destination:") + 1]) if "Destination:" in words else 0

    def received(self):
        peers = json.loads(self.gobgp("neighbor", "-j").stdout)
        for peer in peers:
            if peer["conf"]["neighbor_address"] == PEERS[0]:
                return sum(family.get("state", {}).get("received", 0)
                           for family in peer.get("afi_safis", []))
        return 0

    def inject(self, prefix):
        start = now()
        self.gobgp("global", "rib", "add", prefix)
        return start

    def withdraw_table(self):
        start = now()
        self.gobgp("global", "rib", "del", "all")
        return start

    def restore_table(self):
        start = now()
        done = self.gobgp("mrt", "inject", "global", str(self.mrt))
        if done.returncode != 0:
            raise BenchError("gobgp mrt inject: " + done.stderr.strip())
        return start


class Exabgp(Engine):
    name = "exabgp"
    program = "exabgp"
    limits = {"receive": "not a router: it keeps no table of what it is told",
              "receive_distinct": "not a router: it keeps no table of what it is told"}
    largest = {"withdraw": (100_000, "its API takes minutes to fill such a table again")}
    runs = {"withdraw": 2}

    @staticmethod
    def version():
        return "exabgp " + run("exabgp", "--version").splitlines()[0].split(":")[1].strip()

    def start(self, table, receives=False):
        self.table = table
        door = socket.socket(socket.AF_UNIX)
        door.bind(str(self.folder / "feeder.sock"))
        door.listen(1)
        door.settimeout(30)
        feeder = pathlib.Path(__file__).with_name("exabgp_feeder.py")
        neighbours = "".join(f"""
neighbor {address} {{
    router-id {ENGINE}; local-address {ENGINE}; local-as 65001; peer-as 65000;
    hold-time 240; passive true;
    family {{ ipv4 unicast; }}
    api {{ processes [ feeder ]; }}
}}""" for address in self.peers)
        (self.folder / "exabgp.conf").write_text(f"""
process feeder {{
    run /usr/bin/python3 {feeder} {self.folder}/feeder.sock;
    encoder text;
}}
{neighbours}
""")
        self.launch("exabgp", self.folder / "exabgp.conf", env={
            "exabgp.tcp.bind": ENGINE, "exabgp.tcp.port": "179", "exabgp.daemon.user": "root",
            "exabgp.log.level": "ERR", "exabgp.api.cli": "false", "exabgp.daemon.drop": "false"})
        self.feeder, _ = door.accept()
        door.close()
        self.feeder.settimeout(LOADING)
        self.feeder_lines = self.feeder.makefile("r")
        if table.count:
            self.restore_table()

    def bulk(self, verb):
        path = self.folder / "table.api"
        with open(path, "w", buffering=1 << 20) as out:
            if self.table.distinct:
                for prefix, community in self.table.entries():
                    out.write(f"{verb} route {prefix} next-hop self community "
                              f"[{community[0]}:{community[1]}]\n")
            else:
                batch = []
                for prefix, _ in self.table.entries():
                    batch.append(prefix)
                    if len(batch) == 1000:
                        out.write(f"{verb} attributes next-hop self nlri {' '.join(batch)}\n")
                        batch = []
                if batch:
                    out.write(f"{verb} attributes next-hop self nlri {' '.join(batch)}\n")
        begun = self.relay(f"file {path}")
        self.feeder_lines.readline()  # all acknowledged
        return begun

    def relay(self, line):
        self.feeder.sendall(line.encode() + b"\n")
        return int(self.feeder_lines.readline())

    def inject(self, prefix):
        return self.relay(f"line announce route {prefix} next-hop self")

    def withdraw_table(self):
        return self.bulk("withdraw")

    def restore_table(self):
        return self.bulk("announce")


ENGINES = {engine.name: engine for engine in (Routeproof, Bird, Frr, Gobgp, Exabgp)}
