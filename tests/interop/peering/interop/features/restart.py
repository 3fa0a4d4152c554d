"""Graceful restart (RFC 4724), both roles; restarts without it."""

import signal

from ..feature import expect_equal, feature
from ..lab import stays, wait_for
from ..route import peer_prefixes, prefixes

GRACE = {"graceful_restart": {"enabled": True, "restart_time": "20s"}}


@feature("restarter", "graceful restart: kill -9 us, the peer keeps all")
def restarter(trial):
    table = prefixes(200)
    trial.up(graceful_restart=20, ours=GRACE, agent={"announce": table})
    wait_for(lambda: trial.peer.count() == 200, "our table")
    gone = trial.peer.withdrawals()
    trial.agent.kill()
    trial.peer.wait_down()
    # Seen once on a busy machine: FRR listed none just after the session had ended. Waiting hides no
    # loss: nobody could announce them again meanwhile, and withdrawals are counted below.
    wait_for(lambda: len(trial.peer.routes()) == 200, "routes kept while we are away")
    trial.agent.start()
    trial.both_up()
    wait_for(lambda: trial.peer.count() == 200, "our table again")
    stays(lambda: trial.peer.withdrawals() == gone, "no route withdrawn", 0.5)
    # A route that the new life does not announce goes with our End-of-RIB.
    trial.agent.kill()
    trial.agent.config["announce"] = table[1:]
    trial.agent.start()
    trial.both_up()
    wait_for(lambda: trial.peer.count() == 199, "the one route to go")


@feature("restart-silent", "stop for a restart: no NOTIFICATION, the peer keeps all")
def restart_silent(trial):
    table = prefixes(50)
    trial.up(graceful_restart=20, ours=GRACE, agent={"announce": table})
    wait_for(lambda: trial.peer.count() == 50, "our table")
    gone = trial.peer.withdrawals()
    trial.agent.stop("restart")
    trial.agent.start()
    trial.both_up()
    wait_for(lambda: trial.peer.count() == 50, "our table")
    expect_equal(trial.peer.withdrawals(), gone, "withdrawals seen by the peer")


@feature("helper-kept", "graceful restart: kill -9 the peer, we keep, then replace")
def helper_kept(trial):
    table = peer_prefixes(100)
    trial.up(graceful_restart=20, ours=GRACE, announce=tuple(table))
    wait_for(lambda: trial.agent.received() == 100, "its table")
    trial.peer.kill()
    trial.agent.wait_down()
    expect_equal(trial.agent.received(), 100, "routes we keep")
    stays(lambda: trial.agent.received() == 100, "its routes with us", 0.5)
    trial.peer.restart()
    trial.both_up()
    wait_for(lambda: trial.agent.received() == 100, "its table again")
    stays(lambda: trial.agent.received() == 100, "its table after its End-of-RIB", 0.5)


@feature("helper-expired", "graceful restart: the peer stays away, we drop")
def helper_expired(trial):
    trial.up(graceful_restart=20, announce=tuple(peer_prefixes(100)),
             ours={"graceful_restart": {"enabled": True, "restart_time": "20s",
                                        "stale_time": "2s"}})
    wait_for(lambda: trial.agent.received() == 100, "its table")
    trial.peer.kill()
    trial.agent.wait_down()
    wait_for(lambda: trial.agent.received() == 0, "its routes to go")


@feature("no-grace", "without graceful restart: the peer dies, its routes go at once")
def no_grace(trial):
    trial.up(announce=tuple(peer_prefixes(100)))
    wait_for(lambda: trial.agent.received() == 100, "its table")
    trial.peer.kill()
    trial.agent.wait_down()
    wait_for(lambda: trial.agent.received() == 0, "its routes to go")
    trial.peer.restart()
    trial.both_up()
    wait_for(lambda: trial.agent.received() == 100, "its table again")


@feature("flapping", "flapping: the peer is killed ten times, we come back, nothing leaks")
def flapping(trial):
    trial.up(announce=tuple(peer_prefixes(100)), agent={"announce": prefixes(100)})
    wait_for(lambda: trial.agent.received() == 100 and trial.peer.count() == 100, "both tables")


    def back():
        wait_for(lambda: trial.agent.is_up() and trial.agent.received() == 100 and
                 trial.peer.count() == 100, "both tables again", patience=60)
    descriptors, memory = None, None
    # We wait longer after each failed session (1, 2, 4... s): three times we see it come back, and
    # seven times it goes again whether or not we were back.
    for number in range(10):
        trial.peer.kill()
        if number < 3:
            trial.agent.wait_down()
        trial.peer.restart()
        if number < 3:
            back()
        if descriptors is None:
            descriptors, memory = trial.agent.descriptors(), trial.agent.resident_kib()
    back()
    wait_for(lambda: trial.agent.descriptors() <= descriptors, lambda:
             f"{descriptors} descriptors, not {trial.agent.descriptors()}")
    grown = trial.agent.resident_kib() - memory
    expect_equal(grown < 1024, True, f"memory that does not grow (it grew by {grown} KiB)")


@feature("hold-peer", "hold timer: the peer is stopped, we give up")
def hold_peer(trial):
    trial.up(hold_time=3, announce=("172.24.0.1/32",))
    wait_for(lambda: trial.agent.received() == 1, "its prefix")
    trial.peer.signal(signal.SIGSTOP)
    trial.cleanups.append(lambda: trial.peer.signal(signal.SIGCONT))
    trial.agent.wait_error(r"(?i)hold timer expired")
    expect_equal(trial.agent.received(), 0, "routes of a peer that is gone")
    trial.peer.signal(signal.SIGCONT)
    trial.both_up()


@feature("hold-ours", "hold timer: we are stopped, the peer gives up")
def hold_ours(trial):
    trial.up(hold_time=3, agent={"announce": prefixes(10)})
    wait_for(lambda: trial.peer.count() == 10, "our table")
    trial.agent.process.send_signal(signal.SIGSTOP)
    trial.peer.wait_down()
    wait_for(lambda: trial.peer.count() == 0, "our routes to go")
    trial.agent.process.send_signal(signal.SIGCONT)
    trial.both_up()
    wait_for(lambda: trial.peer.count() == 10, "our table again")
