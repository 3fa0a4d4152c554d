"""Real routers to ask: FRR and BIRD in network namespaces, each behind an OpenSSH server.

::

    ops 192.0.2.1 ---- leaf1   FRR   AS 65000   192.0.2.11      speakers: host1 AS 65100, host2 AS 65101
        \\------------- leaf2   BIRD  AS 65001   192.0.2.12      both peer with both leaves over one bridge

The program that uses this must run inside `unshare --net --mount`: everything it makes is then
private to it and ends with it. `ready()` re-executes itself there.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAMS = ("/usr/lib/frr/bgpd", "/usr/bin/vtysh", "/usr/sbin/bird", "/usr/sbin/birdc", "/usr/sbin/exabgp",
            "/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/unshare")
LEAF1, LEAF2 = "192.0.2.11", "192.0.2.12"
HOST1, HOST2 = "10.100.0.1", "10.100.0.2"
SSH_PORT = 2222


def missing():
    """Why this cannot run here; empty if it can."""
    if os.geteuid() != 0:
        return "needs root for network namespaces"
    absent = [program for program in PROGRAMS if not os.access(program, os.X_OK)]
    return f"not installed: {' '.join(absent)}" if absent else ""


def privately(*arguments):
    """Run this program again, with these arguments first, in namespaces of its own, where it may do as it likes."""
    if os.environ.get("ROUTEPROOF_ROUTERS") != "inside":
        os.environ["ROUTEPROOF_ROUTERS"] = "inside"
        os.execv("/usr/bin/unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
                                      "--mount-proc", sys.executable, sys.argv[0], *map(str, arguments), *sys.argv[1:]])


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr or done.stdout}")
    return done.stdout


def wait_for(what, condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


FRR_CONFIG = """
hostname leaf1
ip prefix-list HOSTS seq 5 permit 198.51.100.0/24 le 32
ipv6 prefix-list HOSTS6 seq 5 permit 2001:db8:100::/48 le 128
route-map HOSTS permit 10
 match ip address prefix-list HOSTS
exit
route-map HOSTS permit 20
 match ipv6 address prefix-list HOSTS6
exit
router bgp 65000
 bgp router-id 192.0.2.11
 bgp bestpath as-path multipath-relax
 no bgp ebgp-requires-policy
 timers bgp 3 9
 coalesce-time 0
 neighbor 10.100.0.1 remote-as 65100
 neighbor 10.100.0.2 remote-as 65101
 neighbor 2001:db8:ff::1 remote-as 65100
 neighbor 10.100.0.9 remote-as 65109
 address-family ipv4 unicast
  network 192.0.2.11/32
  neighbor 10.100.0.1 route-map HOSTS in
  neighbor 10.100.0.1 soft-reconfiguration inbound
  neighbor 10.100.0.2 soft-reconfiguration inbound
  no neighbor 2001:db8:ff::1 activate
 exit-address-family
 address-family ipv6 unicast
  neighbor 2001:db8:ff::1 activate
  neighbor 2001:db8:ff::1 route-map HOSTS in
  neighbor 2001:db8:ff::1 soft-reconfiguration inbound
 exit-address-family
exit
"""

BIRD_LEAF = """
router id 192.0.2.12;
hostname "leaf2";
ipv4 table master4;
ipv6 table master6;
protocol device { scan time 10; }
protocol kernel kernel4 { ipv4 { export where source = RTS_BGP; }; merge paths on; }
protocol kernel kernel6 { ipv6 { export where source = RTS_BGP; }; }
protocol static own { ipv4; route 192.0.2.12/32 blackhole; }
filter hosts { if net ~ [ 198.51.100.0/24+ ] then accept; reject; }
filter hosts6 { if net ~ [ 2001:db8:100::/48+ ] then accept; reject; }
protocol bgp host1 {
  local 10.100.0.12 as 65001; neighbor 10.100.0.1 as 65100; hold time 9; connect retry time 1; connect delay time 1;
  ipv4 { import keep filtered; import filter hosts; export none; };
}
protocol bgp host2 {
  local 10.100.0.12 as 65001; neighbor 10.100.0.2 as 65101; hold time 9; connect retry time 1; connect delay time 1;
  ipv4 { import all; export none; };
}
protocol bgp host1v6 {
  local 2001:db8:ff::12 as 65001; neighbor 2001:db8:ff::1 as 65100; hold time 9; connect retry time 1; connect delay time 1;
  ipv6 { import keep filtered; import filter hosts6; export none; };
}
protocol bgp nobody {
  local 10.100.0.12 as 65001; neighbor 10.100.0.9 as 65109; connect retry time 1;
  ipv4 { import all; export none; };
}
"""

BIRD_HOST1 = """
router id 10.100.0.1;
protocol device {}
protocol static v4 { ipv4;
  route 198.51.100.0/26 blackhole { bgp_community.add((65100,7)); bgp_large_community.add((65100,1,2)); };
  route 198.51.100.64/32 blackhole { bgp_path.prepend(65190); bgp_med = 50; };
  route 198.51.100.128/25 blackhole;
  route 203.0.113.0/24 blackhole;
}
protocol static v6 { ipv6; route 2001:db8:100::/64 blackhole; route 2001:db8:bad::/48 blackhole; }
template bgp leaf { local 10.100.0.1 as 65100; hold time 9; connect retry time 1; connect delay time 1;
  ipv4 { import none; export where source = RTS_STATIC; }; }
protocol bgp leaf1 from leaf { neighbor 10.100.0.11 as 65000; }
protocol bgp leaf2 from leaf { neighbor 10.100.0.12 as 65001; }
template bgp leaf6 { local 2001:db8:ff::1 as 65100; hold time 9; connect retry time 1; connect delay time 1;
  ipv6 { import none; export where source = RTS_STATIC; }; }
protocol bgp leaf1v6 from leaf6 { neighbor 2001:db8:ff::11 as 65000; }
protocol bgp leaf2v6 from leaf6 { neighbor 2001:db8:ff::12 as 65001; }
"""

EXABGP_HOST2 = """
template { neighbor leaf { router-id 10.100.0.2; local-address 10.100.0.2; local-as 65101; hold-time 9;
  static {
    route 198.51.100.128/25 next-hop 10.100.0.2;
    route 198.51.100.192/32 next-hop 10.100.0.2 as-path [ 65101 ( 65010 65011 ) ];
    route 198.51.100.193/32 next-hop 10.100.0.2 as-path [ 65101 4200000001 ] origin incomplete community [ 65101:1 no-export ];
    route 198.51.100.194/32 next-hop 10.9.9.9;
  } } }
neighbor 10.100.0.11 { inherit leaf; peer-as 65000; }
neighbor 10.100.0.12 { inherit leaf; peer-as 65001; }
"""


class Routers:
    """Both leaves and what announces to them; `stop` ends every process."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="routeproof-routers-"))
        self.processes = []

    def ground(self):
        """What every node stands on."""
        run("ip", "link", "set", "lo", "up")
        # The control sockets lie where the tools look for them, in a /run of our own.
        for place in ("/run", "/etc/frr"):
            run("mount", "-t", "tmpfs", "tmpfs", place)
        for place in ("netns", "frr", "bird", "sshd"):
            pathlib.Path("/run", place).mkdir(mode=0o755)
        shutil.chown("/run/frr", "frr", "frr")
        run("ip", "link", "add", "br0", "type", "bridge")
        run("ip", "link", "set", "br0", "up")
        run("ip", "address", "add", "192.0.2.1/24", "dev", "br0")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / "host_key")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / "id")
        key = (self.folder / "host_key.pub").read_text().rsplit(" ", 1)[0]
        (self.folder / "known_hosts").write_text("".join(
            f"[{address}]:{SSH_PORT} {key}\n" for address in (LEAF1, LEAF2)))

    def start_frr_only(self, config, options=""):
        """Just leaf1, with this configuration; `options` are further lines for its SSH server."""
        self.ground()
        self.node("leaf1", f"{LEAF1}/24", "10.100.0.11/24", "2001:db8:ff::11/64")
        self.frr("leaf1", config, ("bfdd", "bfdd.vty"))
        self.sshd("leaf1", LEAF1, more=options)
        self.answers(LEAF1)

    @staticmethod
    def answers(address):
        def reached():
            with socket.socket() as probe:
                return probe.connect_ex((address, SSH_PORT)) == 0
        wait_for(f"the SSH server of {address}", reached)

    def start(self):
        self.ground()
        self.node("leaf1", f"{LEAF1}/24", "10.100.0.11/24", "2001:db8:ff::11/64")
        self.node("leaf2", f"{LEAF2}/24", "10.100.0.12/24", "2001:db8:ff::12/64")
        self.node("host1", f"{HOST1}/24", "2001:db8:ff::1/64")
        self.node("host2", f"{HOST2}/24")
        self.frr("leaf1")
        self.bird("leaf2", BIRD_LEAF)
        self.bird("host1", BIRD_HOST1)
        self.exabgp("host2")
        self.sshd("leaf1", LEAF1)
        self.sshd("leaf2", LEAF2)

    def node(self, name, *addresses):
        run("ip", "netns", "add", name)
        run("ip", "link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", f"v-{name}", "master", "br0", "up")
        run("ip", "-n", name, "link", "set", "lo", "up")
        for address in addresses:
            nodad = ["nodad"] if ":" in address else []
            run("ip", "-n", name, "address", "add", address, "dev", "eth0", *nodad)
        run("ip", "-n", name, "link", "set", "eth0", "up")

    def spawn(self, name, words, **more):
        with open(self.folder / f"{name}-{pathlib.Path(words[0]).name}.log", "wb") as log:
            self.processes.append(subprocess.Popen(
                ["ip", "netns", "exec", name, *map(str, words)], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, **more))

    def frr(self, name, config=FRR_CONFIG, *more):
        pathlib.Path("/etc/frr/vtysh.conf").write_text("")
        run("chown", "-R", "frr:frr", "/etc/frr")
        for daemon, sign in (("zebra", "zserv.api"), ("bgpd", "bgpd.vty"), ("staticd", "staticd.vty"), *more):
            self.spawn(name, [f"/usr/lib/frr/{daemon}", "--log", "stdout"])
            wait_for(f"{daemon}", pathlib.Path("/run/frr", sign).exists)
        wait_for("zebra's vty", pathlib.Path("/run/frr/zebra.vty").exists)
        said = self.vtysh("configure terminal", *config.strip().splitlines())
        if "%" in said:
            raise RuntimeError(said)

    @staticmethod
    def vtysh(*commands):
        return run("vtysh", *(part for command in commands for part in ("-c", command)))

    def bird(self, name, config):
        file = self.folder / f"{name}.conf"
        file.write_text(config)
        socket = "/run/bird/bird.ctl" if name == "leaf2" else str(self.folder / f"{name}.ctl")
        self.spawn(name, ["/usr/sbin/bird", "-f", "-c", file, "-s", socket])
        wait_for(f"bird of {name}", pathlib.Path(socket).exists)

    def exabgp(self, name):
        file = self.folder / "exabgp.conf"
        file.write_text(EXABGP_HOST2)
        environment = dict(os.environ, **{"exabgp.daemon.user": "root", "exabgp.api.cli": "false"})
        self.spawn(name, ["/usr/sbin/exabgp", file], env=environment)

    def sshd(self, name, address, port=SSH_PORT, more=""):
        config = self.folder / f"{name}-{address}-sshd_config"
        config.write_text(f"""Port {port}
ListenAddress {address}
HostKey {self.folder}/host_key
AuthorizedKeysFile {self.folder}/id.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
# bash runs the login files of this machine's root for each command unless it believes itself nested.
SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin SHLVL=2
{more}
""")
        self.spawn(name, ["/usr/sbin/sshd", "-D", "-e", "-f", config])

    def inventory(self, leaf1="frr"):
        """inventory.yml of both leaves; gives its path. `leaf1`: the OS that it is taken for."""
        file = self.folder / "inventory.yml"
        file.write_text(f"""routeproof: 1
pools:
  demo: {{cidr: 198.51.100.0/24, block_size: 26}}
defaults: {{credentials: lab, known_hosts: known_hosts}}
credentials:
  lab: {{user: root, key_file: id}}
routers:
  leaf1: {{os: {leaf1}, address: {LEAF1}, port: {SSH_PORT}, asn: 65000}}
  leaf2: {{os: bird, address: {LEAF2}, port: {SSH_PORT}, asn: 65001}}
hosts: {{}}
""")
        return file

    def settled(self):
        """Until both leaves hold every route of both hosts."""
        def frr_holds():
            table = json.loads(self.vtysh("show bgp ipv4 unicast json") or "{}").get("routes", {})
            v6 = json.loads(self.vtysh("show bgp ipv6 unicast json") or "{}").get("routes", {})
            return len(table) >= 6 and len(table.get("198.51.100.128/25", [])) == 2 and v6

        def bird_holds():
            sees = run("birdc", "show", "route")
            return all(prefix in sees for prefix in ("198.51.100.193", "198.51.100.64", "2001:db8:100::"))

        wait_for("the routes in FRR", frr_holds)
        wait_for("the routes in BIRD", bird_holds)

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
