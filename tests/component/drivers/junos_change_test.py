"""Changes to the Junos face over NETCONF; a real FRR below it follows what is committed."""

import json
import pathlib
import signal
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import change_case  # noqa: E402
import routers  # noqa: E402
from change_case import LONG, change, ticket_word  # noqa: E402

WHY_NOT = routers.missing()
STATE = pathlib.Path("/mnt/leaf1")

CONFIG = """
hostname leaf1
router bgp 65000
 no bgp ebgp-requires-policy
 neighbor 10.100.0.1 remote-as 65100
exit
"""

LIST = {"prefix_list": {"name": "HOSTS", "or_longer": True, "prefixes": ["198.51.100.0/24"]}}
POLICY = {"policy": {"name": "FROM-HOSTS", "terms": [
    {"prefix_list": "HOSTS", "or_longer": True, "communities": ["65000:7"], "prepend": [65000]}]}}
PEER = {"peer": {"address": "10.100.0.2", "as": 65101, "group": "HOSTS", "description": "host2 (rack 4)",
                 "import": "FROM-HOSTS", "password": "geheim-1"}}
BFD = {"bfd": {"peer": "10.100.0.2", "group": "HOSTS", "interval": 400}}
EVERYTHING = [LIST, POLICY, PEER, BFD]


@unittest.skipIf(WHY_NOT, WHY_NOT)
class JunosChange(change_case.ChangeCase):
    os_name = "junos"

    @classmethod
    def setUpClass(cls):
        cls.prepare(CONFIG,
                    f"Subsystem netconf /usr/bin/python3 -B /mnt/faces/junos_face.py --configurable --state-dir {STATE}")

    def setUp(self):
        STATE.mkdir(exist_ok=True)
        self.before = self.running()

    def tearDown(self):
        self.mode()
        # Every test gives the router back as it was: the next one must not inherit anything.
        self.assertEqual(self.running(), self.before)

    @staticmethod
    def mode(**faults):
        file = STATE / "mode.json"
        if faults:
            (STATE / "mode.new").write_text(json.dumps(faults))
            (STATE / "mode.new").rename(file)
        else:
            file.unlink(missing_ok=True)

    @staticmethod
    def asked():
        """What the face was asked since the last call."""
        log = STATE / "face.log"
        text = log.read_text()
        log.write_text("")
        return text

    def is_in_force(self):
        return "neighbor 10.100.0.2 remote-as 65101" in self.running()

    def take_away(self):
        absent = [{kind: {**item, "absent": True}} for each in EVERYTHING for kind, item in each.items()]
        ticket, _ = self.commit(*absent)
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")

    def test_the_promise_is_read_before_anything_is_sent(self):
        (promise,) = self.run_steps("promise")
        self.assertEqual((promise["guarantee"], promise["weaker"], promise["step"]), ("the router", False, 60))

    def test_stage_shows_the_devices_own_difference_and_changes_nothing(self):
        staged, discarded = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertTrue(staged["by_router"])
        self.assertIn("neighbor 10.100.0.2]\n+    peer-as 65101;", staged["difference"])
        self.assertIn("authentication-key (not shown)", staged["difference"])
        self.assertNotIn("geheim", json.dumps(staged))
        self.assertEqual(discarded["state"], "discarded")
        self.assertFalse(self.is_in_force())

    def test_confirmed_from_a_new_session_it_stays_and_a_second_time_changes_nothing(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.assertTrue(self.is_in_force())
        self.asked()
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")
        self.assertNotIn("<ns0:check", self.asked())
        self.assertEqual(self.step(ticket, "inspect")["state"], "confirmed")
        staged, _ = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertEqual(staged["difference"], "")
        self.take_away()

    def test_the_timer_is_sent_in_minutes_and_never_shorter_than_asked_for(self):
        ticket, outcome = self.commit(*EVERYTHING, seconds=61)
        self.assertRegex(self.asked(), r"<ns0:confirmed ?/><ns0:confirm-timeout>2</ns0:confirm-timeout>")
        self.assertEqual(outcome["remaining"], 120)
        self.assertEqual(outcome["notes"], ["Junos counts minutes: it waits for 2 min, not 61 s"])
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_in_one_process_the_lock_is_held_until_the_new_session_confirms(self):
        process = self.start("stage", f"commit={LONG}", "hold", given=change(*EVERYTHING))
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        (refused,) = self.run_steps("stage", given=change(PEER, author="bob"))
        self.assertRegex(refused["held_by"], r"configuration database locked by: root terminal \(pid \d+\) on since")
        process.send_signal(signal.SIGKILL)  # the lock goes with its session, the timer does not
        outcome = self.wait_for_step(ticket_word(lines[0]["ticket"]), "rollback")
        self.assertEqual(outcome["state"], "rolled back")
        _, _, confirmed = self.run_steps("stage", f"commit={LONG}", "confirm", given=change(*EVERYTHING))
        self.assertEqual(confirmed["state"], "confirmed")
        self.take_away()

    def wait_for_step(self, ticket, verb):
        """The step, once the lock of a session that was cut is gone."""
        seen = {}

        def done():
            seen.update(self.step(ticket, verb))
            return "locked by" not in seen.get("what", "") or seen.clear()

        routers.wait_for(f"a free lock to {verb}", done)
        return seen

    def test_not_confirmed_it_is_taken_back_by_the_router(self):
        self.mode(minute=1)
        ticket, _ = self.commit(*EVERYTHING, seconds=60)
        routers.wait_for("the router to take it back", lambda: self.running() == self.before)
        outcome = self.step(ticket, "inspect")
        self.assertEqual(outcome["state"], "rolled back")
        self.assertIn("by the router", outcome["what"])
        self.assertEqual(self.step(ticket, "confirm")["state"], "rolled back")

    def test_our_death_after_the_commit_does_not_keep_it(self):
        self.mode(minute=2)
        process = self.start("stage", "commit=60", "hold", given=change(*EVERYTHING))
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        self.assertEqual(lines[1]["state"], "pending")
        process.send_signal(signal.SIGKILL)
        routers.wait_for("the router to take it back", lambda: self.running() == self.before)
        self.assertEqual(self.step(ticket_word(lines[0]["ticket"]), "inspect")["state"], "rolled back")

    def test_rolled_back_on_request(self):
        ticket, _ = self.commit(*EVERYTHING)
        outcome = self.step(ticket, "rollback")
        self.assertEqual(outcome["state"], "rolled back", outcome)
        self.assertEqual(self.step(ticket, "inspect")["what"], "rolled back on request")

    def test_the_lock_of_another_is_named(self):
        self.mode(lock_held="bob terminal p0 (pid 4711) on since 2026-01-01 00:00:00 UTC")
        (refused,) = self.run_steps("stage", given=change(PEER))
        self.assertIn("locked by: bob terminal p0 (pid 4711)", refused["held_by"])

    def test_a_pending_commit_of_another_is_not_confirmed_by_looking(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.asked()
        (refused,) = self.run_steps("stage", given=change(PEER, author="bob"))
        self.assertIn("a confirmed commit is pending, of root via netconf", refused["held_by"])
        self.assertNotIn("check", self.asked())
        self.assertEqual(self.step(ticket, "inspect")["state"], "pending")
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_what_the_router_does_not_accept_is_quoted_and_leaves_nothing(self):
        (failure,) = self.run_steps("stage", given=change(PEER))
        self.assertIn("Policy FROM-HOSTS referenced but not defined; configuration check-out failed", failure["what"])
        (failure,) = self.run_steps("stage", given=change(
            {"text": "set protocols bgp group HOSTS type external\nset protocols bgp group HOSTS frobnicate\n"}))
        self.assertIn("syntax error (frobnicate", failure["what"])
        staged, _ = self.run_steps("stage", "discard", given=change(LIST))  # nothing is left in the candidate
        self.assertEqual(staged["difference"].count("+"), 1)

    def test_a_commit_that_is_rejected_leaves_nothing(self):
        self.mode(commit_rejected="commit failed: daemon file propagation failed", only=["<confirmed"])
        _, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.assertEqual(outcome["state"], "unchanged")
        self.assertIn("daemon file propagation failed; configuration check-out failed", outcome["what"])

    def test_text_with_braces_is_loaded_as_text(self):
        text = "protocols { bgp { group HOSTS { neighbor 10.100.0.2 { peer-as 65101; description \"a <b> & c\"; } } } }"
        ticket, _ = self.commit({"text": text})
        self.assertTrue(self.is_in_force())
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_a_lost_answer_to_a_commit_that_took_place_is_found_out(self):
        self.mode(commit_reply_lost="done", only=["<confirmed"])
        staged, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.mode()
        self.assertEqual(outcome["state"], "pending", outcome)
        self.assertIn("answer to the commit was lost", outcome["notes"][-1])
        self.assertIn("asked again in a new session", outcome["notes"][-1])
        self.assertTrue(self.is_in_force())
        self.assertEqual(self.step(ticket_word(staged["ticket"]), "rollback")["state"], "rolled back")

    def test_a_lost_answer_to_a_commit_that_did_not_take_place_is_found_out(self):
        self.mode(commit_reply_lost="undone", only=["<confirmed"])
        _, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.assertEqual(outcome["state"], "unchanged", outcome)

    def test_an_answer_that_cannot_be_read_is_a_lost_one(self):
        self.mode(commit_reply_unclosed=True, only=["<confirmed"])
        staged, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.assertEqual(outcome["state"], "pending", outcome)
        self.mode(commit_reply_unclosed=True, only=["routeproof rollback"])
        outcome = self.step(ticket_word(staged["ticket"]), "rollback")
        self.assertEqual(outcome["state"], "rolled back", outcome)
        self.assertIn("asked again in a new session", outcome["notes"][-1])

    def test_a_lost_answer_to_a_confirmation_is_found_out(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.mode(commit_reply_lost="undone", only=["routeproof confirm"])
        self.assertEqual(self.step(ticket, "confirm")["state"], "pending")
        self.mode(commit_reply_lost="done", only=["routeproof confirm"])
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")
        self.mode()
        self.take_away()

    def test_another_password_is_a_change_and_the_same_one_is_none(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")
        other = {"peer": {**PEER["peer"], "password": "geheim-2"}}
        staged, _ = self.run_steps("stage", "discard", given=change(other))
        self.assertEqual(staged["difference"].count("authentication-key (not shown)"), 2)
        self.assertNotIn("$9$", json.dumps(staged))
        self.take_away()

    def test_a_secret_that_the_router_complains_about_is_not_quoted(self):
        text = "set protocols bgp group HOSTS neighbor 10.100.0.2 authentication-key geheim-1 geheim-1\n"
        (failure,) = self.run_steps("stage", given=change({"text": text}))
        self.assertIn("syntax error", failure["what"])
        self.assertNotIn("geheim", failure["what"])

    def test_what_cannot_be_found_out_is_ambiguous(self):
        process = self.start("stage", f"commit={LONG}", "hold", given=change(*EVERYTHING))
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGKILL)
        ticket = dict(lines[0]["ticket"], id="ffffffffffff")  # of which the router knows nothing
        self.mode(lock_held="bob terminal p0 (pid 4711)")
        outcome = self.step(ticket_word(ticket), "inspect")
        self.assertEqual(outcome["state"], "ambiguous")
        self.assertIn("show system commit", outcome["remedy"])
        self.mode()
        self.assertEqual(self.wait_for_step(ticket_word(lines[0]["ticket"]), "rollback")["state"], "rolled back")

    def test_a_commit_of_another_on_top_is_named(self):
        ticket, _ = self.commit(*EVERYTHING)
        history = json.loads((STATE / "config" / "history").read_text())
        history.insert(0, dict(history[0], user="bob", client="cli", comment="", log="", seconds=history[0]["seconds"] + 1))
        (STATE / "config" / "history").write_text(json.dumps(history))
        (STATE / "config" / "pending").unlink()  # as any commit does
        for verb in ("confirm", "rollback"):
            outcome = self.step(ticket, verb)
            self.assertEqual(outcome["state"], "confirmed")
            self.assertIn("commit of somebody else", outcome["what"])
            self.assertRegex(outcome["others"][0], "^bob via cli at ")
        self.take_away()

    def test_an_old_release_that_does_not_mark_a_pending_commit(self):
        self.mode(old_history=True)
        ticket, _ = self.commit(*EVERYTHING)
        self.assertEqual(self.step(ticket, "inspect")["state"], "pending")
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")


if __name__ == "__main__":
    change_case.main()
