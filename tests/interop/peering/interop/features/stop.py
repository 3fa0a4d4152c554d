"""How sessions end: what is said and what is heard."""

from ..feature import expect, feature
from ..lab import wait_for
from ..route import prefixes

TEXT = "leaf is being repaired"


@feature("shutdown-ours", "shutdown text (RFC 9003): ours is seen by the peer")
def shutdown_ours(trial):
    trial.up()
    trial.agent.about_peer("shutdown", text="Wartung für zwei Stunden")
    trial.peer.wait_down()
    wait_for(lambda: "Wartung" in trial.peer.last_text(), "our text at the peer")
    trial.agent.about_peer("enable")
    trial.both_up()


@feature("shutdown-theirs", "shutdown text (RFC 9003): the peer's is seen by us",
         only=("frr", "bird", "gobgp"), why_only="its teardown carries no text")
def shutdown_theirs(trial):
    trial.up()
    trial.peer.shutdown(TEXT)
    trial.agent.wait_error(TEXT)
    trial.peer.enable()
    trial.both_up()


@feature("leave", "leave: GRACEFUL_SHUTDOWN, then withdrawn, then Cease with our reason")
def leave(trial):
    trial.up(agent={"announce": prefixes(20)})
    wait_for(lambda: trial.peer.count() == 20, "our table")
    gone = trial.peer.withdrawals()
    trial.agent.request("POST", "/v1/drain")
    wait_for(lambda: "65535:0" in next(iter(trial.peer.routes().values())).communities or
             "gracefulShutdown" in next(iter(trial.peer.routes().values())).communities or
             "graceful-shutdown" in next(iter(trial.peer.routes().values())).communities,
             "GRACEFUL_SHUTDOWN on our routes")
    expect(trial.peer.count() == 20, "all our routes still there")
    trial.agent.stop("leave", "host is being repaired")
    trial.peer.wait_down()
    wait_for(lambda: trial.peer.count() == 0, "our routes to go")
    if trial.peer.name != "GoBGP":  # its monitor tells of best paths only
        wait_for(lambda: trial.peer.withdrawals() - gone >= 20, "20 withdrawals before the Cease")
    if trial.peer.reads_texts:
        wait_for(lambda: "host is being repaired" in trial.peer.last_text(),
                 "our reason at the peer")
