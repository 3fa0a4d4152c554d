"""`show version` of NX-OS."""

from __future__ import annotations

from nxos_values import Tree

VERSION = "9.3(4)"
_HEAD = """Cisco Nexus Operating System (NX-OS) Software
TAC support: http://www.cisco.com/tac
Documents: http://www.cisco.com/en/US/products/ps9372/tsd_products_support_series_home.html
Copyright (c) 2002-2020, Cisco Systems, Inc. All rights reserved.
This is the test face of the project Routeproof, not a device.

Nexus 9000v is a demo version of the Nexus Operating System
"""


def version_tree(hostname: str) -> Tree:
    return {"header_str": _HEAD, "bios_ver_str": "", "kickstart_ver_str": VERSION, "nxos_ver_str": VERSION,
            "bios_cmpl_time": "", "kick_file_name": "bootflash:///nxos.9.3.4.bin",
            "nxos_file_name": "bootflash:///nxos.9.3.4.bin", "kick_cmpl_time": "4/28/2020 21:00:00",
            "nxos_cmpl_time": "4/28/2020 21:00:00", "kick_tmstmp": "04/29/2020 06:28:31",
            "nxos_tmstmp": "04/29/2020 06:28:31", "chassis_id": "Nexus9000 C9300v Chassis",
            "cpu_name": "Intel Core Processor (Skylake, IBRS)", "memory": 6096816, "mem_type": "kB",
            "proc_board_id": "9A1B2C3D4E5", "host_name": hostname, "bootflash_size": 4287040, "kern_uptm_days": 2,
            "kern_uptm_hrs": 16, "kern_uptm_mins": 17, "kern_uptm_secs": 47, "rr_reason": "Unknown",
            "rr_sys_ver": "", "rr_service": "", "plugins": "Core Plugin, Ethernet Plugin",
            "manufacturer": "Cisco Systems, Inc.", "TABLE_package_list": [{"package_id": ""}]}


def version_text(hostname: str) -> str:
    return f"""{_HEAD}
Software
  BIOS: version 
  NXOS: version {VERSION}
  BIOS compile time:  
  NXOS image file is: bootflash:///nxos.9.3.4.bin
  NXOS compile time:  4/28/2020 21:00:00 [04/29/2020 06:28:31]

Hardware
  cisco Nexus9000 C9300v Chassis 
  Intel Core Processor (Skylake, IBRS) with 6096816 kB of memory.
  Processor Board ID 9A1B2C3D4E5
  Device name: {hostname}
  bootflash:    4287040 kB

Kernel uptime is 2 day(s), 16 hour(s), 17 minute(s), 47 second(s)

Last reset 
  Reason: Unknown
  System version: 
  Service: 

plugin
  Core Plugin, Ethernet Plugin

Active Package(s):
        
"""
