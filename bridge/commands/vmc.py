"""Devices in, avatar out, over the VMC protocol: listens for headset, controllers and trackers (as Virtual Motion
Capture and others send them), solves them live with the running daemon, and sends the body on to VSeeFace, Warudo,
Unreal and whatever else shows VMC. Without a daemon that runs, it starts one of its own."""
from __future__ import annotations

import argparse
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bridge.capture.body_json import read_body
from bridge.client import Client
from bridge.client_live import LiveSession
from bridge.commands import reach
from bridge.commands.console import waiting
from bridge.errors import Busy, UsageError
from bridge.frames import JOINT_INDEX, PoseFrame, Setup
from bridge.vmc.incoming import Devices, frame_of, trackers_of, worn_on
from bridge.vmc.outgoing import packets

EXAMPLES = """examples:
  posebridge vmc                                      listens on 39540, sends to this machine's 39539
  posebridge vmc --out 192.168.1.30:39539 --body me.json
  posebridge vmc --wear LHR-1A2B=L_wrist --wear LHR-3C4D=R_wrist --wear LHR-5E6F=pelvis

Rotations go out for all 22 bones, a place for the hips alone."""
GATHER_S = 1.0  # from the first device heard to the session: others come in meanwhile
MOST_BYTES = 65_507


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", default="127.0.0.1:39540", metavar="HOST:PORT", help="where devices are sent to")
    parser.add_argument("--out", default="127.0.0.1:39539", metavar="HOST:PORT", help="where the body goes")
    parser.add_argument("--wear", action="append", default=[], metavar="SERIAL=JOINT",
                        help="where a device is worn; controllers left and right are found by themselves")
    parser.add_argument("--body", type=Path, metavar="FILE", help="bones and mounts as posebridge calibrate wrote them")
    parser.add_argument("--rate", type=float, default=60.0, metavar="HZ", help="poses a second at most")
    parser.add_argument("--record", action="store_true", help="have the daemon record the session")
    parser.add_argument("--seconds", type=float, metavar="S", help="leave after so long")
    reach.arguments(parser)


def run(args: argparse.Namespace) -> int:
    told, listen, out = _worn(args.wear), _address(args.listen, "--listen"), _address(args.out, "--out")
    if not args.rate > 0:
        raise UsageError(f"--rate {args.rate:g}: it must be more than 0")
    usual = read_body(args.body, Setup()) if args.body else Setup()
    with _bound(listen) as line, reach.daemon(args) as client:
        ends_s = time.monotonic() + (args.seconds if args.seconds is not None else 1e12)
        passer = Passer(line, out, 1 / args.rate, lambda: time.monotonic() < ends_s)
        sent = passer.run(client, usual, told, args.record)
    print(f"{sent} poses sent; {passer.devices.refused} packets or messages were not understood")
    return 0


def _address(text: str, flag: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise UsageError(f"{flag} {text}: it must be HOST:PORT, such as 127.0.0.1:39539")
    return host, int(port)


def _worn(words: list[str]) -> dict[str, int]:
    worn = {}
    for word in words:
        serial, _, joint = word.rpartition("=")
        if not serial or joint not in JOINT_INDEX:
            raise UsageError(f"--wear {word}: it must be SERIAL=JOINT; joints are {', '.join(JOINT_INDEX)}")
        worn[serial] = JOINT_INDEX[joint]
    return worn


def _bound(address: tuple[str, int]) -> socket.socket:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        line.bind(address)
    except OSError as error:
        line.close()
        raise UsageError(f"--listen {address[0]}:{address[1]}: {error.strerror}") from error
    return line


class Passer:
    """From one UDP port to another by way of a live session."""

    def __init__(self, line: socket.socket, out: tuple[str, int], step_s: float, goes_on: Callable[[], bool]) -> None:
        self._line, self._out, self._step_s, self._goes_on = line, out, step_s, goes_on
        self.devices = Devices()
        self._sent = 0

    def run(self, client: Client, usual: Setup, told: dict[str, int], record: bool) -> int:
        """Until the time is up or Ctrl-C; poses sent."""
        try:
            with waiting(f"waiting for devices on {self._line.getsockname()[1]}"):
                self._gather()
            worn = worn_on(self.devices.known, told)
            if not worn:
                return 0
            setup = replace(usual, trackers=trackers_of(worn, usual.trackers))
            with client.open_session(setup, "vmc", record) as live, waiting(f"live: {', '.join(worn)}; Ctrl-C stops"):
                self._pass_on(live, list(worn))
        except KeyboardInterrupt:
            pass
        return self._sent

    def _gather(self) -> None:
        first_s: float | None = None
        while self._goes_on() and (first_s is None or time.monotonic() - first_s < GATHER_S):
            self._listen(0.1)
            if self.devices.known and first_s is None:
                first_s = time.monotonic()

    def _pass_on(self, live: LiveSession, serials: list[str]) -> None:
        sequence, due_s, began_s = 0, time.monotonic(), time.monotonic()
        while self._goes_on():
            self._listen(max(due_s - time.monotonic(), 0.0))
            if time.monotonic() >= due_s:
                sequence, due_s = sequence + 1, max(due_s + self._step_s, time.monotonic())
                live.send(frame_of(self.devices.known, serials, sequence, time.monotonic()))
            with suppress(Busy):  # an engine that starts anew: the next frames are solved again
                if answer := live.poll():
                    self._send(answer.pose, time.monotonic() - began_s)

    def _send(self, pose: PoseFrame, time_s: float) -> None:
        for packet in packets(pose, time_s):
            with suppress(ConnectionError):  # nobody listens there yet
                self._line.sendto(packet, self._out)
        self._sent += 1

    def _listen(self, wait_s: float) -> None:
        """One datagram, if one comes in time; a pose that is on its way back is looked for every millisecond."""
        self._line.settimeout(min(max(wait_s, 1e-4), 1e-3))
        try:
            self.devices.hear(self._line.recv(MOST_BYTES), time.monotonic())
        except (TimeoutError, ConnectionError):  # Windows tells here of a receiver that is not there
            return
