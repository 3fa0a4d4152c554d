"""GoBGP 3."""

import json
import re

from ..lab import LEAF_LINK, Failure, end_process, run, wait_for
from ..route import Route, family_of
from .. import raw
from .base import Peer

PORT = "50051"  # of the gRPC; the leaf's namespace is its own
FEW = 100  # prefixes: a command each. More come from a scripted peer of GoBGP's: there is no faster
           # way in ("mrt inject" loses paths on their way out).
FEEDER, FEEDER_AS, FEEDER_HOP = "127.0.0.2", 64999, "10.100.0.99"
FAMILIES = {4: "ipv4-unicast", 6: "ipv6-unicast"}


def batches(prefixes, size=500):
    return [prefixes[i:i + size] for i in range(0, len(prefixes), size)]


class Gobgp(Peer):
    name = "GoBGP"
    package = "gobgpd"
    programs = ("gobgpd", "gobgp")
    cannot = {
        "two-octet": "always offers four-octet AS numbers",
        "extended-messages": "has them from 4.7 on",
        "bfd-tied": "has no BFD before 4.6",
        "refresh-from-peer": "asks nobody: it keeps all that it heard",
        "roles": "knows no roles",
        "roles-mismatch": "knows no roles",
        "refresh-enhanced": "does not offer enhanced route refresh",
    }

    def __init__(self, lab):
        super().__init__(lab)
        self.config = lab.folder / "gobgpd.toml"
        self.monitor = None
        self.feeder = None

    @staticmethod
    def version():
        return run("gobgp", "--version").split()[-1]

    def neighbor_name(self):
        return LEAF_LINK if self.setup.kind == "unnumbered" else self.setup.remote

    def write(self):
        setup = self.setup
        scope = f"%{LEAF_LINK}" if setup.kind == "link-local" else ""
        who = (f'neighbor-interface = "{LEAF_LINK}"' if setup.kind == "unnumbered"
               else f'neighbor-address = "{setup.remote}{scope}"')
        text = f"""
[global.config]
  as = {setup.asn}
  router-id = "10.100.0.253"
[[neighbors]]
  [neighbors.config]
    {who}
    peer-as = {setup.our_as}
    auth-password = "{setup.password}"
  [neighbors.timers.config]
    hold-time = {setup.hold_time}
    keepalive-interval = {setup.hold_time // 3}
    connect-retry = 1
    idle-hold-time-after-reset = 1
  [neighbors.transport.config]
    passive-mode = {str(setup.passive).lower()}
"""
        if setup.kind not in ("unnumbered", "link-local"):
            text += f'    local-address = "{setup.local}"\n'
        if setup.multihop:
            text += ("  [neighbors.ebgp-multihop.config]\n    enabled = true\n"
                     f"    multihop-ttl = {setup.multihop}\n")
        if setup.ttl_security:
            text += "  [neighbors.ttl-security.config]\n    enabled = true\n    ttl-min = 255\n"
        if setup.graceful_restart:
            text += ("  [neighbors.graceful-restart.config]\n    enabled = true\n"
                     f"    restart-time = {setup.graceful_restart}\n")
        for family in setup.all_families:
            text += (f'  [[neighbors.afi-safis]]\n    [neighbors.afi-safis.config]\n'
                     f'      afi-safi-name = "{FAMILIES[family]}"\n')
            if setup.graceful_restart:
                text += ("    [neighbors.afi-safis.mp-graceful-restart.config]\n"
                         "      enabled = true\n")
            if setup.max_prefix:
                text += ("    [neighbors.afi-safis.prefix-limit.config]\n"
                         f"      max-prefixes = {setup.max_prefix}\n")
        text += f"""
[[neighbors]]
  [neighbors.config]
    neighbor-address = "{FEEDER}"
    peer-as = {FEEDER_AS}
  [neighbors.transport.config]
    passive-mode = true
"""
        self.config.write_text(text)

    def start(self, setup):
        self.setup = setup
        self.write()
        self.launch()

    def launch(self, *options):
        self.processes = [self.lab.start(self.lab.leaf, "gobgpd", "-f", self.config, "-l", "info",
                                         *options, log="gobgpd.log")]
        wait_for(self.answers, lambda: "gobgpd to answer: " + self.lab.read("gobgpd.log")[-300:])
        self.monitor = self.lab.start(self.lab.leaf, "gobgp", "monitor", "global", "rib", "-j",
                                      log="gobgp-monitor.log")
        self.announce(list(self.setup.announce))

    def answers(self):
        try:
            return bool(self.neighbor())
        except Failure:
            return False

    def restart(self):
        self.launch(*(["-r"] if self.setup.graceful_restart else []))

    def end(self):
        if self.feeder:
            self.feeder.close()
            self.feeder = None
        if self.monitor:
            end_process(self.monitor)
        super().end()

    def gobgp(self, *words):
        return run(*self.lab.inside(self.lab.leaf), "gobgp", "-p", PORT, *words)

    def neighbor(self):
        for neighbor in json.loads(self.gobgp("neighbor", "-j") or "[]"):
            if neighbor["conf"].get("neighbor_address") != FEEDER:
                return neighbor
        raise Failure("gobgpd knows no neighbour")

    def address(self):
        return self.neighbor()["state"]["neighbor_address"]

    def is_up(self):
        return self.neighbor()["state"].get("session_state") == 6

    def routes(self, family=4):
        text = self.gobgp("neighbor", self.address(), "adj-in", "-a", f"ipv{family}", "-j")
        table = json.loads(text or "{}")
        return {prefix: self.route(prefix, paths[0]) for prefix, paths in table.items()}

    def count(self, family=4):
        """What it keeps a count of; the whole table takes it seconds to tell."""
        for each in self.neighbor().get("afi_safis", []):
            state = each.get("state", {})
            if state.get("family", {}).get("afi") == (1 if family == 4 else 2):
                return state.get("received", 0)
        return 0

    @staticmethod
    def route(prefix, path):
        attributes = {each["type"]: each for each in path["attrs"]}
        hop = attributes.get(3, {}).get("nexthop") or attributes.get(14, {}).get("nexthop", "")
        as_path = tuple(asn for segment in attributes.get(2, {}).get("as_paths", [])
                        for asn in segment["asns"])
        pairs = {f"{value >> 16}:{value & 65535}"
                 for value in attributes.get(8, {}).get("communities", [])}
        large = {f"{each['ASN']}:{each['LocalData1']}:{each['LocalData2']}"
                 for each in attributes.get(32, {}).get("value", [])}
        return Route(prefix, as_path, hop, attributes.get(4, {}).get("metric"),
                     frozenset(pairs), frozenset(large))

    def announce(self, prefixes):
        if len(prefixes) <= FEW:
            for prefix in prefixes:
                self.gobgp("global", "rib", "add", prefix, *self.words(),
                           "-a", f"ipv{family_of(prefix)}")
            return
        if not self.feeder:
            self.feeder = raw.RawPeer(self.lab, FEEDER, self.setup.local)
            self.feeder.establish(asn=FEEDER_AS, hold_time=0, identifier="10.100.0.99")
        for some in batches(prefixes):
            self.feeder.send(raw.update(raw.attributes(FEEDER_AS, FEEDER_HOP), raw.nlri(*some)))

    def words(self):
        setup = self.setup
        words = ["origin", "igp", "nexthop", setup.local]
        if setup.prepend:
            words += ["aspath", " ".join([str(setup.asn)] * setup.prepend)]
        if setup.communities:
            words += ["community", ",".join(setup.communities)]
        if setup.med is not None:
            words += ["med", str(setup.med)]
        if setup.large:
            words += ["large-community", ",".join(setup.large)]
        return words

    def withdraw(self, prefixes):
        for family in {family_of(prefix) for prefix in prefixes}:
            some = [prefix for prefix in prefixes if family_of(prefix) == family]
            if len(some) > FEW:
                for each in batches(some):
                    self.feeder.send(raw.update(withdrawn=raw.nlri(*each)))
            else:
                for prefix in some:
                    self.gobgp("global", "rib", "del", prefix, "-a", f"ipv{family}")

    def refresh(self):
        self.gobgp("neighbor", self.address(), "softresetin")

    def shutdown(self, text):
        self.gobgp("neighbor", self.address(), "shutdown", "--reason", text)

    def enable(self):
        self.gobgp("neighbor", self.address(), "enable")

    def reset(self):
        """Not its own "reset": that is followed by 30 s of refusal, whatever the configuration says."""
        self.gobgp("neighbor", self.address(), "disable")
        self.gobgp("neighbor", self.address(), "enable")

    def last_text(self):
        return self.lab.read("gobgpd.log")

    def capabilities(self):
        return self.gobgp("neighbor", self.address())

    def withdrawals(self):
        return len(re.findall(r'"withdrawal":true', self.lab.read("gobgp-monitor.log")))

    def end_of_rib_heard(self):
        return any(each.get("mp_graceful_restart", {}).get("state", {}).get("end_of_rib_received")
                   for each in self.neighbor().get("afi_safis", []))
