"""Who the device says it is: system, software and a little configuration."""

from __future__ import annotations

from frr import Frr
from xml_text import Element, el

VERSION = "25.4R1.12"
RELEASE = "25.4R0"  # what the namespaces of that very image say


def system_information(hostname: str) -> Element:
    return el("system-information", el("hardware-model", "vmx"), el("os-name", "junos"), el("os-version", VERSION),
              el("serial-number", "VM65A1B2C3D4"), el("host-name", hostname))


def software_information(hostname: str) -> Element:
    package = el("package-information", el("name", "os-kernel"),
                 el("package-name", "os-kernel-prd-x86-64-20251024.861cae5_builder_bsd15_254"),
                 el("comment", "JUNOS OS Kernel 64-bit [20251024.861cae5_builder_bsd15_254]"))
    return el("software-information", el("host-name", hostname), el("product-model", "vmx"),
              el("product-name", "vmx"), el("os-name", "junos"), el("junos-version", VERSION), package)


def configuration(frr: Frr, hostname: str) -> Element:
    """Name, AS and BGP neighbours; enough for somebody who wants to see that get-config works."""
    neighbours = frr.neighbours()
    out = el("configuration", xmlns="http://xml.juniper.net/xnm/1.1/xnm")
    out.add(el("version", VERSION), el("system", el("host-name", hostname)))
    local_as = next((n["localAs"] for n in neighbours.values()), None)
    if local_as:
        out.add(el("routing-options", el("autonomous-system", el("as-number", local_as))))
    bgp = el("bgp")
    for kind, external in (("HOSTS", True), ("INTERNAL", False)):
        peers = [(p, n) for p, n in neighbours.items() if n.get("nbrExternalLink", False) is external]
        if peers:
            bgp.add(el("group", el("name", kind), el("type", "external" if external else "internal"),
                       *(el("neighbor", el("name", p), el("peer-as", n["remoteAs"])) for p, n in peers)))
    return out.add(el("protocols", bgp)) if bgp.content else out
