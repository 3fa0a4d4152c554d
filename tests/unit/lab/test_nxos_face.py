"""The NX-OS face against the shapes recorded off devices: nesting, dialects, columns, values of a known FRR."""

import json
import sys
import unittest
import xml.etree.ElementTree as ET

sys.path.insert(0, __file__.rpartition("/")[0] or ".")
from face_process import cli, every, names, run, text

TABLE = "show bgp vrf all ipv4 unicast"
INVALID = "% Invalid command at '^' marker."


def rows(node, *tables):
    """Rows below TABLE_x/ROW_x for each name, whether list or object."""
    found = [node]
    for table in tables:
        found = [row for one in found for row in _rows(one, table)]
    return found


def _rows(node, table):
    wrapper = node.get(f"TABLE_{table}") or {}
    inside = wrapper.get(f"ROW_{table}", [])
    return inside if isinstance(inside, list) else [inside]


def prefixes(document):
    found = rows(document, "vrf", "afi", "safi", "rd", "prefix")
    return {row["ipprefix"]: rows(row, "path") for row in found}


class OldJson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads(cli(TABLE + " | json"))

    def test_a_single_row_is_an_object_and_several_are_a_list(self):
        vrf = self.document["TABLE_vrf"]["ROW_vrf"]
        self.assertEqual(vrf["vrf-name-out"], "default")
        rd = vrf["TABLE_afi"]["ROW_afi"]["TABLE_safi"]["ROW_safi"]["TABLE_rd"]["ROW_rd"]
        self.assertIsInstance(rd["TABLE_prefix"]["ROW_prefix"], list)
        paths = {row["ipprefix"]: row["TABLE_path"]["ROW_path"] for row in rd["TABLE_prefix"]["ROW_prefix"]}
        self.assertIsInstance(paths["172.16.100.0/26"], dict)
        self.assertIsInstance(paths["172.16.100.9/32"], list)

    def test_every_leaf_is_a_string(self):
        def leaves(node):
            if isinstance(node, dict):
                for value in node.values():
                    yield from leaves(value)
            elif isinstance(node, list):
                for value in node:
                    yield from leaves(value)
            else:
                yield node
        self.assertEqual({type(leaf) for leaf in leaves(self.document)}, {str})

    def test_keys_of_each_level(self):
        afi = rows(self.document, "vrf", "afi")[0]
        self.assertEqual(list(afi), ["afi", "TABLE_safi"])
        self.assertEqual(list(rows(afi, "safi")[0]), ["safi", "af-name", "table-version", "router-id", "TABLE_rd"])
        self.assertEqual(list(prefixes(self.document)["172.16.100.64/26"][0]), [
            "pathnr", "status", "best", "type", "statuscode", "bestcode", "typecode", "ipnexthop", "weight", "aspath",
            "origin", "metric"])

    def test_an_external_path(self):
        self.assertEqual(prefixes(self.document)["172.16.100.64/26"], [{
            "pathnr": "0", "status": "valid", "best": "bestpath", "type": "external", "statuscode": "*",
            "bestcode": ">", "typecode": "e", "ipnexthop": "10.100.0.250", "weight": "0",
            "aspath": "65101 4200000000 65537", "origin": "i", "metric": "50"}])

    def test_a_local_path_has_an_empty_as_path_and_a_preference(self):
        path = prefixes(self.document)["10.255.0.1/32"][0]
        self.assertEqual((path["aspath"], path["localpref"], path["weight"], path["type"]),
                         ("", "100", "32768", "local"))
        self.assertNotIn("metric", path)

    def test_the_best_path_need_not_be_the_first(self):
        paths = prefixes(self.document)["172.16.100.9/32"]
        self.assertEqual([(p["ipnexthop"], p["best"], p["bestcode"]) for p in paths],
                         [("10.100.0.250", "multipath", "|"), ("10.100.0.254", "bestpath", ">")])

    def test_an_as_set(self):
        self.assertEqual(prefixes(self.document)["172.16.96.0/20"][0]["aspath"], "64900 65000 {65100 65101}")

    def test_an_unreachable_next_hop_is_not_valid(self):
        path = prefixes(self.document)["172.30.2.0/24"][0]
        self.assertEqual((path["statuscode"], path["best"], path["typecode"]), (" ", "none", "i"))

    def test_what_policy_refused_is_not_in_the_table(self):
        self.assertNotIn("172.16.100.2/32", prefixes(self.document))


class Dialects(unittest.TestCase):
    def test_native_has_lists_and_bare_numbers(self):
        document = json.loads(cli(TABLE + " | json native"))
        vrfs = document["TABLE_vrf"]["ROW_vrf"]
        self.assertIsInstance(vrfs, list)
        path = rows(document, "vrf", "afi", "safi", "rd", "prefix", "path")[0]
        self.assertEqual((path["pathnr"], path["weight"], path["metric"]), (0, 0, 0))
        self.assertIsInstance(path["aspath"], str)

    def test_native_keeps_as_numbers_and_booleans_as_text_and_writes_iso_durations(self):
        row = rows(json.loads(cli("show bgp all neighbors vrf all | json native")), "neighbor")[0]
        self.assertEqual((row["remoteas"], row["up"], row["index"]), ("65000", "true", 3))
        self.assertRegex(row["elapsedtime"], r"^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$")

    def test_a_late_release_speaks_native_when_asked_for_json(self):
        self.assertIsInstance(json.loads(cli(TABLE + " | json", {"dialect": "native"}))["TABLE_vrf"]["ROW_vrf"], list)

    def test_both_dialects_in_one_reply(self):
        document = json.loads(cli("show bgp vrf all all summary | json", {"dialect": "mixed"}))
        af = document["TABLE_vrf"]["ROW_vrf"][0]["TABLE_af"]["ROW_af"]
        self.assertIsInstance(af, list)
        self.assertIsInstance(af[0]["TABLE_saf"]["ROW_saf"], dict)
        row = af[0]["TABLE_saf"]["ROW_saf"]["TABLE_neighbor"]["ROW_neighbor"][0]
        self.assertEqual({type(row[k]) for k in ("neighborversion", "msgrecvd", "msgsent")}, {int, str})

    def test_an_empty_table_is_missing_or_a_string_or_an_object(self):
        for mode, wanted in (("missing", None), ("string", ""), ("object", {})):
            document = json.loads(cli(TABLE + " | json", {"vrfs": ["BLUE"], "empty_table": mode}))
            rd = rows(document, "vrf")[1]["TABLE_afi"]["ROW_afi"]["TABLE_safi"]["ROW_safi"]["TABLE_rd"]["ROW_rd"]
            self.assertEqual(rd.get("TABLE_prefix"), wanted)

    def test_refused_forms(self):
        self.assertIn(INVALID, cli(TABLE + " | json", {"json_refused": "json"}))
        self.assertTrue(cli(TABLE + " | json native", {"json_refused": "json"}).startswith("{"))
        self.assertIn(INVALID, cli(TABLE + " | json native", {"json_refused": "native"}))
        for form in ("json", "json native"):
            self.assertIn(INVALID, cli(f"{TABLE} | {form}", {"json_refused": "both"}))
        self.assertIn(INVALID, cli(TABLE + " | xml", {"xml_refused": True}))
        self.assertIn(INVALID, cli(TABLE, {"text_refused": True}))

    def test_xml(self):
        out = cli(TABLE + " | xml")
        self.assertTrue(out.startswith('<?xml version="1.0" encoding="ISO-8859-1"?>'))
        self.assertTrue(out.endswith("]]>]]>\n"))
        root = ET.fromstring(out[: -len("]]>]]>\n")].encode())
        self.assertEqual(root.tag, "{urn:ietf:params:xml:ns:netconf:base:1.0}rpc-reply")
        nested, node = [], root
        while names(node) != ["TABLE_vrf"]:
            node = node[0]
            nested.append(node.tag.rpartition("}")[2])
        self.assertEqual(nested, ["data", "show", "bgp", "vrf", "all", "ipv4", "unicast", "__readonly__"])
        self.assertTrue(node.tag.startswith("{http://www.cisco.com/nxos:9.3.4.:bgp}"))
        path = next(every(root, "ROW_path"))
        self.assertEqual(text(path, "bestcode"), ">")


class Text(unittest.TestCase):
    def test_the_columns(self):
        lines = cli(TABLE).splitlines()
        self.assertEqual(lines[0], "BGP routing table information for VRF default, address family IPv4 Unicast")
        self.assertRegex(lines[1], r"^BGP table version is \d+, Local Router ID is 10\.255\.0\.1$")
        self.assertEqual(lines[6], "   Network            Next Hop            Metric     LocPrf     Weight Path")
        self.assertEqual(lines[7:], [
            "*>e10.100.0.252/30    10.100.0.254             0                     0 65100 i",
            "*>l10.255.0.1/32      0.0.0.0                           100      32768 i",
            "*>e172.16.96.0/20     10.200.1.0               0                     0 64900 65000 {65100 65101} i",
            "*>e172.16.100.0/26    10.100.0.254             0                     0 65100 i",
            "*|e172.16.100.9/32    10.100.0.250             0                     0 65101 i",
            "*>e                   10.100.0.254             0                     0 65100 i",
            "*>e172.16.100.64/26   10.100.0.250            50                     0 65101 4200000000 65537 i",
            "*>e172.16.101.0/24    10.100.0.250             0                     0 65101 i",
            "*>e172.20.0.0/16      10.200.1.0               0                     0 64900 i",
            "*>i172.30.1.0/24      198.51.100.7             0        100          0 i",
            "  i172.30.2.0/24      100.64.9.9               0        100          0 i",
            "*>i172.30.3.0/24      10.50.0.2                0        100          0 i"])

    def test_a_long_prefix_wraps_and_a_full_one_does_not(self):
        import ipaddress
        from dataclasses import replace
        from frr import Path
        from nxos_bgp import text_rows
        path = Path(prefix=ipaddress.ip_network("192.168.123.222/32"), peer="10.12.11.1", peer_router_id="10.0.0.1",
                    segments=(("as-sequence", (222, 65001)),), origin="IGP", next_hop="10.12.11.1", valid=True,
                    best=True, multipath=False, internal=False, own="", metric=None, local_preference=None, weight=0,
                    communities=(), aggregator=None, atomic=False, since=0, version=1, igp_metric=0, advertised_to=())
        self.assertEqual(list(text_rows(iter([(path.prefix, [path])]))), [
            "*>e192.168.123.222/32 10.12.11.1                                     0 222 65001 i\n"])
        six = ipaddress.ip_network("2001:db8:1900:1::/64")
        lines = list(text_rows(iter([(six, [replace(path, prefix=six, next_hop="2001:db8::1")])])))
        self.assertEqual(lines, ["*>e2001:db8:1900:1::/64\n",
                                 "                      2001:db8::1                                    0 222 65001 i\n"])

    def test_several_vrfs_have_a_section_each(self):
        out = cli(TABLE, {"vrfs": ["BLUE"]})
        self.assertIn("\n\nBGP routing table information for VRF BLUE, address family", out)

    def test_the_same_table_without_vrf_and_with_ip(self):
        self.assertEqual(cli("show ip bgp"), cli(TABLE))
        self.assertEqual(cli("show bgp ipv4 unicast | no-more"), cli(TABLE))

    def test_a_terminal_loses_characters_at_its_width(self):
        out = cli(TABLE + " | json", {"wrap": 80})
        self.assertRaises(ValueError, json.loads, out.replace("\r\n", ""))


class OnePrefix(unittest.TestCase):
    def test_json(self):
        document = json.loads(cli("show bgp ipv4 unicast 172.16.100.9/32 vrf default | json"))
        row = rows(document, "vrf", "afi", "safi", "rd", "prefix")[0]
        self.assertEqual(list(row)[:4], ["ipprefix", "prefixversion", "totalpaths", "bestpathnr"])
        self.assertEqual((row["totalpaths"], row["bestpathnr"], row["mpath"]), ("2", "2", "eBGP"))
        best = rows(row, "path")[1]
        self.assertEqual((best["pathbest"], best["neighbor"], best["aspath"]), ("true", "10.100.0.254", "65100"))
        self.assertIn({"advertisedto": "10.200.1.0"}, rows(row, "advertisedto"))

    def test_communities(self):
        row = rows(json.loads(cli("show bgp ipv4 unicast 172.16.100.64/26 vrf default | json")),
                   "vrf", "afi", "safi", "rd", "prefix", "path")[0]
        self.assertEqual([c["community"] for c in rows(row, "community")], ["65101:7", "no-export"])

    def test_text(self):
        out = cli("show bgp ipv4 unicast 172.16.100.9/32 vrf default")
        self.assertIn("Paths: (2 available, best #2)", out)
        self.assertIn("  AS-Path: 65100 , path sourced external to AS\n", out)
        self.assertIn("    10.100.0.254 (metric 0) from 10.100.0.254 (10.100.0.254)\n", out)
        self.assertIn("best #0", cli("show bgp ipv4 unicast 172.30.2.0/24 vrf default"))
        self.assertIn("AS-Path: NONE, path locally originated", cli("show bgp ipv4 unicast 10.255.0.1/32"))

    def test_an_address_finds_its_longest_match_and_an_absent_prefix_nothing(self):
        self.assertIn("entry for 172.16.100.0/26", cli("show bgp ipv4 unicast 172.16.100.5"))
        self.assertEqual(cli("show bgp ipv4 unicast 172.16.100.5/32 vrf default | json"), "")


class NeighbourRoutes(unittest.TestCase):
    ASK = "show bgp vrf default ipv4 unicast neighbors {} {} | json"

    def test_accepted(self):
        found = prefixes(json.loads(cli(self.ASK.format("10.100.0.254", "routes"))))
        self.assertEqual(list(found), ["10.100.0.252/30", "172.16.100.0/26", "172.16.100.9/32"])

    def test_received_holds_also_what_policy_refused(self):
        found = prefixes(json.loads(cli(self.ASK.format("10.100.0.254", "received-routes"))))
        self.assertEqual(list(found), ["10.100.0.252/30", "172.16.100.0/26", "172.16.100.2/32",
                                       "172.16.100.9/32", "192.168.7.0/24"])
        self.assertEqual(found["172.16.100.2/32"][0]["aspath"], "65100")

    def test_received_without_soft_reconfiguration_is_a_sentence(self):
        out = cli(self.ASK.format("10.200.1.0", "received-routes"))
        self.assertIn("soft reconfiguration", out)
        self.assertNotIn("{", out)

    def test_text_says_whose_routes(self):
        out = cli("show bgp vrf default ipv4 unicast neighbors 10.100.0.254 received-routes")
        self.assertIn("Peer 10.100.0.254 routes for address family IPv4 Unicast:\n", out)
        self.assertIn("\n  e172.16.100.2/32    10.100.0.254", out)

    def test_an_unknown_neighbour(self):
        self.assertEqual(cli(self.ASK.format("192.0.2.9", "routes")), "Can't find neighbor 192.0.2.9\n")


class Sessions(unittest.TestCase):
    def test_summary(self):
        document = json.loads(cli("show bgp vrf all all summary | json"))
        vrf = rows(document, "vrf")[0]
        self.assertEqual(list(vrf), ["vrf-name-out", "vrf-router-id", "vrf-local-as", "TABLE_af"])
        four, six = rows(vrf, "af")
        self.assertEqual((four["af-id"], six["af-id"]), ("1", "2"))
        self.assertEqual(rows(six, "saf"), [{"safi": "1", "af-name": "IPv6 Unicast"}])
        found = {n["neighborid"]: n for n in rows(four, "saf", "neighbor")}
        self.assertEqual(list(found["10.100.0.254"]), [
            "neighborid", "neighborversion", "msgrecvd", "msgsent", "neighbortableversion", "inq", "outq",
            "neighboras", "time", "state", "prefixreceived"])
        self.assertEqual((found["10.100.0.254"]["state"], found["10.100.0.254"]["prefixreceived"]),
                         ("Established", "3"))
        self.assertEqual(found["10.100.0.245"]["state"], "Active")

    def test_summary_names_every_vrf(self):
        document = json.loads(cli("show bgp vrf all all summary | json", {"vrfs": ["BLUE"]}))
        self.assertEqual([v["vrf-name-out"] for v in rows(document, "vrf")], ["default", "BLUE"])
        self.assertNotIn("TABLE_af", rows(document, "vrf")[1])

    def test_summary_text(self):
        out = cli("show ip bgp summary")
        self.assertRegex(out, r"(?m)^10\.100\.0\.254    4 65100 .* 3$")
        self.assertRegex(out, r"(?m)^10\.100\.0\.245    4 65199 .* Active$")

    def test_neighbours_tell_of_soft_reconfiguration(self):
        document = json.loads(cli("show bgp vrf all all neighbors | json"))
        allowed = {n["neighbor"]: rows(n, "peraf", "persaf")[0]["insoftreconfigallowed"]
                   for n in rows(document, "neighbor")}
        self.assertEqual((allowed["10.100.0.254"], allowed["10.200.1.0"]), ("true", "false"))

    def test_sessions(self):
        document = json.loads(cli("show bgp sessions vrf all | json"))
        self.assertEqual((document["totalpeers"], document["totalestablishedpeers"]), ("5", "4"))
        self.assertEqual(list(rows(document, "vrf", "neighbor")[0])[:3],
                         ["neighbor-id", "connectionsdropped", "remoteas"])


class Urib(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        document = json.loads(cli("show ip route vrf all | json native"))
        cls.vrfs = [v["vrf-name-out"] for v in rows(document, "vrf")]
        cls.found = {p["ipprefix"]: p for p in rows(document, "vrf", "addrf", "prefix")}

    def test_the_management_vrf_is_always_there(self):
        self.assertEqual(self.vrfs, ["default", "management"])

    def test_a_bgp_route_has_no_interface_and_the_neighbours_as_as_tag(self):
        prefix = self.found["172.16.100.64/26"]
        self.assertEqual(list(prefix), ["ipprefix", "ucast-nhops", "mcast-nhops", "attached", "TABLE_path"])
        path = rows(prefix, "path")[0]
        self.assertEqual(list(path), ["ipnexthop", "uptime", "pref", "metric", "clientname", "type", "tag", "ubest"])
        self.assertEqual((path["clientname"], path["type"], path["tag"], path["pref"]),
                         ("bgp-65000", "external", 65101, 20))

    def test_multipath(self):
        self.assertEqual([p["ipnexthop"] for p in rows(self.found["172.16.100.9/32"], "path")],
                         ["10.100.0.250", "10.100.0.254"])

    def test_an_ibgp_route_shows_the_bgp_next_hop(self):
        path = rows(self.found["172.30.1.0/24"], "path")[0]
        self.assertEqual((path["ipnexthop"], path["type"], path["tag"]), ("198.51.100.7", "internal", 65000))

    def test_a_discard_route_has_no_next_hop(self):
        path = rows(self.found["192.0.2.128/25"], "path")[0]
        self.assertEqual((path["type"], path["ifname"]), ("discard", "Null0"))
        self.assertNotIn("ipnexthop", path)

    def test_a_loopback_has_two_rows(self):
        prefix = self.found["10.255.0.1/32"]
        self.assertEqual([p["clientname"] for p in rows(prefix, "path")], ["local", "direct"])
        self.assertEqual((prefix["attached"], prefix["ucast-nhops"]), ("true", 2))

    def test_text(self):
        out = cli("show ip route vrf all")
        self.assertTrue(out.startswith('IP Route Table for VRF "default"\n'))
        self.assertRegex(out, r"(?m)^172\.16\.100\.9/32, ubest/mbest: 2/0\n    \*via 10\.100\.0\.250, \[20/0\], \S+, "
                              r"bgp-65000, external, tag 65101\n    \*via 10\.100\.0\.254,")
        self.assertIn("Route not found", cli("show ip route 8.8.8.8 vrf default"))


class Others(unittest.TestCase):
    def test_version(self):
        document = json.loads(cli("show version | json"))
        self.assertEqual((document["nxos_ver_str"], document["host_name"]), ("9.3(4)", "leaf2"))
        self.assertIn("  NXOS: version 9.3(4)\n", cli("show version"))
        self.assertIn("  Device name: leaf2\n", cli("show version"))

    def test_hostname(self):
        self.assertEqual(cli("show hostname").strip(), "leaf2")
        self.assertEqual(json.loads(cli("show hostname | json", {"hostname": "other"})), {"hostname": "other"})

    def test_unknown_commands(self):
        for command in ("", "configure terminal", "show nonsense", "show bgp vrf all ipv4 nonsense",
                        TABLE + " | jsonn", "show ip bgp vrf"):
            self.assertIn(INVALID, cli(command), command)

    def test_no_such_vrf_is_silence(self):
        self.assertEqual(cli("show bgp vrf BLUE ipv4 unicast | json"), "")
        self.assertEqual(cli("show ip route vrf BLUE | json"), "")

    def test_without_bgp_its_commands_do_not_exist(self):
        for out in (cli(TABLE + " | json", {"bgp_off": True}), cli(TABLE + " | json", answers="frr-without-bgp")):
            self.assertIn(INVALID, out)
        self.assertIn("TABLE_vrf", cli("show ip route | json", {"bgp_off": True}))

    def test_frr_that_does_not_answer(self):
        self.assertIn("not responding", cli(TABLE, answers="no-such-folder"))


class Faults(unittest.TestCase):
    def test_permission_denied(self):
        self.assertEqual(cli(TABLE, {"permission_denied": True}), "% Permission denied for the role\n")

    def test_a_banner_precedes(self):
        out = cli(TABLE + " | json", {"banner": "*** private ***"})
        self.assertTrue(out.startswith("*** private ***\n{"))

    def test_asdot(self):
        document = json.loads(cli(TABLE + " | json", {"asdot": True}))
        self.assertEqual(prefixes(document)["172.16.100.64/26"][0]["aspath"], "65101 64086.59904 1.1")

    def test_cut_json_does_not_close(self):
        out = cli(TABLE + " | json", {"cut": 700})
        self.assertEqual(len(out), 700)
        self.assertRaises(ValueError, json.loads, out)

    def test_garbage(self):
        self.assertIn("\x07\x07", cli(TABLE, {"garbage": "control"}))
        self.assertIn("%%%", cli(TABLE + " | json", {"garbage": "instead"}))

    def test_huge_table(self):
        self.assertEqual(len(prefixes(json.loads(cli(TABLE + " | json", {"huge": 3000})))), 3011)

    def test_modes_can_be_kept_to_one_command(self):
        mode = {"permission_denied": True, "only": ["show bgp"]}
        self.assertIn("leaf2", cli("show hostname", mode))
        self.assertIn("denied", cli(TABLE, mode))

    def test_a_mistyped_mode_is_refused_loudly(self):
        done = run("nxos_face.py", [], b"", {"dialekt": "old"}, environment={"SSH_ORIGINAL_COMMAND": TABLE})
        self.assertEqual((done.returncode, done.stdout), (70, b""))

    def test_every_mode_is_in_the_help(self):
        from nxos_cli import MODES
        shown = run("nxos_face.py", ["--help"], b"").stdout.decode()
        for name in MODES:
            self.assertRegex(shown, rf"(?m)^  {name} ")


class Durations(unittest.TestCase):
    def test_both_forms(self):
        from nxos_values import Duration
        self.assertEqual([Duration(s).iso() for s in (0, 1, 663, 176892, 261668, 86400)],
                         ["PT0S", "PT1S", "PT11M3S", "P2DT1H8M12S", "P3DT41M8S", "P1D"])
        self.assertEqual([Duration(s).text() for s in (61331, 457200, 3888000)], ["17:02:11", "5d07h", "6w3d"])


if __name__ == "__main__":
    unittest.main()
