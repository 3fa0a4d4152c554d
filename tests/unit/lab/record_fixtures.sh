#!/bin/bash
# Records what a real FRR says, as input for the unit tests of the faces: one leaf with two eBGP hosts,
# a spine, an iBGP neighbour and a dead neighbour, each a namespace of its own.
#
#   record_fixtures.sh up     build it (prints the pathspace of the leaf)
#   record_fixtures.sh save   write tests/unit/lab/frr/*.json from the running leaf
#   record_fixtures.sh down   take it down
#
# Root needed. The state (pids, names) lies in /run/routeproof-faces, so that `down` also clears a killed run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
T=rpface
R=/run/routeproof-faces
ROLES="leaf h1 h2 spine ib"

link() {  # link A ADDRESS B ADDRESS
    ip link add "e-$3" netns "$T-$1" type veth peer name "e-$1" netns "$T-$3"
    ip -n "$T-$1" addr add "$2" dev "e-$3"; ip -n "$T-$1" link set "e-$3" up
    ip -n "$T-$3" addr add "$4" dev "e-$1"; ip -n "$T-$3" link set "e-$1" up
}

frr() {  # frr ROLE < frr.conf
    local space=$T-$1
    install -d -o frr -g frr "/etc/frr/$space" "/var/run/frr/$space"
    cat > "/etc/frr/$space/frr.conf"; : > "/etc/frr/$space/vtysh.conf"
    chown frr:frr "/etc/frr/$space"/*
    nsenter --net="/var/run/netns/$space" /usr/lib/frr/zebra -d -N "$space" >/dev/null
    nsenter --net="/var/run/netns/$space" /usr/lib/frr/bgpd -d -N "$space" >/dev/null
    nsenter --net="/var/run/netns/$space" /usr/lib/frr/staticd -d -N "$space" >/dev/null
    nsenter --net="/var/run/netns/$space" vtysh -N "$space" -b >/dev/null 2>&1
}

up() {
    mkdir -p $R
    for r in $ROLES; do ip netns add "$T-$r"; ip -n "$T-$r" link set lo up; nsenter --net=/var/run/netns/$T-$r sysctl -qw net.ipv4.ip_forward=1; done
    link leaf 10.100.0.253/30 h1 10.100.0.254/30
    link leaf 10.100.0.249/30 h2 10.100.0.250/30
    link leaf 10.200.1.1/31 spine 10.200.1.0/31
    link leaf 10.50.0.1/30 ib 10.50.0.2/30
    ip -n $T-leaf addr add 10.255.0.1/32 dev lo
    frr leaf <<'C'
hostname leaf1
ip prefix-list NOT-FROM-HOST seq 5 permit 172.16.100.2/32
ip prefix-list NOT-FROM-HOST seq 10 permit 192.168.0.0/16 le 32
ip route 198.51.100.0/24 10.50.0.2
ip route 203.0.113.0/24 10.50.0.2
ip route 192.0.2.128/25 blackhole
route-map FROM-HOST deny 10
 match ip address prefix-list NOT-FROM-HOST
route-map FROM-HOST permit 20
route-map ALL permit 10
router bgp 65000
 bgp router-id 10.255.0.1
 no bgp ebgp-requires-policy
 bgp bestpath as-path multipath-relax
 neighbor 10.100.0.254 remote-as 65100
 neighbor 10.100.0.254 description dockerhost1
 neighbor 10.100.0.250 remote-as 65101
 neighbor 10.200.1.0 remote-as 64900
 neighbor 10.50.0.2 remote-as 65000
 neighbor 10.100.0.245 remote-as 65199
 address-family ipv4 unicast
  network 10.255.0.1/32
  neighbor 10.100.0.254 soft-reconfiguration inbound
  neighbor 10.100.0.254 route-map FROM-HOST in
  neighbor 10.100.0.254 route-map ALL out
  neighbor 10.100.0.250 soft-reconfiguration inbound
  neighbor 10.200.1.0 allowas-in
 exit-address-family
C
    frr h1 <<'C'
ip route 172.16.100.0/26 blackhole
ip route 172.16.100.2/32 blackhole
ip route 172.16.100.9/32 blackhole
ip route 192.168.7.0/24 blackhole
router bgp 65100
 bgp router-id 10.100.0.254
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.100.0.253 remote-as 65000
 address-family ipv4 unicast
  network 172.16.100.0/26
  network 172.16.100.2/32
  network 172.16.100.9/32
  network 192.168.7.0/24
  network 10.100.0.252/30
C
    frr h2 <<'C'
route-map OUT permit 10
 match ip address prefix-list PRE
 set as-path prepend 4200000000 65537
 set metric 50
 set community 65101:7 no-export additive
route-map OUT permit 20
ip prefix-list PRE seq 5 permit 172.16.100.64/26
router bgp 65101
 bgp router-id 10.100.0.250
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.100.0.249 remote-as 65000
 address-family ipv4 unicast
  neighbor 10.100.0.249 route-map OUT out
  network 172.16.100.64/26
  network 172.16.100.9/32
  network 172.16.101.0/24
C
    frr spine <<'C'
ip prefix-list MINE seq 5 permit 172.16.96.0/20
ip prefix-list MINE seq 10 permit 172.20.0.0/16
route-map OUT permit 10
 match ip address prefix-list MINE
router bgp 64900
 bgp router-id 10.200.1.0
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor 10.200.1.1 remote-as 65000
 address-family ipv4 unicast
  neighbor 10.200.1.1 route-map OUT out
  network 172.20.0.0/16
  aggregate-address 172.16.96.0/20 as-set
C
    frr ib <<'C'
route-map NH permit 10
 match ip address prefix-list RECURSIVE
 set ip next-hop 198.51.100.7
route-map NH permit 20
 match ip address prefix-list UNRESOLVED
 set ip next-hop 100.64.9.9
route-map NH permit 30
ip prefix-list RECURSIVE seq 5 permit 172.30.1.0/24
ip prefix-list UNRESOLVED seq 5 permit 172.30.2.0/24
router bgp 65000
 bgp router-id 10.50.0.2
 no bgp network import-check
 neighbor 10.50.0.1 remote-as 65000
 address-family ipv4 unicast
  neighbor 10.50.0.1 route-map NH out
  network 172.30.1.0/24
  network 172.30.2.0/24
  network 172.30.3.0/24
C
    echo $T-leaf
}

down() {
    local pids=""
    for r in $ROLES; do
        for d in bgpd staticd zebra; do
            [ -f "/var/run/frr/$T-$r/$d.pid" ] && pids="$pids $(cat "/var/run/frr/$T-$r/$d.pid")" || true
        done
    done
    [ -z "$pids" ] || kill $pids 2>/dev/null || true
    for p in $pids; do  # they write to their folders to the last
        for _ in $(seq 100); do kill -0 "$p" 2>/dev/null && sleep 0.1 || break; done
    done
    for r in $ROLES; do
        ip netns del "$T-$r" 2>/dev/null || true
        rm -rf "/etc/frr/$T-$r" "/var/run/frr/$T-$r" "/var/tmp/frr/"*"$T-$r"* 2>/dev/null || true
    done
    rm -rf $R
}

save() {
    mkdir -p "$here/frr" "$here/frr-without-bgp"
    /usr/bin/python3 - "$here" $T-leaf $T-ib <<'P'
import subprocess, sys, pathlib
here, space, bare = sys.argv[1:4]
sys.path.insert(0, here)
from vtysh_stand_in import file_name
peers = ["10.100.0.254", "10.100.0.250", "10.200.1.0", "10.50.0.2", "10.100.0.245"]
commands = ["show bgp ipv4 unicast json detail", "show bgp ipv6 unicast json detail", "show bgp neighbors json",
            "show ip route json", "show ipv6 route json", "show interface brief json", "show bgp vrfs json"]
commands += [f"show bgp ipv4 unicast neighbors {p} {w} json" for p in peers
             for w in ("received-routes", "advertised-routes")]
def record(space, commands, folder):
    for c in commands:
        out = subprocess.run(["vtysh", "-N", space, "-c", c], capture_output=True, text=True)
        pathlib.Path(here, folder, file_name(c)).write_text(out.stdout)
        print(len(out.stdout), out.returncode, c)
record(space, commands, "frr")
subprocess.run(["vtysh", "-N", bare, "-c", "conf t", "-c", "no router bgp 65000"], check=True)
record(bare, commands[:7], "frr-without-bgp")
P
}
"$1"
