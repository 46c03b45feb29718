"""How much memory a daemon's processes hold."""
from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Memory:
    """One process: the daemon's own is its IO side."""

    name: str
    pid: int
    rss_mb: float  # resident, in 10^6 bytes


def memory_of(daemon_pid: int) -> list[Memory]:
    """The daemon's process and those it started; empty if it runs elsewhere or is gone."""
    try:
        daemon = psutil.Process(daemon_pid)
        processes = [("io", daemon), *((_name(child), child) for child in daemon.children(recursive=True))]
        return [Memory(name, one.pid, one.memory_info().rss / 1e6) for name, one in processes]
    except psutil.NoSuchProcess:
        return []


def _name(child: psutil.Process) -> str:
    return "jobs" if "bridge.jobs.runner" in child.cmdline() else "engine"
