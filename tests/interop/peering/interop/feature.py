"""A feature is a function that is given a Trial (a fresh peer and what starts our agent) and fails
by raising. Features are listed in the order in which they are written down."""

import dataclasses

from .agent import Agent, agent_config, peer_config
from .lab import Failure
from .peers.base import Setup

FEATURES = []


@dataclasses.dataclass(frozen=True)
class Feature:
    key: str
    title: str
    run: object
    only: tuple = ()      # peers; empty: all
    why_only: str = ""    # why the others cannot


def feature(key, title, only=(), why_only=""):
    def enter(function):
        FEATURES.append(Feature(key, title, function, tuple(only), why_only))
        return function
    return enter


def expect(condition, what):
    if not condition:
        raise Failure("expected " + what)


def expect_equal(actual, expected, what):
    if actual != expected:
        raise Failure(f"{what}: expected {expected!r:.300}, actual {actual!r:.300}")


class Trial:
    """One feature against one peer."""

    def __init__(self, lab, peer_class):
        self.lab = lab
        self.peer = peer_class(lab) if peer_class else None
        self.agents = []
        self.agent = None
        self.cleanups = []

    def start_peer(self, **options):
        self.peer.start(Setup(**options))

    def start_agent(self, ours=None, wait=True, name="agent", **options):
        """Our side, for the peer as it was set up; `ours`: keys of the peer's entry."""
        setup = self.peer.setup
        ours = {"families": [f"ipv{family}-unicast" for family in setup.all_families]
                if setup.families else None, "hold_time": setup.hold_time} | (ours or {})
        config = agent_config(peer_config(setup.asn, setup.kind, **ours), asn=setup.our_as,
                              **options)
        return self.start_our(config, wait, name)

    def start_our(self, config, wait=True, name="agent"):
        self.agent = Agent(self.lab, config, name)
        self.agents.append(self.agent)
        return self.agent.start(wait)

    def both_up(self):
        self.agent.wait_up()
        self.peer.wait_up()

    def up(self, ours=None, agent=None, **options):
        """The usual beginning: both are started and Established."""
        self.start_peer(**options)
        self.start_agent(ours, **(agent or {}))
        self.both_up()

    def end(self):
        for cleanup in reversed(self.cleanups):
            cleanup()
        for agent in self.agents:
            agent.end()
        if self.peer:
            self.peer.end()
