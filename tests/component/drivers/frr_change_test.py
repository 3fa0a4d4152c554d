"""Changes to a real FRR behind a real OpenSSH server: committed, confirmed, and taken back by the router."""

import json
import os
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
LOCK = pathlib.Path("/tmp/routeproof-change")

CONFIG = """
hostname leaf1
ip prefix-list HOSTS seq 5 permit 198.51.100.0/24 le 32
route-map HOSTS permit 10
 match ip address prefix-list HOSTS
exit
router bgp 65000
 neighbor 10.100.0.1 remote-as 65100
 neighbor 10.100.0.1 description before
 address-family ipv4 unicast
  neighbor 10.100.0.1 route-map HOSTS in
 exit-address-family
exit
"""

PEER = {"peer": {"address": "10.100.0.2", "as": 65101, "description": "host2 (rack 4)", "import": "HOSTS",
                 "export": "NEW", "password": "geheim-1", "keep_received": True}}
EVERYTHING = [
    {"prefix_list": {"name": "HOSTS", "or_longer": True, "prefixes": ["198.51.100.0/24", "203.0.113.0/24"]}},
    {"prefix_list": {"name": "V6", "family": "ipv6", "or_longer": True, "prefixes": ["2001:db8:1::/64"]}},
    {"policy": {"name": "NEW", "terms": [
        {"prefix_list": "HOSTS", "or_longer": True, "local_preference": 200, "med": 5, "communities": ["65000:7"],
         "prepend": [65000, 65000]},
        {"prefix_list": "V6", "family": "ipv6", "or_longer": True}, {"reject": True}]}},
    PEER,
    {"peer": {"address": "10.100.0.1", "as": 65100, "description": "after", "shutdown": True}},
    {"peer": {"address": "2001:db8:ff::3", "as": 65103, "import": "NEW"}},
    {"bfd": {"peer": "10.100.0.2", "interval": 400, "multiplier": 5}},
    {"bfd": {"peer": "2001:db8:ff::3"}},
]


@unittest.skipIf(WHY_NOT, WHY_NOT)
class FrrChange(change_case.ChangeCase):
    @classmethod
    def setUpClass(cls):
        cls.prepare(CONFIG)

    def setUp(self):
        self.before = self.running()

    def tearDown(self):
        # Every test gives the router back as it was: the next one must not inherit anything.
        self.assertFalse(LOCK.exists())
        self.assertEqual(self.running(), self.before)

    def until_rolled_back(self, ticket):
        routers.wait_for("the router to take it back", lambda: not LOCK.exists())
        return self.step(ticket, "inspect")

    def test_the_promise_is_read_before_anything_is_sent(self):
        (promise,) = self.run_steps("promise")
        self.assertEqual((promise["guarantee"], promise["weaker"]), ("a timer on the router", False))

    def test_stage_shows_the_difference_and_changes_nothing(self):
        staged, discarded = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertIn("+ neighbor 10.100.0.2 remote-as 65101", staged["difference"])
        self.assertIn("- neighbor 10.100.0.1 description before", staged["difference"])
        self.assertIn("password (not shown)", staged["difference"])
        self.assertNotIn("geheim", json.dumps(staged))
        self.assertEqual(discarded["state"], "discarded")
        routers.wait_for("the lock to go", lambda: not LOCK.exists())

    def test_confirmed_from_a_new_session_it_stays_and_is_saved_and_a_second_time_changes_nothing(self):
        ticket, outcome = self.commit(*EVERYTHING)
        self.assertIn("neighbor 10.100.0.2 remote-as 65101", self.running())
        self.assertIn("+ router bgp 65000 / neighbor 10.100.0.2 remote-as 65101", outcome["difference"])
        self.assertNotIn("geheim", json.dumps(outcome))
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")
        self.assertEqual(self.step(ticket, "inspect")["state"], "confirmed")
        self.assertFalse(LOCK.exists())
        self.assertIn("neighbor 10.100.0.2 remote-as 65101", pathlib.Path("/etc/frr/bgpd.conf").read_text())

        staged, _ = self.run_steps("stage", "discard", given=change(*EVERYTHING))
        self.assertEqual(staged["difference"], "")

        removal = [{kind: {**item, "absent": True}} for each in EVERYTHING for kind, item in each.items()
                   if item.get("name") != "HOSTS" and item.get("address") != "10.100.0.1"]
        removal += [{"prefix_list": {"name": "HOSTS", "or_longer": True, "prefixes": ["198.51.100.0/24"]}},
                    {"peer": {"address": "10.100.0.1", "as": 65100, "description": "before", "shutdown": False}},
                    {"text": "no bfd\n"}]
        ticket, _ = self.commit(*removal)
        self.assertEqual(self.running(), self.before)
        self.assertEqual(self.step(ticket, "confirm")["state"], "confirmed")

    def test_rolled_back_on_request(self):
        ticket, _ = self.commit(*EVERYTHING)
        outcome = self.step(ticket, "rollback")
        self.assertEqual(outcome["state"], "rolled back", outcome)

    def test_not_confirmed_it_is_taken_back_by_the_router(self):
        ticket, _ = self.commit(*EVERYTHING, seconds=5)
        outcome = self.until_rolled_back(ticket)
        self.assertEqual(outcome["state"], "rolled back")
        self.assertIn("by the timer on the router", outcome["what"])
        late = self.step(ticket, "confirm")
        self.assertEqual(late["state"], "rolled back")

    def test_our_death_after_the_commit_does_not_keep_it(self):
        process = self.start("stage", "commit=5", "hold", given=change(*EVERYTHING))
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        self.assertEqual(lines[1]["state"], "pending")
        process.send_signal(signal.SIGKILL)
        outcome = self.until_rolled_back(ticket_word(lines[0]["ticket"]))
        self.assertEqual(outcome["state"], "rolled back")

    def test_a_cut_link_after_the_commit_does_not_keep_it(self):
        ticket, _ = self.commit(*EVERYTHING, seconds=5)
        routers.run("ip", "link", "set", "v-leaf1", "down")
        try:
            (failure,) = self.run_steps(ticket, "confirm")
            self.assertEqual(failure["stage"], "connect")
            routers.wait_for("the router to take it back", lambda: not LOCK.exists())
        finally:
            routers.run("ip", "link", "set", "v-leaf1", "up")
        self.assertEqual(self.step(ticket, "inspect")["state"], "rolled back")

    def test_an_answer_that_is_lost_is_asked_for_again(self):
        (staged,) = self.run_steps("stage", given=change(*EVERYTHING))
        ticket = staged["ticket"]
        guard = int((LOCK / "pid").read_text())
        os.kill(guard, signal.SIGSTOP)  # so that the login that commits has to wait for it, and can be ended
        process = self.start(ticket_word(ticket), f"commit={LONG}")
        routers.wait_for("the login that commits", lambda: (LOCK / "go").exists() and self.logins(ticket["id"], b"go"))
        for pid in self.logins(ticket["id"], b"go"):
            os.kill(pid, signal.SIGKILL)
        routers.wait_for("the login that asks again", lambda: self.logins(ticket["id"], b"watch"))
        os.kill(guard, signal.SIGCONT)
        outcome = json.loads(process.stdout.readline())
        self.assertEqual(outcome["state"], "pending", outcome)
        self.assertEqual(self.step(ticket_word(ticket), "rollback")["state"], "rolled back")

    @staticmethod
    def logins(change_id, verb):
        """The shells on the router that do this on our behalf."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"routeproof" in words and verb in words and change_id.encode() in words:
                found.append(int(folder.name))
        return found

    def test_a_second_change_is_refused_by_name(self):
        ticket, _ = self.commit(PEER)
        (refused,) = self.run_steps("stage", given=change(PEER, author="bob@laptop"))
        self.assertRegex(refused["held_by"], r"^alice@ops, since .*state: pending")
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_free_text_with_a_bad_line_is_refused_in_the_routers_words(self):
        text = "router bgp 65000\n neighbor 10.100.0.3 remote-as 65103\n neighbor 10.100.0.3 frobnicate\n"
        (failure,) = self.run_steps("stage", given=change({"text": text}))
        self.assertIn("line 3: % Unknown command", failure["what"])
        self.assertIn("frobnicate", failure["what"])
        routers.wait_for("the lock to go", lambda: not LOCK.exists())

    def test_free_text_that_a_daemon_refuses_leaves_nothing_behind(self):
        text = ("ip prefix-list LEFT seq 5 permit 192.0.2.0/24\nrouter bgp 65000\n"
                " neighbor 10.100.0.9 description nobody\nexit\n")
        staged, outcome = self.run_steps("stage", f"commit={LONG}", given=change({"text": text}))
        self.assertIn("> ip prefix-list LEFT", staged["difference"])
        self.assertEqual(outcome["state"], "unchanged")
        self.assertIn("% Specify remote-as or peer-group commands first", outcome["what"])

    def test_free_text_may_not_save_itself(self):
        (failure,) = self.run_steps("stage", given=change({"text": "hostname other\nwrite memory\n"}))
        self.assertEqual(failure["failure"], "trouble")
        self.assertIn("line 2: 'write' acts on the router", failure["what"])

    def test_an_unknown_instance_is_said_before_anything_is_sent(self):
        (failure,) = self.run_steps("stage", given=dict(change(PEER), **{"as": 65999}))
        self.assertIn("has no 'router bgp 65999'", failure["what"])
        routers.wait_for("the lock to go", lambda: not LOCK.exists())

    def test_what_others_changed_meanwhile_is_said_and_survives_the_roll_back(self):
        ticket, _ = self.commit(*EVERYTHING)
        routers.Routers.vtysh("configure terminal", "ip prefix-list FOREIGN seq 5 permit 192.0.2.0/24")
        outcome = self.step(ticket, "rollback")
        self.assertEqual(outcome["state"], "rolled back")
        self.assertEqual(outcome["others"], ["+ ip prefix-list FOREIGN seq 5 permit 192.0.2.0/24"])
        self.assertIn("FOREIGN", self.running())
        routers.Routers.vtysh("configure terminal", "no ip prefix-list FOREIGN")

    def test_a_change_that_others_undid_is_not_confirmed(self):
        ticket, _ = self.commit(PEER)
        routers.Routers.vtysh("configure terminal", "router bgp 65000", "no neighbor 10.100.0.2")
        outcome = self.step(ticket, "confirm")
        self.assertEqual(outcome["state"], "pending")
        self.assertIn("no longer holds the change: + router bgp 65000 / neighbor 10.100.0.2", outcome["what"])
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_what_changed_since_it_was_staged_stops_the_commit(self):
        (staged,) = self.run_steps("stage", given=change(PEER))
        routers.Routers.vtysh("configure terminal", "ip prefix-list FOREIGN seq 5 permit 192.0.2.0/24")
        outcome = self.step(ticket_word(staged["ticket"]), f"commit={LONG}")
        self.assertEqual(outcome["state"], "unchanged")
        self.assertIn("no longer what it was when the change was staged", outcome["what"])
        self.assertEqual(outcome["others"], ["+ ip prefix-list FOREIGN seq 5 permit 192.0.2.0/24"])
        routers.Routers.vtysh("configure terminal", "no ip prefix-list FOREIGN")

    def test_saved_by_somebody_meanwhile_it_does_not_come_back_with_a_restart(self):
        ticket, _ = self.commit(PEER)
        routers.Routers.vtysh("write memory")
        saved = pathlib.Path("/etc/frr/bgpd.conf")
        self.assertIn("10.100.0.2", saved.read_text())
        outcome = self.step(ticket, "rollback")
        self.assertIn("saved again without it", outcome["notes"][-1])
        self.assertNotIn("10.100.0.2", saved.read_text())

    def test_a_guard_that_is_killed_is_missed_and_replaced(self):
        ticket, _ = self.commit(*EVERYTHING)
        os.kill(int((LOCK / "pid").read_text()), signal.SIGKILL)
        seen = self.step(ticket, "inspect")
        self.assertEqual(seen["state"], "broken")
        self.assertIn("timer on the router is dead", seen["what"])
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")

    def test_a_guard_that_is_told_to_end_takes_the_change_back_first(self):
        ticket, _ = self.commit(*EVERYTHING)
        os.kill(int((LOCK / "pid").read_text()), signal.SIGTERM)
        self.assertIn("told to end", self.until_rolled_back(ticket)["what"])

    def test_a_guard_that_did_not_outlive_its_login_commits_nothing(self):
        (staged,) = self.run_steps("stage", given=change(PEER))
        os.kill(int((LOCK / "pid").read_text()), signal.SIGKILL)
        (failure,) = self.run_steps(ticket_word(staged["ticket"]), f"commit={LONG}")
        self.assertIn("did not survive the end of the login", failure["what"])

    def test_after_a_reboot_the_lock_of_before_is_none(self):
        ticket, _ = self.commit(PEER)
        guard = int((LOCK / "pid").read_text())
        os.kill(guard, signal.SIGKILL)  # what a reboot leaves: no process, another boot id, what was saved
        (LOCK / "boot").write_text("00000000-0000-0000-0000-000000000000\n")
        routers.Routers.vtysh("configure terminal", "router bgp 65000", "no neighbor 10.100.0.2")
        booted = json.loads(ticket.removeprefix("ticket="))
        booted["boot"] = "00000000-0000-0000-0000-000000000000"
        seen = self.step(ticket_word(booted), "inspect")
        self.assertEqual(seen["state"], "rolled back")
        self.assertIn("started anew", seen["what"])
        ticket, _ = self.commit(PEER)
        self.assertEqual(self.step(ticket, "rollback")["state"], "rolled back")


if __name__ == "__main__":
    change_case.main()
