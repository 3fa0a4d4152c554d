"""FRR 8.4: zebra, bgpd and, where asked for, bfdd, in a pathspace of their own."""

import json
import pathlib
import re
import shutil

from ..lab import LEAF_LINK, Failure, run, wait_for
from ..route import Route, family_of
from .base import Peer

FRR = pathlib.Path("/usr/lib/frr")
MANY = 2000  # lines: more than this go through a file


class Frr(Peer):
    name = "FRR"
    package = "frr"
    programs = ("vtysh", str(FRR / "bgpd"), str(FRR / "bfdd"))

    def __init__(self, lab):
        super().__init__(lab)
        self.etc = pathlib.Path("/etc/frr") / lab.tag
        self.run = pathlib.Path("/var/run/frr") / lab.tag
        for folder in (self.etc, self.run):
            folder.mkdir(parents=True)
            shutil.chown(folder, "frr", "frr")
            lab.undo.append(lambda folder=folder: shutil.rmtree(folder))
        (self.etc / "vtysh.conf").touch()
        self.daemons = {}

    @staticmethod
    def version():
        return re.search(r"version ([\d.]+)", run(str(FRR / "bgpd"), "--version")).group(1)

    def neighbor_name(self):
        return LEAF_LINK if self.setup.kind == "unnumbered" else self.setup.remote

    def config(self):
        setup, peer = self.setup, self.neighbor_name()
        lines = ["debug bgp updates in", "debug bgp neighbor-events", "debug bgp graceful-restart"]
        lines += ["route-map OUT permit 10"]
        if setup.med is not None:
            lines.append(f" set metric {setup.med}")
        if setup.communities:
            lines.append(" set community " + " ".join(setup.communities))
        if setup.large:
            lines.append(" set large-community " + " ".join(setup.large))
        if setup.prepend:
            lines.append(" set as-path prepend" + f" {setup.asn}" * setup.prepend)
        lines += ["exit", "route-map NOTHING deny 10", "exit"]
        # coalesce-time: in the second after a session came up, FRR 8.4 forgets to send the withdrawal
        # of what it has just announced.
        lines += [f"router bgp {setup.asn}", " bgp router-id 10.100.0.253",
                  " no bgp ebgp-requires-policy", " no bgp default ipv4-unicast",
                  " no bgp network import-check", " bgp log-neighbor-changes", " coalesce-time 0"]
        if setup.graceful_restart:
            lines += [" bgp graceful-restart", f" bgp graceful-restart restart-time {setup.graceful_restart}",
                      " bgp graceful-restart preserve-fw-state"]
        if setup.kind == "unnumbered":
            lines.append(f" neighbor {peer} interface remote-as external")
        else:
            lines.append(f" neighbor {peer} remote-as {setup.our_as}")
        if setup.kind == "link-local":
            lines.append(f" neighbor {peer} interface {LEAF_LINK}")
        lines += [f" neighbor {peer} timers {max(1, setup.hold_time // 3)} {setup.hold_time}",
                  f" neighbor {peer} timers connect 1"]
        if setup.kind == "far":
            lines.append(f" neighbor {peer} update-source {setup.local}")
        if setup.multihop:
            lines.append(f" neighbor {peer} ebgp-multihop {setup.multihop}")
        if setup.passive and setup.kind != "unnumbered":
            lines.append(f" neighbor {peer} passive")
        if setup.password:
            lines.append(f" neighbor {peer} password {setup.password}")
        if setup.ttl_security:
            lines.append(f" neighbor {peer} ttl-security hops 1")
        if not setup.four_octet:
            lines.append(f" neighbor {peer} dont-capability-negotiate")
        if setup.extended_next_hop:
            lines.append(f" neighbor {peer} capability extended-nexthop")
        if setup.role:
            lines.append(f" neighbor {peer} local-role {setup.role}")
        if setup.bfd:
            lines.append(f" neighbor {peer} bfd 3 300 300")
        for family in setup.all_families:
            lines += [f" address-family ipv{family} unicast", f"  neighbor {peer} activate",
                      f"  neighbor {peer} soft-reconfiguration inbound",
                      f"  neighbor {peer} route-map OUT out"]
            if setup.max_prefix:
                lines.append(f"  neighbor {peer} maximum-prefix {setup.max_prefix}")
            lines += [f"  network {prefix}" for prefix in setup.announce
                      if family_of(prefix) == family]
            lines.append(" exit-address-family")
        return lines + ["exit"]

    def start(self, setup):
        self.setup = setup
        self.launch()

    def launch(self):
        for name in ("zebra", "bgpd") + (("bfdd",) if self.setup.bfd else ()):
            self.launch_daemon(name)

    def launch_daemon(self, name):
        (self.run / (name + ".vty")).unlink(missing_ok=True)
        extra = []
        if name == "bgpd":
            # Its whole configuration at the start: line by line, each that resets the peer doubles
            # the time until it starts.
            path = self.lab.folder / "bgpd.conf"
            path.write_text("\n".join(self.config()) + "\n")
            extra = ["-n", "-f", path]
        self.daemons[name] = self.lab.start(
            self.lab.leaf, FRR / name, "-N", self.lab.tag, *extra, "--log",
            f"file:{self.run / (name + '.log')}", "--log-level", "debug", log="frr.out")
        wait_for(lambda: (self.run / (name + ".vty")).exists(), name + " to listen")
        self.processes = [self.daemons[each] for each in self.daemons]

    def kill(self):
        """The BGP daemon alone: what a crash is. zebra stays."""
        bgpd = self.daemons.pop("bgpd")
        bgpd.kill()
        bgpd.wait()
        self.processes = list(self.daemons.values())

    def restart(self):
        self.launch_daemon("bgpd")

    def end(self):
        for process in self.processes:  # they would take a second each to leave in good order
            process.kill()
            process.wait()
        self.processes = []
        self.daemons = {}
        (self.run / "bgpd.log").unlink(missing_ok=True)

    def signal(self, number):
        self.daemons["bgpd"].send_signal(number)

    def vtysh(self, *commands):
        arguments = [word for command in commands for word in ("-c", command)]
        return run("vtysh", "-N", self.lab.tag, *arguments)

    def configure(self, *lines):
        path = self.lab.folder / "frr.conf"
        path.write_text("\n".join(lines) + "\n")
        run("vtysh", "-N", self.lab.tag, "-f", str(path))

    def in_bgp(self, *lines):
        self.configure(f"router bgp {self.setup.asn}", *lines)

    def show(self, command):
        text = self.vtysh(f"show {command} json")
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            raise Failure(f"FRR's answer to 'show {command}' is no JSON: {text[:200]}") from None

    def neighbor(self):
        everything = self.show("bgp neighbors " + self.neighbor_name())
        return everything.get(self.neighbor_name(), {})

    def is_up(self):
        return self.neighbor().get("bgpState") == "Established"

    def routes(self, family=4):
        peer = self.neighbor_name()
        table = self.show(f"bgp ipv{family} unicast neighbors {peer} routes")
        found = {}
        for prefix, paths in table.get("routes", {}).items():
            found[prefix] = Route(prefix, tuple(map(int, paths[0]["path"].split())),
                                  paths[0]["nexthops"][0]["ip"], paths[0].get("metric"))
        if len(found) <= 20:  # the details cost a command each
            for prefix in found:
                found[prefix] = self.detailed(prefix, family)
        return found

    def detailed(self, prefix, family):
        for path in self.show(f"bgp ipv{family} unicast {prefix}").get("paths", []):
            if "peer" in path and path["peer"].get("routerId") == "10.100.0.254":
                return Route(
                    prefix, tuple(map(int, path["aspath"]["string"].split())),
                    path["nexthops"][0]["ip"], path.get("metric"),
                    frozenset(path.get("community", {}).get("list", [])),
                    frozenset(path.get("largeCommunity", {}).get("list", [])))
        return Route(prefix)

    def count(self, family=4):
        families = self.neighbor().get("addressFamilyInfo", {})
        return families.get(f"ipv{family}Unicast", {}).get("acceptedPrefixCounter", 0)

    def change(self, word, prefixes):
        for family in (4, 6):
            some = [f"  {word} {prefix}" for prefix in prefixes if family_of(prefix) == family]
            if some:
                self.in_bgp(f" address-family ipv{family} unicast", *some)

    def announce(self, prefixes):
        self.change("network", prefixes)

    def withdraw(self, prefixes):
        if len(prefixes) <= MANY:
            self.change("no network", prefixes)
            return
        for family in {family_of(prefix) for prefix in prefixes}:
            self.in_bgp(f" address-family ipv{family} unicast",
                        f"  neighbor {self.neighbor_name()} route-map NOTHING out")

    def refresh(self):
        for family in self.setup.all_families:
            # With soft-reconfiguration FRR would look into its own copy.
            self.in_bgp(f" address-family ipv{family} unicast",
                        f"  no neighbor {self.neighbor_name()} soft-reconfiguration inbound")
            self.vtysh(f"clear bgp ipv{family} unicast {self.neighbor_name()} soft in")

    def shutdown(self, text):
        self.in_bgp(f" neighbor {self.neighbor_name()} shutdown message {text}")

    def enable(self):
        self.in_bgp(f" no neighbor {self.neighbor_name()} shutdown")

    def reset(self):
        self.vtysh("clear bgp " + self.neighbor_name())

    def last_text(self):
        neighbor = self.neighbor()
        words = [str(neighbor.get(key, "")) for key in
                 ("lastShutdownDescription", "lastNotificationReason", "lastResetDueTo")]
        return "\n".join(words) + self.log()

    def log(self):
        path = self.run / "bgpd.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def capabilities(self):
        return json.dumps(self.neighbor().get("neighborCapabilities", {}))

    def withdrawals(self):
        return len(re.findall(r"rcvd UPDATE about .* -- withdrawn", self.log()))

    def end_of_rib_heard(self):
        return "End-of-RIB" in self.log()


