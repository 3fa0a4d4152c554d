"""In the order of the table."""

from . import sessions, routes, refresh, restart, liveness, faults, stop  # noqa: F401
