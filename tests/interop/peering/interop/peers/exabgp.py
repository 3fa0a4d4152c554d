"""ExaBGP 4: no router. It says what it is told to say, and tells what it heard, as JSON lines."""

import json
import os
import re

from ..lab import LEAF, end_process, run, wait_for
from ..route import Route, family_of
from .base import Peer

# What ExaBGP starts: our commands from the fifo go to it, what it says goes into the file.
HELPER = """#!/bin/sh
exec 3<&0
cat <&3 >>"{said}" &
exec cat <>"{commands}"
"""


class Exabgp(Peer):
    name = "ExaBGP"
    package = "exabgp"
    programs = ("exabgp",)
    cannot = {
        "gtsm": "does not check the TTL of what it receives",
        "unnumbered": "knows no interfaces",
        "restarter": "has no table that could be kept",
        "collision": "dials and listens with sessions of their own",
        "refresh-enhanced": "does not send its marks on its own",
        "bfd-tied": "has no BFD",
        "roles": "knows no roles",
        "roles-mismatch": "knows no roles",
        "max-prefix-theirs": "counts no prefixes",
        "refresh-from-peer": "has no table to refresh",
        "refresh-to-peer": "4.2.21 fails to answer a ROUTE-REFRESH and closes the session",
        "shutdown-ours": "4.2.21 fails to decode a NOTIFICATION with a text",
    }

    reads_texts = False

    def __init__(self, lab):
        super().__init__(lab)
        self.config = lab.folder / "exabgp.conf"
        self.commands = lab.folder / "exabgp.commands"
        self.said = lab.folder / "exabgp.said"
        self.helper = lab.folder / "exabgp-helper.sh"
        self.offset, self.rest = 0, ""
        self.up, self.table, self.notifications, self.ends = False, {}, [], 0
        self.gone, self.open = 0, ""

    @staticmethod
    def version():
        return re.search(r"ExaBGP : (\S+)", run("exabgp", "--version")).group(1)

    def start(self, setup):
        self.setup = setup
        self.helper.write_text(HELPER.format(said=self.said, commands=self.commands))
        self.helper.chmod(0o755)
        if not self.commands.exists():
            os.mkfifo(self.commands)
        self.said.touch()
        self.write()
        self.launch()

    def attributes(self, family):
        setup = self.setup
        fits = setup.extended_next_hop or family_of(setup.local) == family
        text = f"next-hop {setup.local if fits else LEAF[family]}"
        if setup.med is not None:
            text += f" med {setup.med}"
        if setup.communities:
            text += " community [" + " ".join(setup.communities) + "]"
        if setup.large:
            text += " large-community [" + " ".join(setup.large) + "]"
        if setup.prepend:
            text += " as-path [" + f" {setup.asn}" * (setup.prepend + 1) + " ]"
        return text

    def write(self):
        setup = self.setup
        families = "".join(f"ipv{family} unicast; " for family in setup.all_families)
        options = []
        if setup.passive:
            options.append("passive true; listen 179;")
        if setup.password:
            options.append(f"md5-password {setup.password};")
        if setup.multihop:
            options.append(f"outgoing-ttl {setup.multihop};")
        capability = ["route-refresh enable;",
                      f"asn4 {'enable' if setup.four_octet else 'disable'};",
                      f"extended-message {'enable' if setup.extended_messages else 'disable'};"]
        if setup.graceful_restart:
            capability.append(f"graceful-restart {setup.graceful_restart};")
        if setup.extended_next_hop:
            capability.append("nexthop enable;")
            options.append("nexthop { ipv4 unicast ipv6; }")
        self.config.write_text(f"""
process helper {{ run {self.helper}; encoder json; }}
neighbor {setup.remote} {{
    router-id 10.100.0.253;
    local-address {setup.local};
    local-as {setup.asn};
    peer-as {setup.our_as};
    hold-time {setup.hold_time};
    group-updates true;
    {' '.join(options)}
    capability {{ {' '.join(capability)} }}
    family {{ {families} }}
    api {{ processes [ helper ]; neighbor-changes;
          receive {{ parsed; open; update; }} }}
    static {{
        {self.static()}
    }}
}}
""")

    def static(self):
        return "\n        ".join(f"route {prefix} {self.attributes(family_of(prefix))};"
                                 for prefix in self.setup.announce)

    def launch(self):
        environment = dict(os.environ, exabgp_daemon_user="root", exabgp_api_ack="false",
                           exabgp_tcp_bind=self.setup.local if self.setup.passive else "",
                           exabgp_tcp_port="179", exabgp_log_level="INFO", exabgp_api_cli="false",
                           exabgp_api_respawn="false", exabgp_daemon_drop="false")
        self.catch_up()
        self.up, self.table = False, {}
        self.processes = [self.lab.start(self.lab.leaf, "exabgp", self.config, log="exabgp.log",
                                         env=environment, start_new_session=True)]
        wait_for(self.listens, lambda: "ExaBGP to run: " + self.lab.read("exabgp.log")[-300:])

    def listens(self):
        if self.setup.passive:
            return ":179" in run(*self.lab.inside(self.lab.leaf), "ss", "-Hltn")
        return "loaded new configuration" in self.lab.read("exabgp.log")

    def restart(self):
        self.launch()

    def kill(self):
        group = self.processes[0].pid
        try:
            os.killpg(group, 9)  # its helper too
        except ProcessLookupError:
            pass
        super().kill()

    def end(self):
        for process in self.processes:
            end_process(process)
            try:
                os.killpg(process.pid, 9)
            except ProcessLookupError:
                pass
        self.processes = []

    def say(self, *lines):
        with open(self.commands, "w", encoding="ascii") as fifo:
            fifo.write("".join(line + "\n" for line in lines))

    # What it told since we last looked.
    def catch_up(self):
        if not self.said.exists():
            return
        with open(self.said, encoding="utf-8", errors="replace") as said:
            said.seek(self.offset)
            text = self.rest + said.read()
            self.offset = said.tell()
        *lines, self.rest = text.split("\n")
        for line in lines:
            if not line.startswith("{"):
                continue
            try:
                self.digest(json.loads(line, strict=False))
            except json.JSONDecodeError:  # the words of an error may hold a line feed
                self.notifications.append(line)

    def digest(self, event):
        kind, neighbor = event["type"], event.get("neighbor", {})
        if kind == "state":
            self.up = neighbor["state"] == "up"
            if neighbor["state"] == "down":
                self.notifications.append(neighbor.get("reason", ""))
                self.table = {}
        elif kind == "notification":
            self.notifications.append(json.dumps(event, ensure_ascii=False))
        elif kind == "open":
            self.open = json.dumps(event)
        elif kind == "update":
            message = neighbor["message"]
            if "eor" in message:
                self.ends += 1
            elif "update" in message:
                self.digest_update(message["update"])

    def digest_update(self, update):
        attributes = update.get("attribute", {})
        path = tuple(asn for asn in attributes.get("as-path", []) if isinstance(asn, int))
        communities = frozenset(f"{a}:{b}" for a, b in attributes.get("community", []))
        large = frozenset(f"{a}:{b}:{c}" for a, b, c in attributes.get("large-community", []))
        for hops in update.get("announce", {}).values():
            for hop, entries in hops.items():
                for entry in entries:
                    prefix = entry["nlri"] if isinstance(entry, dict) else entry
                    self.table[prefix] = Route(prefix, path, hop, attributes.get("med"),
                                               communities, large)
        for entries in update.get("withdraw", {}).values():
            for entry in entries:
                prefix = entry["nlri"] if isinstance(entry, dict) else entry
                self.gone += self.table.pop(prefix, None) is not None

    def is_up(self):
        self.catch_up()
        return self.up

    def routes(self, family=4):
        self.catch_up()
        return {prefix: route for prefix, route in self.table.items()
                if family_of(prefix) == family}

    def commands_for(self, verb, prefixes, size=400):
        """Many prefixes a command: it reads a thousand commands a second."""
        for family in (4, 6):
            some = [prefix for prefix in prefixes if family_of(prefix) == family]
            for i in range(0, len(some), size):
                yield (f"{verb} attributes {self.attributes(family)} nlri " +
                       " ".join(some[i:i + size]))

    def announce(self, prefixes):
        self.say(*self.commands_for("announce", prefixes))

    def withdraw(self, prefixes):
        self.say(*self.commands_for("withdraw", prefixes))

    def refresh(self):
        for family in self.setup.all_families:
            self.say(f"announce route-refresh ipv{family} unicast")

    def shutdown(self, text):
        """ExaBGP's teardown carries a subcode only; the text goes by its control."""
        self.say(f"neighbor {self.setup.remote} teardown 2 {text}")

    def reset(self):
        self.say(f"neighbor {self.setup.remote} teardown 4")

    def last_text(self):
        self.catch_up()
        return "\n".join(self.notifications) + self.lab.read("exabgp.log")

    def capabilities(self):
        self.catch_up()
        return self.open

    def withdrawals(self):
        self.catch_up()
        return self.gone

    def end_of_rib_heard(self):
        self.catch_up()
        return self.ends > 0
