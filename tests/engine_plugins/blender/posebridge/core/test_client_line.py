"""When a line tries again, and when it gives up; with sockets that do what they are told."""
from __future__ import annotations

from typing import cast

import pytest

from engine_plugins.blender.posebridge.core.client_errors import DaemonMissing, DaemonRefused
from engine_plugins.blender.posebridge.core.client_line import LOST_AFTER_S, RETRY_S, Line
from engine_plugins.blender.posebridge.core.zmtp import Event, Ready, Received
from engine_plugins.blender.posebridge.core.zmtp_frames import ZmtpError
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Refused
from engine_plugins.blender.posebridge.core.zmtp_socket import Unreachable, ZmtpSocket


class Port:
    """What lies behind a line: each step of a socket gives what is next in the script, or raises it."""

    def __init__(self, *script: list[Event] | ZmtpError) -> None:
        self.script = list(script)
        self.connected = self.closed = 0
        self.sent: list[bytes] = []
        self.line = Line("there:1", self.connect, 0.0)

    def connect(self) -> ZmtpSocket:
        self.connected += 1
        return cast(ZmtpSocket, self)

    def step(self) -> list[Event]:
        said = self.script.pop(0) if self.script else []
        if isinstance(said, ZmtpError):
            raise said
        return said

    def send(self, payload: bytes) -> None:
        self.sent.append(payload)

    def close(self) -> None:
        self.closed += 1


def up(*script: list[Event] | ZmtpError) -> Port:
    """One that is connected at second 0, with this to come."""
    port = Port([Ready()], *script)
    port.line.step(0.0)
    assert port.line.step(0.0) == [Ready()] and port.line.up
    return port


def test_what_comes_is_passed_on_and_what_is_sent_goes() -> None:
    port = up([Received((b"a",))])
    assert port.line.step(0.1) == [Received((b"a",))]
    port.line.send(b"b")
    assert port.sent == [b"b"]


def test_it_is_not_up_before_the_peer_is_ready() -> None:
    port = Port([])
    assert port.line.step(0.0) == [] and port.connected == 1
    assert port.line.step(0.1) == [] and not port.line.up


def test_a_cut_is_told_once_and_mended_after_pauses_that_grow() -> None:
    refused = Unreachable("nobody")
    port = up(ZmtpError("a rat"), refused, refused, [Ready()])
    assert port.line.step(10.0) == [] and not port.line.up and port.line.why == "a rat" and port.closed == 1
    port.line.why = ""
    now_s, pause_s = 10.0, RETRY_S[0]
    for tried in (2, 3):
        assert port.line.step(now_s + 0.9 * pause_s) == [] and port.connected == tried - 1
        now_s += pause_s
        port.line.step(now_s)
        assert port.connected == tried
        port.line.step(now_s)
        pause_s *= 2
    assert port.line.why == ""
    port.line.step(now_s + pause_s)
    assert port.line.step(now_s + pause_s) == [Ready()] and port.line.up


def test_one_that_stays_cut_is_given_up_after_a_while() -> None:
    port = up(*[ZmtpError("a rat")] * 100)
    now_s = 0.0
    with pytest.raises(DaemonMissing, match="the daemon at there:1 went away: a rat"):
        while now_s < 100:
            port.line.step(now_s)
            now_s += 0.01
    assert LOST_AFTER_S < now_s <= LOST_AFTER_S + RETRY_S[1] + 0.02
    assert port.connected < 12 and port.closed == port.connected


def test_one_that_never_was_up_and_finds_nobody_is_given_up_at_once() -> None:
    port = Port(Unreachable("nobody"))
    port.line.step(0.0)
    with pytest.raises(DaemonMissing, match="nobody listens at there:1"):
        port.line.step(0.0)


def test_one_that_hangs_up_before_it_is_ready_may_try_again() -> None:
    port = Port(ZmtpError("closed"), [Ready()])
    port.line.step(0.0)
    assert port.line.step(0.0) == []
    port.line.step(1.0)
    assert port.line.step(1.0) == [Ready()]


def test_one_that_never_agrees_is_given_up() -> None:
    port = Port(ZmtpError("no greeting"))
    port.line.step(0.0)
    with pytest.raises(DaemonMissing, match="does not answer: no greeting"):
        port.line.step(LOST_AFTER_S + 0.1)


def test_who_is_refused_does_not_try_again() -> None:
    port = up(Refused("another mechanism"))
    with pytest.raises(DaemonRefused, match="does not let us in: another mechanism"):
        port.line.step(1.0)
    assert port.closed == 1
