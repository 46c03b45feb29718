"""The process that keeps several daemons side by side: starts them, says in one connection file where they are, passes
signals on, and cleans up. It is in nobody's way: clients speak to the daemons themselves."""
from __future__ import annotations

import logging
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import replace

from bridge.config import TOKEN_VARIABLE, ServeConfig
from bridge.family import (
    DEVICES_VARIABLE,
    device_setting,
    devices,
    joined,
    members,
    members_folder,
    told_to_all,
)
from bridge.family_member import Member, MemberEnded
from bridge.messages import EngineState
from bridge.replies import Status
from bridge.security import Connection, new_token, remove_connection, write_connection
from bridge.serving import refuse_second
from bridge.systemd import SOCKET_VARIABLE, Systemd

log = logging.getLogger(__name__)
TURN_S = 0.1
PARTING_S = 1.5  # for a daemon to end once it has drained,
AT_ONCE_S = 0.8  # or when it is told a second time


def run_family(config: ServeConfig) -> int:
    """Serves until SIGTERM or SIGINT; a second one does not wait for what runs. The exit code: 0, or of a daemon that
    could not begin, or of the last when all have died too often."""
    refuse_second(config.connection_file)
    family = FamilyServer(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: family.stop())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: family.pass_on(signal.SIGHUP))
    return family.run()


class FamilyServer:
    """The daemons of one configuration."""

    def __init__(self, config: ServeConfig) -> None:
        self._config = config
        environment = os.environ | {TOKEN_VARIABLE: config.token or new_token()}
        environment.pop(SOCKET_VARIABLE, None)  # systemd hears of all at once, from here
        found = devices(os.environ.get(DEVICES_VARIABLE), listed_gpus())
        self._members = [
            Member(f"daemon {number + 1}", own, environment | device_setting(number, config.engine, found))
            for number, own in enumerate(members(config))]
        self._systemd, self._observe_at_s = Systemd(), 0.0
        self._told: Connection | None = None
        self._latest: Status | None = None
        self._stops = 0
        self._parent = os.getppid()

    def stop(self) -> None:
        """From a signal: all finish what they do and leave; the second time: they leave."""
        self._stops += 1

    def pass_on(self, number: int) -> None:
        for member in self._members:
            member.signal(number)

    def run(self) -> int:
        """The first daemon alone first: what is wrong with all is said once."""
        try:
            self._gather(self._members[:1])
            self._gather(self._members[1:])
            while self._wanted:
                self._turn(time.monotonic())
                time.sleep(TURN_S)
        except MemberEnded as ended:
            return ended.exit_code
        finally:
            self._leave()
        return 0

    @property
    def _wanted(self) -> bool:
        return not self._stops and (not self._config.follow_parent or os.getppid() == self._parent)

    def _gather(self, some: list[Member]) -> None:
        """Until these serve too."""
        while self._wanted and not all(member.connection for member in some):
            for member in (one for one in self._members if one in some or one.connection):
                now_s = time.monotonic()
                if member.tend(now_s) and not member.connection:
                    member.ask(now_s)
            time.sleep(TURN_S)

    def _turn(self, now_s: float) -> None:
        """Looks whether all live, each heartbeat how they are; MemberEnded if nobody is left."""
        self._members = [member for member in self._members if self._lives(member, now_s)]
        self._tell()
        if now_s >= self._observe_at_s:
            self._observe_at_s = now_s + self._config.timing.heartbeat_s
            statuses = [status for member in self._members if (status := member.ask(now_s))]
            if statuses:
                self._latest = joined(statuses)
                self._systemd(self._latest)

    def _lives(self, member: Member, now_s: float) -> bool:
        try:
            member.tend(now_s)
        except MemberEnded:
            member.close()
            if len(self._members) == 1:
                raise
            return False
        return True

    def _tell(self) -> None:
        """Clients find all; written anew when a daemon came back as somebody else."""
        told = told_to_all([member.connection for member in self._members if member.connection])
        if told != self._told:
            write_connection(self._config.connection_file, told)
            log.info("%d daemons, connection file %s", 1 + len(told.others), self._config.connection_file)
        self._told = told

    def _leave(self) -> None:
        if self._latest:
            self._systemd(replace(self._latest, engine=EngineState.DRAINING))
        self.pass_on(signal.SIGTERM)
        stops, until_s = max(self._stops, 1), time.monotonic() + self._config.timing.drain_s + PARTING_S
        while any(member.running for member in self._members) and time.monotonic() < until_s:
            if self._stops > stops:
                stops, until_s = self._stops, time.monotonic() + AT_ONCE_S
                self.pass_on(signal.SIGTERM)
            time.sleep(TURN_S / 2)
        for member in self._members:
            member.close()
        if self._told:
            remove_connection(self._config.connection_file, self._told)
        with suppress(OSError):
            members_folder(self._config.connection_file).rmdir()


def listed_gpus() -> list[str]:
    """The GPUs of this machine, as its driver lists them; none where there is no driver."""
    try:
        listed = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line for line in listed.stdout.splitlines() if line.startswith("GPU ")]
