"""Tables of 1, 1,000 and 100,000 prefixes in both directions, counted and looked at."""

import ipaddress

from ..agent import OUR_AS
from ..feature import expect_equal, feature
from ..lab import HOST, LEAF, PATIENCE, wait_for
from ..route import peer_prefixes, prefixes

SLOW = 4 * PATIENCE  # seconds a peer may take for 100,000 prefixes


def send(trial, count):
    trial.up()
    table = prefixes(count)
    trial.agent.announce(*table)
    wait_for(lambda: trial.peer.count() == count, lambda:
             f"{count} prefixes at the peer; it has {trial.peer.count()}", patience=SLOW)
    routes = trial.peer.routes()
    expect_equal(set(routes) == set(table), True, "the peer has exactly our prefixes")
    wrong = [route for route in routes.values()
             if route.as_path != (OUR_AS,) or route.next_hop != HOST[4]]
    expect_equal(wrong[:3], [], "routes with another path or next hop")
    # FRR sends them back to us: a route with our AS in its path is dropped.
    expect_equal(trial.agent.received(), 0, "routes of our own that came back")
    trial.agent.withdraw(*table[: count // 2])
    wait_for(lambda: trial.peer.count() == count - count // 2, "half of them", patience=SLOW)
    expect_equal(set(trial.peer.routes()) == set(table[count // 2:]), True, "the right half")
    trial.agent.withdraw(*table[count // 2:])
    wait_for(lambda: trial.peer.count() == 0, "none", patience=SLOW)


def only(table):
    """The import policy that accepts exactly these host routes, which are in a row."""
    ends = [ipaddress.ip_network(prefix).network_address for prefix in (table[0], table[-1])]
    ranges = ipaddress.summarize_address_range(*ends)
    return [{"match": {"prefix": [f"{network} ge 32" for network in ranges]}, "then": "accept"}]


def receive(trial, count):
    table = peer_prefixes(count)
    trial.up(ours={"import": only(table)})
    trial.peer.announce(table)
    wait_for(lambda: trial.agent.received() == count, lambda:
             f"{count} prefixes with us; we have {trial.agent.received()}", patience=SLOW)
    # As many as there are, and each of them one of these: exactly these.
    expect_equal(trial.agent.session()["accepted"], count, "prefixes that are the peer's")
    trial.peer.withdraw(table)
    wait_for(lambda: trial.agent.received() == 0, lambda:
             f"none left with us; {trial.agent.received()} are", patience=SLOW)
    expect_equal(trial.agent.session()["accepted"], 0, "accepted prefixes")


@feature("send-1", "we announce and withdraw 1 prefix")
def send_1(trial):
    send(trial, 1)


@feature("send-1k", "we announce and withdraw 1,000")
def send_1k(trial):
    send(trial, 1000)


@feature("send-100k", "we announce and withdraw 100,000")
def send_100k(trial):
    send(trial, 100000)


@feature("receive-1", "the peer announces and withdraws 1 prefix")
def receive_1(trial):
    receive(trial, 1)


@feature("receive-1k", "the peer announces and withdraws 1,000")
def receive_1k(trial):
    receive(trial, 1000)


@feature("receive-100k", "the peer announces and withdraws 100,000")
def receive_100k(trial):
    receive(trial, 100000)


@feature("attributes-out", "MED, communities, large communities, prepend: ours")
def attributes_out(trial):
    policy = [{"match": {"prefix": ["172.16.0.2/32"]}, "set": {"prepend": 2}, "then": "accept"},
              {"then": "accept"}]
    trial.up(ours={"export": policy})
    trial.agent.announce("172.16.0.1/32", med=50, communities=["65000:1", "65000:2"],
                         large_communities=["4200000100:1:2"])
    trial.agent.announce("172.16.0.2/32")
    wait_for(lambda: trial.peer.count() == 2, "both prefixes")
    routes = trial.peer.routes()
    first = routes["172.16.0.1/32"]
    expect_equal(first.med, 50, "MED")
    expect_equal(first.communities, frozenset({"65000:1", "65000:2"}), "communities")
    expect_equal(first.large, frozenset({"4200000100:1:2"}), "large communities")
    expect_equal(routes["172.16.0.2/32"].as_path, (OUR_AS,) * 3, "prepended AS_PATH")
    # Changed attributes replace the route: no withdrawal between.
    before = trial.peer.withdrawals()
    trial.agent.announce("172.16.0.1/32", med=60)
    wait_for(lambda: trial.peer.routes()["172.16.0.1/32"].med == 60, "the new MED")
    expect_equal(trial.peer.routes()["172.16.0.1/32"].communities, frozenset(), "communities")
    expect_equal(trial.peer.withdrawals(), before, "withdrawals seen by the peer")


@feature("attributes-in", "communities, large communities, origin AS: the peer's")
def attributes_in(trial):
    # Our import policy is the witness: accepted is what has all of this, and nothing else is.
    has = {"prefix": ["172.24.0.1/32"], "community": ["65000:7", "65000:8"],
           "large_community": ["65000:1:2"], "origin_as": [65000], "next_hop": [LEAF[4] + "/32"]}
    lacks = [{"match": {**has, key: value}, "then": "accept"} for key, value in (
        ("community", ["65000:9"]), ("large_community", ["65000:1:3"]), ("origin_as", [65001]),
        ("next_hop", [HOST[4] + "/32"]))]
    peer = dict(med=70, communities=("65000:7", "65000:8"), large=("65000:1:2",), prepend=2)
    trial.up(ours={"import": [{"match": has, "then": "accept"}]}, announce=("172.24.0.1/32",),
             **peer)
    wait_for(lambda: trial.agent.received() == 1, "its prefix")
    expect_equal(trial.agent.session()["accepted"], 1, "routes with all of its attributes")
    trial.agent.end()
    trial.start_agent({"import": lacks})
    trial.both_up()
    wait_for(lambda: trial.agent.received() == 1, "its prefix")
    expect_equal(trial.agent.session()["accepted"], 0, "routes with other attributes")


@feature("eor", "End-of-RIB after the first table, both directions")
def end_of_rib(trial):
    trial.start_peer(announce=("172.24.0.1/32",))
    trial.start_agent(announce=prefixes(100))
    trial.both_up()
    wait_for(lambda: trial.peer.count() == 100, "our table at the peer")
    wait_for(trial.peer.end_of_rib_heard, "the peer to hear our End-of-RIB")


@feature("max-prefix-ours", "max-prefix: ours is exceeded by the peer")
def max_prefix_ours(trial):
    table = peer_prefixes(12)
    trial.up(ours={"max_prefix": {"limit": 10, "warning": 50}}, announce=tuple(table[:3]))
    wait_for(lambda: trial.agent.received() == 3, "three prefixes")
    trial.peer.announce(table[3:6])
    trial.agent.expect_log(r"(?i)max.?prefix|prefix.?limit")
    trial.peer.announce(table[6:])
    trial.agent.wait_down()
    wait_for(lambda: "refix" in trial.peer.last_text(), "the peer to hear why")


@feature("max-prefix-theirs", "max-prefix: the peer's is exceeded by us")
def max_prefix_theirs(trial):
    trial.up(max_prefix=10)
    trial.agent.announce(*prefixes(5))
    wait_for(lambda: trial.peer.count() == 5, "five prefixes")
    trial.agent.announce(*prefixes(20))
    trial.agent.wait_error(r"(?i)prefix|Cease")
