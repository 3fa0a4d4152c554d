"""What a driver of a real peer can do. One driver drives one daemon in the leaf's namespace."""

import dataclasses

from ..lab import HOST, LEAF, end_process, wait_for


@dataclasses.dataclass
class Setup:
    """How the peer sees the session. `kind`: 4, 6, "link-local", "far" (two hops), "unnumbered"."""
    asn: int = 65000
    our_as: int = 4200000100
    kind: object = 4
    families: tuple = ()          # empty: that of the session
    hold_time: int = 30
    passive: bool = True
    password: str = ""
    ttl_security: bool = False
    multihop: int = 0
    graceful_restart: int = 0     # seconds; 0: not offered
    four_octet: bool = True
    extended_next_hop: bool = False
    extended_messages: bool = False
    role: str = ""
    max_prefix: int = 0
    bfd: bool = False
    announce: tuple = ()          # prefixes from the start
    med: int | None = None        # of all announced
    communities: tuple = ()
    large: tuple = ()
    prepend: int = 0

    @property
    def all_families(self):
        if self.families:
            return self.families
        return (4, 6) if self.kind == "unnumbered" else (6,) if ":" in self.local else (4,)

    @property
    def local(self):
        return LEAF["link-local" if self.kind == "unnumbered" else self.kind]

    @property
    def remote(self):
        return HOST["link-local" if self.kind == "unnumbered" else self.kind]


class Peer:
    name = ""
    package = ""
    programs = ()
    #: feature -> why it cannot be tried with this peer
    cannot = {}
    #: it can tell the text of a NOTIFICATION that it received
    reads_texts = True

    def __init__(self, lab):
        self.lab = lab
        self.processes = []
        self.setup = Setup()

    # The session, as the peer tells it.
    def start(self, setup):
        raise NotImplementedError

    def is_up(self):
        raise NotImplementedError

    def wait_up(self, **options):
        wait_for(self.is_up, self.name + " to be Established", **options)

    def wait_down(self, **options):
        wait_for(lambda: not self.is_up(), self.name + " to leave Established", **options)

    # What it has from us: {prefix: Route}
    def routes(self, family=4):
        raise NotImplementedError

    def count(self, family=4):
        return len(self.routes(family))

    # The daemon itself.
    def kill(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def end(self):
        for process in reversed(self.processes):
            end_process(process)
        self.processes = []

    def signal(self, number):
        for process in self.processes:
            process.send_signal(number)
