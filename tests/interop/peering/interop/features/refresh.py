"""ROUTE-REFRESH, old and enhanced (RFC 2918, 7313)."""

from ..feature import expect, expect_equal, feature
from ..lab import LEAF, stays, wait_for
from ..route import peer_prefixes, prefixes


@feature("refresh-from-peer", "route refresh: the peer asks us")
def refresh_from_peer(trial):
    table = prefixes(100)
    trial.up()
    trial.agent.announce(*table)
    wait_for(lambda: trial.peer.count() == 100, "our table")
    before, gone = trial.agent.session()["updates_sent"], trial.peer.withdrawals()
    trial.peer.refresh()
    wait_for(lambda: trial.agent.session()["updates_sent"] > before, "us to send it again")
    wait_for(lambda: trial.peer.count() == 100, "the table at the peer")
    stays(trial.agent.is_up, "the session", 0.3)
    expect_equal(set(trial.peer.routes()), set(table), "the table at the peer")
    expect_equal(trial.peer.withdrawals(), gone, "withdrawals seen by the peer")


@feature("refresh-to-peer", "route refresh: we ask the peer")
def refresh_to_peer(trial):
    table = peer_prefixes(100)
    trial.up(announce=tuple(table))
    wait_for(lambda: trial.agent.received() == 100, "its table")
    before = trial.agent.session()["updates_received"]
    trial.agent.about_peer("refresh")
    wait_for(lambda: trial.agent.session()["updates_received"] > before, "its table again")
    stays(lambda: trial.agent.received() == 100 and trial.agent.is_up(), "the table", 0.5)


@feature("refresh-enhanced", "enhanced route refresh: marks understood both ways",
         only=("frr", "bird"), why_only="does not offer enhanced route refresh")
def refresh_enhanced(trial):
    trial.up(announce=tuple(peer_prefixes(50)))
    trial.agent.announce(*prefixes(50))
    wait_for(lambda: trial.peer.count() == 50 and trial.agent.received() == 50, "both tables")
    text = trial.peer.capabilities().lower()
    expect("enhanced" in text, "the peer to know that we know enhanced route refresh: " + text[:300])
    for _ in range(3):
        trial.agent.about_peer("refresh")
        trial.peer.refresh()
    stays(lambda: trial.agent.received() == 50 and trial.agent.session(LEAF[4])["state"] ==
          "Established", "nothing to be purged that was repeated", 1.0)
    expect_equal(trial.peer.count(), 50, "our table at the peer")
