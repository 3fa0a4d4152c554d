"""Our speaker against a real FRR, each in a network namespace of its own, joined by a veth pair.

Run by ctest (label interop) with PEERING_DRIVER in the environment, or by hand:
    PEERING_DRIVER=build/dev/bin/peering_driver python3 tests/interop/peering/frr_test.py -v
Needs root and Debian's frr; says SKIPPED and why where one is missing.
"""

import json
import os
import pathlib
import queue
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

FRR = pathlib.Path("/usr/lib/frr")
DRIVER = os.environ.get("PEERING_DRIVER", "")
OUR_AS = 4200000100  # does not fit 16 bits (RFC 6793)
FRR_AS = 65000
OUR_ADDRESS, FRR_ADDRESS = "10.100.0.254", "10.100.0.253"
PATIENCE = 20  # seconds: how long an event may take before the test has failed


def missing():
    if os.geteuid() != 0:
        return "root is needed for network namespaces"
    if not (FRR / "bgpd").exists() or not shutil.which("vtysh"):
        return "FRR is not installed"
    if not DRIVER or not os.access(DRIVER, os.X_OK):
        return "PEERING_DRIVER names no program"
    return None


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Lab:
    """Two namespaces, FRR in one. What is made is unmade in reverse, also after a failure."""

    def __init__(self):
        self.tag = "rpi" + secrets.token_hex(2)
        self.ours, self.theirs = self.tag + "-host", self.tag + "-leaf"
        self.undo = []

    def up(self):
        for space in (self.ours, self.theirs):
            run("ip", "netns", "add", space)
            self.undo.append(lambda space=space: run("ip", "netns", "del", space))
            run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "link", "add", "up0", "netns", self.ours, "type", "veth",
            "peer", "name", "down0", "netns", self.theirs)
        for space, link, address in ((self.ours, "up0", OUR_ADDRESS),
                                     (self.theirs, "down0", FRR_ADDRESS)):
            run("ip", "-n", space, "address", "add", address + "/30", "dev", link)
            run("ip", "-n", space, "link", "set", link, "up")
        self.start_frr()

    def start_frr(self):
        for folder in (pathlib.Path("/etc/frr") / self.tag, pathlib.Path("/var/run/frr") / self.tag):
            folder.mkdir(parents=True)
            shutil.chown(folder, "frr", "frr")
            self.undo.append(lambda folder=folder: shutil.rmtree(folder))
        etc = pathlib.Path("/etc/frr") / self.tag
        (etc / "vtysh.conf").touch()
        self.daemons = {}
        for name in ("zebra", "bgpd"):
            process = subprocess.Popen(self.inside(self.theirs) +
                                       [str(FRR / name), "-N", self.tag, "--log",
                                        f"file:{self.log_file(name)}", "--log-level", "debug"],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            self.daemons[name] = process
            self.undo.append(lambda process=process: self.end(process))
            self.wait_for(lambda name=name: (pathlib.Path("/var/run/frr") / self.tag /
                                             (name + ".vty")).exists(), name + " to listen")
        self.configure(
            "debug bgp updates in",
            f"router bgp {FRR_AS}",
            "bgp router-id 10.100.0.253",
            "no bgp ebgp-requires-policy",
            "no bgp default ipv4-unicast",
            "no bgp network import-check",
            "timers bgp 3 9",
            f"neighbor {OUR_ADDRESS} remote-as {OUR_AS}",
            f"neighbor {OUR_ADDRESS} timers connect 1",
            "address-family ipv4 unicast",
            f"neighbor {OUR_ADDRESS} activate",
            "network 172.16.100.128/26")

    def log_file(self, daemon):
        return pathlib.Path("/var/run/frr") / self.tag / (daemon + ".log")

    def down(self):
        while self.undo:
            try:
                self.undo.pop()()
            except (OSError, subprocess.CalledProcessError) as error:
                print("left behind:", error, file=sys.stderr)

    @staticmethod
    def inside(space):
        return ["nsenter", "--net=/var/run/netns/" + space]

    @staticmethod
    def end(process):
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def vtysh(self, *commands):
        arguments = [word for command in commands for word in ("-c", command)]
        return run("vtysh", "-N", self.tag, *arguments)

    def configure(self, *lines):
        self.vtysh("configure terminal", *lines)

    def show(self, command):
        return json.loads(self.vtysh("show " + command + " json"))

    def neighbor(self):
        return self.show("bgp neighbors " + OUR_ADDRESS)[OUR_ADDRESS]

    def paths(self, prefix):
        return self.show("bgp ipv4 unicast " + prefix).get("paths", [])

    def prefixes_of_ours(self):
        """What FRR holds from us, without our own announcements."""
        routes = self.show("bgp ipv4 unicast").get("routes", {})
        return {prefix for prefix, paths in routes.items()
                if any(path.get("peerId") == OUR_ADDRESS for path in paths)}

    @staticmethod
    def wait_for(condition, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError("waited in vain for " + what)


class Speaker:
    """The driver program: lines out are events to wait for."""

    def __init__(self, lab, hold_time=9, peer_as=FRR_AS, passive=False):
        peer = f"leaf1,{FRR_ADDRESS},{peer_as},{OUR_ADDRESS},{hold_time}"
        peer += ",passive" if passive else ""
        self.process = subprocess.Popen(
            lab.inside(lab.ours) + [DRIVER, str(OUR_AS), OUR_ADDRESS, "179", "172.16.100.0/24", peer],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def expect(self, pattern):
        """The next line that matches; those before it are passed over."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line like {pattern!r} after: " +
                                     "\n".join(self.seen[-20:])) from None
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found

    def status(self):
        self.say("status")
        return self.expect(r"^status .*").group(0)

    def stop(self):
        self.process.stdin.close()
        if self.process.poll() is None:
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(5)
        self.process.stdout.close()


class FrrTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if reason := missing():
            print("SKIPPED: " + reason, flush=True)
            raise unittest.SkipTest(reason)
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.down)
        cls.lab.up()

    def speaker(self, established=True, **options):
        speaker = Speaker(self.lab, **options)
        self.addCleanup(speaker.stop)
        if established:
            speaker.expect(r"^session leaf1 Established$")
        return speaker

    def test_session_comes_up_with_a_four_octet_as_and_frr_sees_our_prefix(self):
        speaker = self.speaker()
        speaker.say("announce 172.16.100.0/26 65000:100")
        path = self.lab.wait_for(lambda: self.lab.paths("172.16.100.0/26"), "our prefix")[0]
        self.assertEqual(path["aspath"]["string"], str(OUR_AS))
        self.assertEqual(path["origin"], "IGP")
        self.assertEqual([hop["ip"] for hop in path["nexthops"]], [OUR_ADDRESS])
        self.assertEqual(path["community"]["string"], "65000:100")
        neighbor = self.lab.neighbor()
        self.assertEqual(neighbor["remoteAs"], OUR_AS)
        capabilities = neighbor["neighborCapabilities"]
        self.assertEqual(capabilities["4byteAs"], "advertisedAndReceived")
        self.assertIn(capabilities["routeRefresh"], ("advertisedAndReceived",
                                                     "advertisedAndReceivedNew"))
        speaker.say("withdraw 172.16.100.0/26")
        self.lab.wait_for(lambda: not self.lab.paths("172.16.100.0/26"), "the withdrawal")

    def test_frr_hears_end_of_rib_after_the_first_table(self):
        log = self.lab.log_file("bgpd")
        before = log.stat().st_size
        speaker = self.speaker(established=False)
        speaker.say("announce 172.16.100.0/26")
        speaker.expect(r"log bgp.table.sent .*prefixes=1$")
        heard = self.lab.wait_for(
            lambda: text if "End-of-RIB" in (text := log.read_text()[before:]) else None,
            "End-of-RIB")
        self.assertLess(heard.index("172.16.100.0/26"), heard.index("End-of-RIB"))

    def test_a_thousand_prefixes_go_out_and_come_back_out_of_the_table(self):
        speaker = self.speaker()
        prefixes = {f"172.16.{100 + i // 256}.{i % 256}/32" for i in range(1000)}
        for prefix in prefixes:
            speaker.say("announce " + prefix)
        self.lab.wait_for(lambda: prefixes <= self.lab.prefixes_of_ours(), "1000 prefixes")
        self.assertIn(" advertised=1000 ", speaker.status())
        for prefix in prefixes:
            speaker.say("withdraw " + prefix)
        self.lab.wait_for(lambda: not self.lab.prefixes_of_ours(), "1000 withdrawals")

    def test_frr_prefix_is_learnt_and_withdrawn_and_our_own_do_not_come_back(self):
        speaker = self.speaker()
        speaker.say("announce 172.16.100.0/26")
        speaker.expect(rf"^route 172\.16\.100\.128/26 {FRR_ADDRESS}$")
        self.lab.configure(f"router bgp {FRR_AS}", "address-family ipv4 unicast",
                           "network 172.16.100.200/32", "network 192.0.2.0/24")
        speaker.expect(rf"^route 172\.16\.100\.200/32 {FRR_ADDRESS}$")
        self.lab.wait_for(lambda: " received=3 accepted=2 " in speaker.status(),
                          "the prefix outside our import policy")
        self.lab.configure(f"router bgp {FRR_AS}", "address-family ipv4 unicast",
                           "no network 172.16.100.200/32", "no network 192.0.2.0/24")
        speaker.expect(r"^route 172\.16\.100\.200/32$")
        self.assertFalse([line for line in speaker.seen if "172.16.100.0/26" in line])

    def test_route_refresh_sends_the_table_again(self):
        speaker = self.speaker()
        speaker.say("announce 172.16.100.0/26")
        self.lab.wait_for(lambda: self.lab.paths("172.16.100.0/26"), "our prefix")
        before = int(re.search(r"updates_sent=(\d+)", speaker.status()).group(1))
        self.lab.vtysh(f"clear bgp ipv4 unicast {OUR_ADDRESS} soft in")
        self.lab.wait_for(lambda: int(re.search(r"updates_sent=(\d+)", speaker.status()).group(1))
                          > before, "the table again")
        self.assertTrue(self.lab.paths("172.16.100.0/26"))
        self.assertIn("Established", speaker.status())

    def test_leaving_withdraws_and_frr_shows_our_reason(self):
        speaker = self.speaker()
        speaker.say("announce 172.16.100.0/26")
        self.lab.wait_for(lambda: self.lab.paths("172.16.100.0/26"), "our prefix")
        speaker.say("leave host is being repaired")
        speaker.expect(r"^stopped$")
        neighbor = self.lab.wait_for(
            lambda: self.lab.neighbor() if "lastShutdownDescription" in self.lab.neighbor()
            else None, "our Cease")
        self.assertEqual(neighbor["lastShutdownDescription"], "host is being repaired")
        self.assertIn("Administrative Shutdown", neighbor["lastNotificationReason"])

    def test_restart_closes_without_a_notification(self):
        speaker = self.speaker()
        self.lab.vtysh("clear bgp " + OUR_ADDRESS)
        speaker.expect(r"^session leaf1 Idle$")
        speaker.expect(r"^session leaf1 Established$")
        before = self.lab.neighbor()["messageStats"]["notificationsRecv"]
        speaker.say("restart")
        speaker.expect(r"^stopped$")
        self.lab.wait_for(lambda: self.lab.neighbor()["bgpState"] != "Established", "FRR to see it")
        self.assertEqual(self.lab.neighbor()["messageStats"]["notificationsRecv"], before)

    def test_the_text_of_frr_s_shutdown_is_told(self):
        speaker = self.speaker()
        speaker.expect(r"^route 172\.16\.100\.128/26 ")
        self.lab.configure(f"router bgp {FRR_AS}",
                           f"neighbor {OUR_ADDRESS} shutdown message leaf is being repaired")
        self.addCleanup(self.lab.configure, f"router bgp {FRR_AS}",
                        f"no neighbor {OUR_ADDRESS} shutdown")
        speaker.expect(r"^log bgp.session.down .*peer sent Cease/Administrative Shutdown: "
                       r'"leaf is being repaired"')
        speaker.expect(r"^route 172\.16\.100\.128/26$")

    def test_a_silent_peer_is_given_up_when_the_hold_timer_expires(self):
        speaker = self.speaker(hold_time=3)
        self.assertIn(" hold_time=3 ", speaker.status())
        speaker.expect(r"^route 172\.16\.100\.128/26 ")
        bgpd = self.lab.daemons["bgpd"]
        bgpd.send_signal(signal.SIGSTOP)
        self.addCleanup(bgpd.send_signal, signal.SIGCONT)
        speaker.expect(r"^log bgp.session.down .*we sent Hold Timer Expired")
        speaker.expect(r"^route 172\.16\.100\.128/26$")
        bgpd.send_signal(signal.SIGCONT)
        speaker.expect(r"^session leaf1 Established$")

    def test_a_wrong_peer_as_is_said_in_words(self):
        speaker = self.speaker(established=False, peer_as=65009)
        speaker.expect(r"^log bgp.connect.failed .*Bad Peer AS")
        self.assertIn("Bad Peer AS", speaker.status())

    def test_a_passive_speaker_is_reached_by_frr(self):
        speaker = self.speaker(established=False, passive=True)
        speaker.expect(r"^log bgp.session.up .*initiated=peer")


if __name__ == "__main__":
    unittest.main()
