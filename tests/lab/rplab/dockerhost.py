"""A Docker host: its own dockerd and routeproof-agent, both with all their default paths.

The agent is started first, as on a real host, where its unit is ordered before
docker.service.
"""

from __future__ import annotations

import json
import socket

from . import image
from .node import Node
from .topology import IMAGE
from .wait import wait_for

AGENT = "routeproof-agent"
DOCKERD = "dockerd"
AGENT_CONFIG = "/etc/routeproof/agent.yml"
AGENT_SOCKET = "/run/routeproof/agent.sock"
DOCKER_SOCKET = "/run/docker.sock"


def start_agent(node: Node, config: str) -> None:
    """Start the agent with this configuration. Returns when its local API answers."""
    node.write(AGENT_CONFIG, config)
    node.start(AGENT, [AGENT, "run", "--config", AGENT_CONFIG])
    wait_for(
        f"{AGENT} on {node.role}",
        lambda: _accepts(node, AGENT_SOCKET),
        still_possible=lambda: node.must_run(AGENT),
    )


def stop_agent(node: Node) -> int:
    """Stop the agent as its unit would; returns its exit code."""
    return node.stop(AGENT)


def start_dockerd(node: Node) -> None:
    """Start dockerd, without waiting for it: it takes seconds.

    No bridge and no iptables: what leaves a container does so by our driver or not at all.
    """
    node.start(
        DOCKERD,
        [
            DOCKERD,
            "--bridge=none",
            "--iptables=false",
            "--userland-proxy=false",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            f"--cgroup-parent=/{node.names.cgroup}/{node.role}",
            "--shutdown-timeout=1",
        ],
    )


def wait_for_dockerd(node: Node) -> None:
    """Until the daemon answers, and holds the lab's image."""
    wait_for(
        f"dockerd on {node.role}",
        lambda: _accepts(node, DOCKER_SOCKET) and node.run(["docker", "version"], check=False).code == 0,
        still_possible=lambda: node.must_run(DOCKERD),
    )
    node.run(["docker", "import", "-", IMAGE], stdin=image.busybox_tar())


def wait_for_workload(node: Node, address: str, container: str) -> None:
    """Until the agent knows whose address this is: it learns names from Docker in the background."""
    wait_for(
        f"the agent of {node.role} to call {address} {container}",
        lambda: any(
            (workload["address"], workload["container"]) == (address, container)
            for workload in json.loads(node.run([AGENT, "announcements"]).out)["workloads"]
        ),
        still_possible=lambda: node.must_run(AGENT),
    )


def _accepts(node: Node, path: str) -> bool:
    """Whether somebody listens on a unix socket of the node."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(node.file(path)))
        except OSError:
            return False
    return True
