"""Sessions come up, or do not, for the right reason."""

from ..agent import OUR_AS
from ..feature import expect, expect_equal, feature
from ..lab import HOST, LEAF, stays, wait_for
from ..route import prefixes



@feature("up-v4", "session up, IPv4")
def up_v4(trial):
    trial.up(announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    route = wait_for(lambda: trial.peer.routes().get("172.16.0.1/32"), "our prefix at the peer")
    expect_equal(route.as_path, (OUR_AS,), "AS_PATH")
    expect_equal(route.next_hop, HOST[4], "next hop")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("up-v6", "session up, IPv6")
def up_v6(trial):
    trial.up(kind=6, announce=("2001:db8:2::1/128",))
    trial.agent.announce("2001:db8:1::1/128")
    route = wait_for(lambda: trial.peer.routes(6).get("2001:db8:1::1/128"), "our prefix")
    expect_equal(route.as_path, (OUR_AS,), "AS_PATH")
    # FRR shows the link-local half of a pair, if there is one.
    expect(route.next_hop in (HOST[6], HOST["link-local"]), f"our next hop, not {route.next_hop}")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("four-octet", "four-octet AS on both sides")
def four_octet(trial):
    trial.up(asn=4200000200, announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    route = wait_for(lambda: trial.peer.routes().get("172.16.0.1/32"), "our prefix at the peer")
    expect_equal(route.as_path, (OUR_AS,), "AS_PATH")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")
    expect_equal(trial.agent.session()["peer_as"], 4200000200, "the peer's AS")


@feature("two-octet", "peer without four-octet AS")
def two_octet(trial):
    trial.up(four_octet=False, our_as=65100, announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    route = wait_for(lambda: trial.peer.routes().get("172.16.0.1/32"), "our prefix at the peer")
    expect_equal(route.as_path, (65100,), "AS_PATH")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("md5", "MD5, right password (both directions of dialling)")
def md5(trial):
    trial.up(password="s3cret-of-both", ours={"password": "s3cret-of-both"})
    expect("s3cret" not in trial.agent.new_log(), "no password in our log")
    trial.agent.end()
    trial.peer.end()
    # Now the peer dials and we listen: the listener needs the key too.
    trial.up(password="s3cret-of-both", passive=False,
             ours={"password": "s3cret-of-both", "passive": True})


@feature("md5-wrong", "MD5, wrong or no password: no session")
def md5_wrong(trial):
    trial.start_peer(password="right")
    trial.start_agent({"password": "wrong"})
    stays(lambda: not trial.agent.is_up() and not trial.peer.is_up(), "no session", 1.5)
    trial.agent.end()
    trial.start_agent()
    stays(lambda: not trial.agent.is_up() and not trial.peer.is_up(), "no session", 1.5)
    trial.agent.end()
    trial.start_agent({"password": "right"})
    trial.both_up()


@feature("gtsm", "GTSM (RFC 5082)")
def gtsm(trial):
    trial.up(ttl_security=True, ours={"ttl_security": 1})
    trial.agent.end()
    trial.peer.wait_down()
    # TTL 1: the peer must not believe it. (FRR checks from shortly after the accept on, so that
    # the first two messages may get through.)
    trial.start_agent({"ttl_security": None}, announce=["172.16.0.1/32"])
    stays(lambda: trial.peer.count() == 0, "no route by packets with a TTL of 1", 1.5)


@feature("multihop", "multihop: two hops away, TTL counted")
def multihop(trial):
    trial.start_peer(kind="far", multihop=2)
    trial.start_agent()  # TTL 1 does not get there
    stays(lambda: not trial.agent.is_up(), "no session with a TTL of 1", 1.0)
    trial.agent.end()
    trial.start_agent({"multihop": 2})
    trial.both_up()
    trial.agent.announce("172.16.0.1/32")
    wait_for(lambda: trial.peer.routes().get("172.16.0.1/32"), "our prefix at the peer")


@feature("link-local", "IPv6 link-local addresses as configured", only=("frr", "bird", "gobgp"),
         why_only="takes no link-local address with its interface")
def link_local(trial):
    trial.up(kind="link-local", announce=("2001:db8:2::1/128",))
    trial.agent.announce("2001:db8:1::1/128")
    route = wait_for(lambda: trial.peer.routes(6).get("2001:db8:1::1/128"), "our prefix")
    expect_equal(route.next_hop, HOST["link-local"], "next hop")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("unnumbered", "IPv6 link-local unnumbered, IPv4 included", only=("frr",),
         why_only="no peering by router advertisements")
def unnumbered(trial):
    trial.up(kind="unnumbered", passive=False,
             announce=("172.24.0.1/32", "2001:db8:2::1/128"))
    trial.agent.announce("172.16.0.1/32", "2001:db8:1::1/128")
    route = wait_for(lambda: trial.peer.routes(4).get("172.16.0.1/32"), "our IPv4 prefix")
    expect_equal(route.next_hop, HOST["link-local"], "next hop of IPv4")
    wait_for(lambda: trial.peer.routes(6).get("2001:db8:1::1/128"), "our IPv6 prefix")
    wait_for(lambda: trial.agent.received() == 2, "its prefixes with us")


@feature("dual-stack", "IPv4 and IPv6 over one session")
def dual_stack(trial):
    trial.up(families=(4, 6), announce=("172.24.0.1/32", "2001:db8:2::1/128"),
             ours={"next_hop_v6": HOST[6]})
    trial.agent.announce("172.16.0.1/32", "2001:db8:1::1/128")
    wait_for(lambda: trial.peer.routes(4).get("172.16.0.1/32"), "our IPv4 prefix")
    route = wait_for(lambda: trial.peer.routes(6).get("2001:db8:1::1/128"), "our IPv6 prefix")
    expect(route.next_hop in (HOST[6], HOST["link-local"]), f"our next hop, not {route.next_hop}")
    wait_for(lambda: trial.agent.received() >= 1, "its prefixes with us")


@feature("extended-next-hop", "IPv4 over an IPv6 next hop (RFC 8950)")
def extended_next_hop(trial):
    trial.up(kind=6, families=(4, 6), extended_next_hop=True, announce=("172.24.0.1/32",),
             ours={"extended_next_hop": True})
    trial.agent.announce("172.16.0.1/32")
    route = wait_for(lambda: trial.peer.routes(4).get("172.16.0.1/32"), "our IPv4 prefix")
    expect(route.next_hop in (HOST[6], HOST["link-local"]), f"our IPv6 hop, not {route.next_hop}")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("extended-messages", "extended messages (RFC 8654)", only=("frr", "bird", "exabgp"),
         why_only="does not offer them in this version")
def extended_messages(trial):
    trial.up(extended_messages=True)
    table = prefixes(20000)
    trial.agent.announce(*table)
    wait_for(lambda: trial.peer.count() == len(table), "20,000 prefixes in long messages")
    sent = trial.agent.session()["updates_sent"]
    expect(sent < 12, f"fewer than 12 long messages for 20,000 prefixes, not {sent}")


@feature("collision", "collision: both dial, both reset, five times")
def collision(trial):
    trial.up(passive=False, announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    for _ in range(5):
        trial.peer.reset()
        try:
            trial.agent.about_peer("reset")
        except Exception as error:  # it may be down already
            if "unknown path" in str(error):
                raise
        wait_for(lambda: trial.agent.is_up() and trial.peer.is_up() and
                 trial.peer.count() == 1 and trial.agent.received() == 1,
                 "both to agree on one session again", patience=40)
    stays(trial.agent.is_up, "the session that was agreed upon", 0.5)


@feature("run-time", "peers added, changed, removed; others undisturbed")
def run_time(trial):
    trial.up(announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    wait_for(lambda: trial.peer.count() == 1, "our prefix")
    since = trial.agent.session(LEAF[4])["since"]
    for number in range(20):
        other = {"name": "other", "address": "10.100.0.7", "asn": 65007,
                 "local_address": HOST[4], "hold_time": 9 + number}
        trial.agent.set_peer(other)
    expect_equal(len(trial.agent.status()["sessions"]), 2, "sessions")
    trial.agent.remove_peer("10.100.0.7")
    wait_for(lambda: len(trial.agent.status()["sessions"]) == 1, "the other peer to be gone")
    # A change that alters neither OPEN nor transport.
    mine = dict(trial.agent.config["peers"][0])
    mine["max_prefix"] = 5000
    trial.agent.set_peer(mine)
    stays(lambda: trial.agent.session(LEAF[4])["since"] == since and trial.peer.is_up(),
          "the session through all that", 0.5)
    expect_equal(trial.peer.count(), 1, "our prefix at the peer")
    trial.agent.remove_peer(LEAF[4])
    trial.peer.wait_down()
    trial.agent.set_peer(mine)
    trial.both_up()


@feature("roles", "roles that match (RFC 9234)", only=("bird", "frr"),
         why_only="knows no roles")
def roles(trial):
    trial.up(role="provider", ours={"role": "customer", "role_strict": True},
             announce=("172.24.0.1/32",))
    trial.agent.announce("172.16.0.1/32")
    wait_for(lambda: trial.peer.routes().get("172.16.0.1/32"), "our prefix at the peer")
    wait_for(lambda: trial.agent.received() == 1, "its prefix with us")


@feature("roles-mismatch", "roles that do not match: refused", only=("bird", "frr"),
         why_only="knows no roles")
def roles_mismatch(trial):
    trial.start_peer(role="provider")
    trial.start_agent({"role": "provider"})
    trial.agent.wait_error(r"(?i)role mismatch")
    stays(lambda: not trial.agent.is_up(), "no session", 0.5)


