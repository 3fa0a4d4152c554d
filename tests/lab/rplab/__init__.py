"""The lab: real Docker hosts and real routers on one machine, in namespaces.

Read in this order:

* ``topology``   who is in the lab: names, addresses, AS numbers (no I/O)
* ``node``       a machine made of namespaces, kept by ``nodeinit``, its first process
* ``netns veth bridge``   the wires between nodes
* ``frr sshd dockerhost`` what runs on a node
* ``inventory``  the files that ``routeproof`` and ``routeproof-agent`` read
* ``ledger``     what was made, so that it can be taken away even after ``kill -9``
* ``lab``        builds all of it, and takes it down
* ``faults``     ways to break it, each with its way back
* ``cli``        the ``lab`` program

Only the standard library of Debian 12's Python is used: the lab must come up on a machine
that has nothing but the packages named in ``requirements``.
"""
