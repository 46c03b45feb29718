"""Several complete daemons side by side, as one: what each is told, which one a client takes, and all of them as one
status. Each has processes, ports, sessions and an engine of its own; nothing is shared, so nothing is waited for.

Pure: family_member.py starts one and looks after it, family_serving.py all of them, client_family.py speaks to them.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bridge.config import WIDE_CONTROL_PORT, WIDE_LIVE_PORT, ServeConfig
from bridge.messages import EngineState
from bridge.replies import SessionClosed, Status
from bridge.security import Connection, is_loopback

DEVICES_VARIABLE = "CUDA_VISIBLE_DEVICES"
PORTS_EACH = 2


def members(config: ServeConfig) -> tuple[ServeConfig, ...]:
    """Each daemon's own configuration. Ports that were named are the first's, the others' follow them; the first takes
    all jobs; the others record into numbered folders, so that no two ever write one file."""
    return tuple(_member(config, number) for number in range(config.daemons))


def _member(config: ServeConfig, number: int) -> ServeConfig:
    control, live, metrics = config.control_port, config.live_port, config.metrics_port
    if not is_loopback(config.host):
        control, live = control or WIDE_CONTROL_PORT, live or WIDE_LIVE_PORT
    own = replace(
        config, daemons=1, follow_parent=True,
        connection_file=members_folder(config.connection_file) / f"{number + 1}.json",
        control_port=control and control + PORTS_EACH * number, live_port=live and live + PORTS_EACH * number,
        metrics_port=metrics and metrics + number,
    )
    return replace(own, allow_jobs=(), recordings=config.recordings / f"{number + 1}") if number else own


def members_folder(connection_file: Path) -> Path:
    """Where the daemons' own connection files are, beside the one that names them all."""
    return connection_file.with_name(f"{connection_file.stem}-each")


def again(config: ServeConfig, before: Connection | None, exit_code: int) -> ServeConfig:
    """What a daemon that ended is started with: the ports it had, unless it found that it cannot have them."""
    if before is None or exit_code == 2:
        return config
    return replace(config, control_port=before.control_port, live_port=before.live_port)


def devices(visible: str | None, listed: Sequence[str]) -> list[str]:
    """GPUs to be shared out: those CUDA_VISIBLE_DEVICES allows, or all of the machine's."""
    return [str(number) for number in range(len(listed))] if visible is None else [
        name.strip() for name in visible.split(",") if name.strip()]


def device_setting(number: int, engine: str, found: Sequence[str]) -> dict[str, str]:
    """The environment that shows a daemon one GPU alone, each the next one and around again."""
    return {DEVICES_VARIABLE: found[number % len(found)]} if engine in ("cuda", "auto") and found else {}


def told_to_all(serving: Sequence[Connection]) -> Connection:
    """The connection that clients find: the first's, with the others in it for clients that can choose."""
    return replace(serving[0], others=tuple(serving[1:]))


def each_of(connection: Connection) -> tuple[Connection, ...]:
    """The daemons a connection names, each by itself."""
    return replace(connection, others=()), *connection.others


def beside(first: Connection, daemons: int) -> Connection:
    """A connection to so many, where the first's ports are known and the others' follow them."""
    return replace(first, others=tuple(
        replace(first, control_port=first.control_port + PORTS_EACH * number,
                live_port=first.live_port + PORTS_EACH * number) for number in range(1, daemons)))


def by_room(statuses: Sequence[Status]) -> list[int]:
    """Which daemon a new session is to try first, and then: ready before not, then most room, then fewest clips."""
    return sorted(range(len(statuses)), key=lambda number: _crowded(statuses[number]))


def _crowded(status: Status) -> tuple[bool, int, int]:
    return status.engine is not EngineState.READY, len(status.sessions) - status.sessions_most, status.clips_waiting


def joined(statuses: Sequence[Status]) -> Status:
    """All as one: sums; the longest up; the slowest's ticks; the engine's state of one that is not ready, if any is
    not."""
    first, *others = statuses
    if not others:
        return first
    states = [status.engine for status in statuses]
    return Status(
        next((state for state in states if state is not EngineState.READY), EngineState.READY),
        _named(status.model for status in statuses), _named(status.device for status in statuses),
        max(status.up_ns for status in statuses), sum(status.ticks for status in statuses),
        max(status.tick_p50_ms for status in statuses), max(status.tick_p95_ms for status in statuses),
        sum(status.clips_waiting for status in statuses), sum(status.sessions_most for status in statuses),
        tuple(session for status in statuses for session in status.sessions),
        sum((status.account for status in statuses), SessionClosed(0, 0, 0, 0)),
    )


def _named(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))
