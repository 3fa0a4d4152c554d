"""Two FRR leaves, each with a file system of its own for what it must not share, and three hosts.

::

    ops 192.0.2.1 ---- leaf1  FRR  AS 65000  192.0.2.11      host1 AS 65100  198.51.100.0/26
        \\------------- leaf2  FRR  AS 65001  192.0.2.12      host2 AS 65101  198.51.100.64/26
                                                             host3 AS 65102  198.51.100.128/26
                                                             (not yet a peer of either leaf)
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "drivers"))

import routers  # noqa: E402
from routers import run, wait_for  # noqa: E402

LEAVES = {"leaf1": ("192.0.2.11", "10.100.0.11", 65000), "leaf2": ("192.0.2.12", "10.100.0.12", 65001)}
HOSTS = {"host1": ("10.100.0.1", 65100, "198.51.100.0/26"), "host2": ("10.100.0.2", 65101, "198.51.100.64/26"),
         "host3": ("10.100.0.3", 65102, "198.51.100.128/26")}

CONFIG = """
hostname {name}
ip prefix-list HOSTS seq 5 permit 198.51.100.0/24 le 32
route-map HOSTS permit 10
 match ip address prefix-list HOSTS
exit
bgp route-map delay-timer 1
router bgp {asn}
 bgp router-id {management}
 timers bgp 3 9
 neighbor 10.100.0.1 remote-as 65100
 neighbor 10.100.0.2 remote-as 65101
 address-family ipv4 unicast
  neighbor 10.100.0.1 route-map HOSTS in
  neighbor 10.100.0.2 route-map HOSTS in
 exit-address-family
exit
"""

HOST = """
router id {address};
protocol device {{}}
protocol static own {{ ipv4; route {block} blackhole; }}
template bgp leaf {{ local {address} as {asn}; hold time 9; connect retry time 1; connect delay time 1; error wait time 1,2;
  ipv4 {{ import none; export where source = RTS_STATIC; }}; }}
protocol bgp leaf1 from leaf {{ neighbor 10.100.0.11 as 65000; }}
protocol bgp leaf2 from leaf {{ neighbor 10.100.0.12 as 65001; }}
"""


class Leaves(routers.Routers):
    def __init__(self):
        run("mount", "-t", "tmpfs", "tmpfs", "/mnt")  # seen by all: each leaf has a /tmp of its own
        tempfile.tempdir = "/mnt"
        super().__init__()
        self.holders = {}

    def start(self):
        self.ground()
        for name, (management, address, asn) in LEAVES.items():
            self.node(name, f"{management}/24", f"{address}/24")
            self.hold(name)
            self.start_frr(name, CONFIG.format(name=name, management=management, asn=asn))
            self.sshd(name, management)
        for name, (address, asn, block) in HOSTS.items():
            self.node(name, f"{address}/24")
            self.bird(name, HOST.format(address=address, asn=asn, block=block))
        for management, _, _ in LEAVES.values():
            self.answers(management)
        self.write_inventory()
        wait_for("the routes of both hosts on both leaves",
                 lambda: all(len(self.routes(name)) == 2 for name in LEAVES))

    def hold(self, name):
        """A process in whose mount namespace everything of the leaf runs."""
        script = ("mount -t tmpfs -o mode=1777 tmpfs /tmp && mount -t tmpfs tmpfs /run/frr && "
                  "mount -t tmpfs tmpfs /etc/frr && touch /etc/frr/vtysh.conf && chown -R frr:frr /run/frr /etc/frr && "
                  "touch /tmp/ready && exec sleep infinity")
        process = subprocess.Popen(["ip", "netns", "exec", name, "unshare", "--mount", "--propagation", "private",
                                    "sh", "-c", script], stdin=subprocess.DEVNULL)
        self.processes.append(process)
        self.holders[name] = process.pid
        wait_for(f"the place of {name}", lambda: self.path(name, "/tmp/ready").exists())

    def path(self, name, path):
        return pathlib.Path(f"/proc/{self.holders[name]}/root{path}")

    def inside(self, name, *words):
        return ["nsenter", "-t", str(self.holders[name]), "-m", "-n", "--", *map(str, words)]

    def spawn(self, name, words, **more):
        if name not in self.holders:
            super().spawn(name, words, **more)
            return
        with open(self.folder / f"{name}-{pathlib.Path(words[0]).name}.log", "wb") as log:
            self.processes.append(subprocess.Popen(self.inside(name, *words), stdin=subprocess.DEVNULL, stdout=log,
                                                   stderr=subprocess.STDOUT, **more))

    def start_frr(self, name, config):
        for daemon, sign in (("zebra", "zserv.api"), ("bgpd", "bgpd.vty"), ("staticd", "staticd.vty")):
            self.spawn(name, [f"/usr/lib/frr/{daemon}", "--log", "stdout"])
            wait_for(f"{daemon} of {name}", self.path(name, f"/run/frr/{sign}").exists)
        wait_for("zebra's vty", self.path(name, "/run/frr/zebra.vty").exists)
        said = self.ask(name, "configure terminal", *config.strip().splitlines())
        if "%" in said:
            raise RuntimeError(said)

    def ask(self, name, *commands):
        return run(*self.inside(name, "vtysh", *(part for command in commands for part in ("-c", command))))

    def running(self, name):
        return self.ask(name, "show running-config")

    def routes(self, name):
        """The prefixes that the leaf has selected, read by vtysh and never by the code under test."""
        table = json.loads(self.ask(name, "show bgp ipv4 unicast json") or "{}").get("routes", {})
        return sorted(table)

    def locked(self, name):
        return self.path(name, "/tmp/routeproof-change").exists()

    def write_inventory(self):
        peerings = {name: ", ".join(
            f"{{router: {leaf}, host_address: {address}, router_address: {at[1]}}}" for leaf, at in LEAVES.items())
            for name, (address, _, _) in HOSTS.items()}
        lines = ["routeproof: 1", "pools: {demo: {cidr: 198.51.100.0/24, block_size: 26}}",
                 "defaults: {credentials: lab, known_hosts: known_hosts}",
                 "credentials: {lab: {user: root, key_file: id}}", "routers:"]
        lines += [f"  {name}: {{os: frr, address: {at[0]}, port: {routers.SSH_PORT}, asn: {at[2]}}}"
                  for name, at in LEAVES.items()]
        lines.append("hosts:")
        lines += [f"  {name}: {{asn: {asn}, blocks: [{block}], peerings: [{peerings[name]}]}}"
                  for name, (_, asn, block) in HOSTS.items()]
        self.inventory_file = self.folder / "inventory.yml"
        self.inventory_file.write_text("\n".join(lines) + "\n")


def missing():
    why = routers.missing()
    if not why and not os.access("/usr/bin/nsenter", os.X_OK):
        why = "not installed: nsenter"
    return why
