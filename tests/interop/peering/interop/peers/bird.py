"""BIRD 2.0."""

import re

from ..lab import LEAF_LINK, run, wait_for
from ..route import Route, family_of
from .base import Peer

HEAD = """
router id 10.100.0.253;
log "{log}" all;
debug protocols {{ states, events }};
protocol device {{ }}
{bfd}
template bgp host {{
    debug {{ states, routes, events, packets }};
    local {local} as {asn};
    neighbor {neighbor} as {our_as};
    hold time {hold};
    connect retry time 1;
    connect delay time 1;
    error wait time 1, 1;
    {options}
{channels}
}}
"""


class Bird(Peer):
    name = "BIRD"
    package = "bird2"
    programs = ("bird", "birdc")

    def __init__(self, lab):
        super().__init__(lab)
        self.config = lab.folder / "bird.conf"
        self.table = lab.folder / "bird-routes.conf"
        self.socket = lab.folder / "bird.ctl"
        self.log = "bird.log"
        self.announced = []

    @staticmethod
    def version():
        return run("bash", "-c", "bird --version 2>&1").split()[-1]

    def channels(self, setup):
        text = ""
        for family in setup.all_families:
            sets = ""
            if setup.med is not None:
                sets += f" bgp_med = {setup.med};"
            for community in setup.communities:
                sets += f" bgp_community.add(({community.replace(':', ',')}));"
            for community in setup.large:
                sets += f" bgp_large_community.add(({community.replace(':', ',')}));"
            sets += f" bgp_path.prepend({setup.asn});" * setup.prepend
            limit = f"import limit {setup.max_prefix} action disable;" if setup.max_prefix else ""
            extended = "extended next hop;" if setup.extended_next_hop and family == 4 else ""
            text += (f"    ipv{family} {{ import all; {limit} {extended} "
                     f"export filter {{ if source != RTS_STATIC then reject;{sets} accept; }}; }};\n")
        return text

    def write(self):
        setup = self.setup
        options = ["passive;"] if setup.passive else []
        if setup.password:
            options.append(f'password "{setup.password}";')
        if setup.ttl_security:
            options.append("ttl security on;")
        options.append(f"multihop {setup.multihop};" if setup.multihop else "direct;")
        if setup.graceful_restart:
            options.append(f"graceful restart on; graceful restart time {setup.graceful_restart};")
        else:
            options.append("graceful restart off;")
        if not setup.four_octet:
            options.append("enable as4 no;")
        if setup.extended_messages:
            options.append("enable extended messages on;")
        if setup.role:
            options.append(f"local role {setup.role.replace('-', '_')};")
        if setup.bfd:
            options.append("bfd on;")
        scope = f"%'{LEAF_LINK}'" if setup.kind == "link-local" else ""
        bfd = ("protocol bfd { interface \"*\" { min rx interval 300 ms; min tx interval 300 ms; "
               "multiplier 3; }; }") if setup.bfd else ""
        text = HEAD.format(log=self.lab.folder / self.log, bfd=bfd, local=setup.local,
                           asn=setup.asn, neighbor=setup.remote + scope, our_as=setup.our_as,
                           hold=setup.hold_time, options=" ".join(options),
                           channels=self.channels(setup))
        text += "protocol bgp host1 from host { }\n"
        text += f'include "{self.table}";\n'
        self.config.write_text(text)
        self.write_table()

    def write_table(self):
        text = ""
        for family in (4, 6):
            rows = [f"    route {prefix} blackhole;" for prefix in self.announced
                    if family_of(prefix) == family]
            text += f"protocol static static{family} {{\n    ipv{family};\n" + "\n".join(rows) + "\n}\n"
        self.table.write_text(text)

    def start(self, setup):
        self.setup = setup
        self.announced = list(setup.announce)
        self.write()
        self.launch()

    def launch(self, *options):
        self.socket.unlink(missing_ok=True)
        self.processes = [self.lab.start(self.lab.leaf, "bird", "-f", "-c", self.config, "-s",
                                         self.socket, *options, log="bird.out")]
        wait_for(lambda: self.socket.exists() and "ready" in self.birdc("show", "status", soft=True),
                 lambda: "BIRD to answer: " + self.lab.read("bird.out")[-300:])

    def restart(self):
        """After kill(): as a BIRD that recovers its forwarding state (-R) where it offers that."""
        self.launch(*(["-R"] if self.setup.graceful_restart else []))

    def birdc(self, *words, soft=False):
        try:
            return run("birdc", "-s", str(self.socket), *words)
        except Exception:
            if soft:
                return ""
            raise

    def is_up(self):
        return "Established" in self.birdc("show", "protocols", "host1")

    def routes(self, family=4):
        routes = {}
        text = self.birdc("show", "route", "table", f"master{family}", "protocol", "host1", "all")
        for chunk in re.split(r"\n(?=\S+/\d+ )", text)[0:]:
            if found := re.match(r"(?:Table \S+\n)?(\S+/\d+) ", chunk):
                routes[found.group(1)] = self.route(found.group(1), chunk)
        return routes

    @staticmethod
    def route(prefix, chunk):
        def field(name):
            found = re.search(rf"^\tBGP\.{name}: (.*)$", chunk, re.MULTILINE)
            return found.group(1) if found else ""
        pairs = {":".join(pair) for pair in re.findall(r"\((\d+),\s?(\d+)\)", field("community"))}
        large = {":".join(triple) for triple in
                 re.findall(r"\((\d+), (\d+), (\d+)\)", field("large_community"))}
        return Route(prefix, tuple(map(int, field("as_path").split())),
                     next((hop for hop in field("next_hop").split() if hop != "::"), ""), int(field("med")) if field("med") else None,
                     frozenset(pairs), frozenset(large))

    def count(self, family=4):
        found = re.findall(r"(\d+) of \d+ routes", self.birdc(
            "show", "route", "table", f"master{family}", "protocol", "host1", "count"))
        return int(found[0]) if found else 0

    def announce(self, prefixes):
        self.announced += prefixes
        self.write_table()
        self.birdc("configure")

    def withdraw(self, prefixes):
        gone = set(prefixes)
        self.announced = [prefix for prefix in self.announced if prefix not in gone]
        self.write_table()
        self.birdc("configure")

    def refresh(self):
        """Ask us for the table again."""
        self.birdc("reload", "in", "host1")

    def shutdown(self, text):
        self.birdc("disable", "host1", f'"{text}"')

    def reset(self):
        self.birdc("restart", "host1")

    def enable(self):
        self.birdc("enable", "host1")

    def last_text(self):
        """Whatever it tells of the session's end, our text included."""
        return self.birdc("show", "protocols", "all", "host1") + self.lab.read(self.log)

    def capabilities(self):
        text = self.birdc("show", "protocols", "all", "host1")
        return text[text.find("Neighbor capabilities"):].split("Session:")[0]

    def withdrawals(self):
        """How many routes of ours it has lost so far, each one counted (its log is the witness)."""
        return len(re.findall(r"host1\.ipv\d > removed", self.lab.read(self.log)))

    def end_of_rib_heard(self):
        return "Got END-OF-RIB" in self.lab.read(self.log)
