"""Changes to the NX-OS face by its command line; a real FRR below it follows the configuration."""

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
exit
"""

EVERYTHING = [
    {"prefix_list": {"name": "HOSTS", "or_longer": True, "prefixes": ["198.51.100.0/24"]}},
    {"policy": {"name": "FROM-HOSTS", "terms": [
        {"prefix_list": "HOSTS", "or_longer": True, "communities": ["65000:7"], "prepend": [65000, 65000]},
        {"reject": True}]}},
    {"peer": {"address": "10.100.0.2", "as": 65101, "description": "host2 (rack 4)", "import": "FROM-HOSTS",
              "keep_received": True}},
    {"bfd": {"peer": "10.100.0.2"}},
]
PEER = EVERYTHING[2]


@unittest.skipIf(WHY_NOT, WHY_NOT)
class NxosChange(change_case.ChangeCase):
    os_name = "nxos"

    @classmethod
    def setUpClass(cls):
        cls.prepare(CONFIG,
                    f"ForceCommand /usr/bin/python3 -B /mnt/faces/nxos_face.py --configurable --state-dir {STATE}")

    def setUp(self):
        STATE.mkdir(exist_ok=True)
        self.before = self.running()

    def tearDown(self):
        self.mode()
        # Every test gives the router back as it was: the next one must not inherit anything.
        self.assertEqual(self.running(), self.before)
        checkpoints = STATE / "config" / "checkpoints"
        self.assertEqual(json.loads(checkpoints.read_text()) if checkpoints.exists() else {}, {})

    @staticmethod
    def mode(**faults):
        file = STATE / "mode.json"
        if faults:
            (STATE / "mode.new").write_text(json.dumps(faults))
            (STATE / "mode.new").rename(file)
        else:
            file.unlink(missing_ok=True)

    def is_in_force(self):
        return "neighbor 10.100.0.2 remote-as 65101" in self.running()

    def take_away(self):
        absent = [{kind: {**item, "absent": True}} for each in EVERYTHING for kind, item in each.items()]
        ticket, _ = self.commit(*absent)
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")

    def test_that_it_is_weaker_is_read_before_anything_is_sent(self):
        (promise,) = self.run_steps("promise")
        self.assertTrue(promise["weaker"])
        self.assertIn("if it dies or loses the router, the change stays", promise["sentence"])

    def test_stage_shows_the_difference_and_changes_nothing(self):
        staged, discarded = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertFalse(staged["by_router"])
        self.assertIn("[router bgp 65000 / neighbor 10.100.0.2]\n+ remote-as 65101", staged["difference"])
        self.assertEqual(discarded["state"], "discarded")
        self.assertFalse(self.is_in_force())

    def test_confirmed_from_a_new_session_it_stays_and_is_saved_and_a_second_time_changes_nothing(self):
        ticket, outcome = self.commit(*EVERYTHING)
        self.assertTrue(self.is_in_force())
        self.assertIn("remote-as 65101", outcome["difference"])
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")
        self.assertIn("command copy running-config startup-config", (STATE / "face.log").read_text())
        staged, _ = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertEqual(staged["difference"], "")
        self.take_away()

    def test_rolled_back_on_request(self):
        ticket, outcome = self.commit(*EVERYTHING)
        self.assertIn("nobody but this program", outcome["what"])
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")
        self.assertEqual(self.step(ticket, "inspect")["state"], "unchanged")

    def test_a_line_that_is_refused_takes_everything_back(self):
        text = "router bgp 65000\n  neighbor 10.100.0.2\n    remote-as 65101\n    frobnicate\n"
        _, outcome = self.run_steps("stage", f"commit={LONG}", given=change({"text": text}))
        self.assertEqual(outcome["state"], "unchanged")
        self.assertIn("% Invalid command at '^' marker.", outcome["what"])

    def test_a_second_change_is_refused_by_name(self):
        ticket, _ = self.commit(*EVERYTHING)
        (refused,) = self.run_steps("stage", given=change(PEER, author="bob"))
        self.assertRegex(refused["held_by"], r"checkpoint routeproof-[0-9a-f]{12} \(Created by admin, Created at .*no checkpoint")
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_a_rollback_that_fails_is_loud_and_says_what_to_type(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.mode(rollback_fails=True)
        outcome = self.step(ticket, "rollback")
        self.assertEqual(outcome["state"], "broken")
        self.assertIn("Rollback failed.", outcome["what"])
        self.assertIn("on leaf1: rollback running-config checkpoint routeproof-", outcome["remedy"])
        self.mode()
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_a_connection_lost_in_the_middle_is_looked_into_and_taken_back(self):
        self.mode(hang_up=True, only=["configure terminal ; ip prefix-list"])
        _, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.assertEqual(outcome["state"], "rolled back", outcome)
        self.assertIn("lost in the middle of the change", outcome["notes"][-1])

    def test_a_connection_lost_at_the_end_is_looked_into_and_the_change_is_in_force(self):
        self.mode(hang_up=True, only=["configure terminal ; router bgp"])
        staged, outcome = self.run_steps("stage", f"commit={LONG}", given=change(*EVERYTHING))
        self.assertEqual(outcome["state"], "pending", outcome)
        self.assertIn("lost in the middle of the change", outcome["notes"][-1])
        self.assertTrue(self.is_in_force())
        self.assertEqual(self.step(ticket_word(staged["ticket"]), "rollback")["state"], "rolled back")

    def test_a_lost_answer_to_a_rollback_is_found_out(self):
        ticket, _ = self.commit(*EVERYTHING)
        self.mode(hang_up=True, only=["rollback running-config"])
        outcome = self.step(ticket, "rollback")
        self.assertEqual(outcome["state"], "rolled back", outcome)

    def bob(self, line):
        routers.run("/usr/bin/python3", "-B", "/mnt/faces/nxos_face.py", "--configurable", "--state-dir", STATE,
                    "--command", f"configure terminal ; {line}")

    def stopped_after_commit(self, verb):
        """Stages and commits, and waits to go on with this step; gives the process and the ticket."""
        process = self.start("stage", f"commit={LONG}", "stop", verb, given=change(*EVERYTHING))
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        self.assertEqual(lines[1]["state"], "pending", lines)
        stat = pathlib.Path(f"/proc/{process.pid}/stat")
        routers.wait_for("the tool to stop", lambda: stat.read_text().rpartition(")")[2].split()[0] == "T")
        return process, ticket_word(lines[0]["ticket"])

    def go_on(self, process):
        process.send_signal(signal.SIGCONT)
        return json.loads(process.stdout.readline())

    def test_what_others_changed_meanwhile_is_named_and_undone(self):
        process, _ = self.stopped_after_commit("rollback")
        self.bob("ip prefix-list BOB seq 5 permit 192.0.2.0/24")
        outcome = self.go_on(process)
        self.assertEqual(outcome["state"], "rolled back")
        self.assertEqual(outcome["others"], ["+ ip prefix-list BOB seq 5 permit 192.0.2.0/24"])
        self.assertIn("is undone, too", outcome["notes"][0])

    def test_what_others_undid_is_not_confirmed(self):
        process, ticket = self.stopped_after_commit("confirm")
        self.bob("router bgp 65000 ; neighbor 10.100.0.2 ; no bfd")
        outcome = self.go_on(process)
        self.assertEqual(outcome["state"], "pending")
        self.assertIn("no longer holds the change: bfd", outcome["what"])
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_what_was_staged_by_a_process_that_is_gone_is_not_committed(self):
        process = self.start("stage", "hold", given=change(*EVERYTHING))
        ticket = json.loads(process.stdout.readline())["ticket"]
        process.kill()
        (failure,) = self.run_steps(ticket_word(ticket), f"commit={LONG}")
        self.assertIn("stage it again", failure["what"])

    def test_without_its_checkpoint_nobody_knows_what_a_difference_means(self):
        process = self.start("stage", "hold", given=change(PEER))
        ticket = json.loads(process.stdout.readline())["ticket"]
        process.kill()
        seen = self.step(ticket_word(dict(ticket, base="another")), "inspect")
        self.assertEqual(seen["state"], "ambiguous")
        self.assertIn("differs from what it was before", seen["what"])
        self.assertIn("show accounting log", seen["remedy"])

    def test_a_password_is_shown_nowhere(self):
        secret = {"peer": dict(PEER["peer"], password="geheim-1")}
        del secret["peer"]["import"]
        staged, outcome, back = self.run_steps("stage", f"commit={LONG}", "rollback", given=change(secret))
        self.assertIn("password (not shown)", staged["difference"])
        self.assertNotIn("geheim", json.dumps([staged, outcome, back]))
        self.assertEqual(back["state"], "rolled back")


if __name__ == "__main__":
    change_case.main()
