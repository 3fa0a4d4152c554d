"""Our side: `routeproof-agent --peering-only` and its local API."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess

from .lab import HOST, HOST_LINK, LEAF, Failure, end_process, wait_for

AGENT = os.environ.get("ROUTEPROOF_AGENT", "")
OUR_AS = 4200000100  # does not fit 16 bits (RFC 6793)


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self.path))


class Refused(Failure):
    """The agent would not start with this configuration, or the API said no."""


class Agent:
    def __init__(self, lab, config, name="agent"):
        self.lab, self.name = lab, name
        self.config = config
        self.file = lab.folder / (name + ".yml")
        self.socket = lab.folder / (name + ".sock")
        self.state = lab.folder / (name + ".state")
        self.log = name + ".log"
        self.process = None
        self.log_from = 0

    def start(self, wait=True):
        self.file.write_text(json.dumps(self.config))  # JSON is YAML
        self.file.chmod(0o600)
        self.state.mkdir(exist_ok=True)
        self.log_from = len(self.lab.read(self.log))
        self.process = self.lab.start(self.lab.host, AGENT, "--peering-only", self.file,
                                      "--socket", self.socket, "--state", self.state, "-v",
                                      log=self.log)
        if wait:
            wait_for(self.serves, "the agent to serve")
        return self

    def serves(self):
        if self.process.poll() is not None:
            raise Refused("the agent ended: " + self.new_log()[-300:].strip())
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def new_log(self):
        return self.lab.read(self.log)[self.log_from:]

    def expect_log(self, pattern, **options):
        return wait_for(lambda: re.search(pattern, self.new_log()), lambda:
                        f"a log line like {pattern!r}; the last: {self.new_log()[-400:]}", **options)

    def mark_log(self):
        self.log_from = len(self.lab.read(self.log))

    def request(self, verb, path, body=None):
        connection = Unix(self.socket)
        try:
            connection.request(verb, path, None if body is None else json.dumps(body))
            reply = connection.getresponse()
            text = reply.read().decode()
        finally:
            connection.close()
        if reply.status >= 300:
            raise Refused(f"{verb} {path}: {reply.status} {text.strip()[:300]}")
        return text

    def status(self):
        return json.loads(self.request("GET", "/v1/status"))

    def session(self, peer=None):
        for session in self.status()["sessions"]:
            if peer is None or peer in (session["peer"], session["name"]):
                return session
        raise Failure(f"no session with {peer}")

    def is_up(self, peer=None):
        return self.session(peer)["state"] == "Established"

    def wait_up(self, peer=None, **options):
        wait_for(lambda: self.is_up(peer), lambda: "our session to be Established; it is " +
                 json.dumps(self.session(peer)), **options)

    def wait_down(self, peer=None, **options):
        wait_for(lambda: not self.is_up(peer), "our session to go down", **options)

    def last_error(self, peer=None):
        return self.session(peer)["last_error"]

    def wait_error(self, pattern, peer=None, **options):
        """The session's last error, once it is like this."""
        wait_for(lambda: re.search(pattern, self.last_error(peer)), lambda:
                 f"an error like {pattern!r}; it is {self.last_error(peer)!r}", **options)

    def received(self, peer=None):
        return self.session(peer)["received"]

    def announce(self, *prefixes, **attributes):
        entries = list(prefixes)
        if attributes:
            entries = [{"prefix": prefix, **attributes} for prefix in prefixes]
        self.request("POST", "/v1/prefixes", {"announce": entries})

    def withdraw(self, *prefixes):
        self.request("POST", "/v1/prefixes", {"withdraw": list(prefixes)})

    def about_peer(self, verb, peer=LEAF[4], **body):
        self.request("POST", f"/v1/peers/{peer}/{verb}", body)

    def set_peer(self, peer):
        self.request("POST", "/v1/peers", peer)

    def remove_peer(self, peer):
        self.request("DELETE", "/v1/peers/" + peer)

    def stop(self, mode, text=""):
        self.request("POST", "/v1/stop", {"mode": mode, "text": text})
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            raise Failure(f"the agent did not end after stop {mode}") from None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.process:
            end_process(self.process)

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def resident_kib(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def peer_config(peer_as, kind=4, **more):
    """The leaf as our configuration names it."""
    if kind == "unnumbered":
        config = {"name": "leaf1", "interface": HOST_LINK, "asn": peer_as}
    else:
        config = {"name": "leaf1", "address": LEAF[kind], "asn": peer_as,
                  "local_address": HOST[kind]}
        if kind == "link-local":
            config["interface"] = HOST_LINK
    config |= {"connect_retry": 0.2, "hold_time": 30, "import": "all"} | more
    return {key: value for key, value in config.items() if value is not None}


def agent_config(*peers, asn=OUR_AS, **more):
    return {"routeproof": 1, "asn": asn, "router_id": "10.100.0.254",
            "peers": list(peers)} | more
