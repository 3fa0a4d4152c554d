"""BFD tied to the session, and the send hold timer."""

from ..feature import expect, feature
from ..lab import wait_for


@feature("bfd-tied", "BFD: the link is cut without carrier loss, both are down",
         only=("frr", "bird"), why_only="has no BFD in this version")
def bfd_tied(trial):
    trial.up(bfd=True, ours={"bfd": {"interval": "300ms", "multiplier": 3}, "hold_time": 90},
             announce=("172.24.0.1/32",))
    wait_for(lambda: trial.agent.session().get("bfd", "").lower() == "up",
             "our BFD session to be up")
    trial.lab.cut()
    trial.cleanups.append(trial.lab.mend)
    trial.agent.wait_error(r"BFD", patience=15)
    trial.agent.wait_down(patience=15)  # and not by the hold time of 90 s
    trial.peer.wait_down(patience=15)
    trial.lab.mend()
    trial.both_up()
    expect(trial.agent.is_up(), "the session back")
