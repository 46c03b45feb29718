"""The conversation without sockets: what is sent when, and what becomes of every request."""
from __future__ import annotations

import itertools
import random

import pytest

from bridge.config import Limits as DaemonLimits
from bridge.generated import posebridge_pb2 as pb
from bridge.messages import Hello as DaemonHello
from bridge.wire_client import decode_client
from engine_plugins.blender.posebridge.core import client_talk
from engine_plugins.blender.posebridge.core.client_errors import (
    DaemonError,
    DaemonMissing,
    DaemonRefused,
    VersionMismatch,
)
from engine_plugins.blender.posebridge.core.client_events import (
    Answered,
    ClipAdvanced,
    ClipDone,
    Connected,
    Event,
    Failed,
    Leaving,
)
from engine_plugins.blender.posebridge.core.client_talk import GREETING_S, SILENCE_S, Talk
from engine_plugins.blender.posebridge.core.messages import (
    ClientMessage,
    ClientMessageBody,
    ClipProgress,
    ClipSolved,
    EngineState,
    Error,
    ErrorCode,
    GetStatus,
    GoAway,
    Heartbeat,
    Hello,
    Limits,
    Ping,
    Pong,
    ServerMessage,
    ServerMessageBody,
    SolveClip,
    Welcome,
)
from engine_plugins.blender.posebridge.core.wire_format import DecodeError
from tests.engine_plugins.blender.posebridge.core.official import random_message

WELCOME = Welcome(1, "0.9", 5, EngineState.READY, limits=Limits(control_message_bytes=1000))
CLIP_PART = ClipSolved(0, 1, 2, bytes(12), bytes(352), bytes(88))


class Daemon:
    """The other end of a talk, which says what a test wants."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.talk = Talk("token", "a test", self.numbers)
        self.now_s = 0.0

    def sent(self) -> list[ClientMessage]:
        """What the client has sent since."""
        messages = [ClientMessage.decode(payload) for payload in self.talk.out]
        self.talk.out.clear()
        return messages

    def says(self, request: int, body: ServerMessageBody | None) -> list[Event]:
        return self.talk.hear(ServerMessage(request, body).encode(), self.now_s)

    def asked(self, body: ClientMessageBody) -> int:
        request = next(self.numbers)
        self.talk.ask(request, ClientMessage(request, body).encode(), isinstance(body, SolveClip))
        return request

    def greets(self, welcome: ServerMessageBody = WELCOME) -> list[Event]:
        self.talk.connected(self.now_s)
        (hello,) = self.sent()
        assert isinstance(hello.body, Hello)
        return self.says(hello.request_id, welcome)


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


def test_it_begins_with_a_hello_that_the_daemon_understands(daemon: Daemon) -> None:
    daemon.talk.connected(0.0)
    assert decode_client(daemon.talk.out[0], DaemonLimits()) == (1, DaemonHello(1, 1, "token", "a test"))


def test_what_is_asked_waits_for_the_welcome(daemon: Daemon) -> None:
    first = daemon.asked(GetStatus())
    assert daemon.talk.tick(0.0) == [] and daemon.sent() == []
    assert daemon.greets() == [Connected(WELCOME)]
    second = daemon.asked(Ping(1))
    assert daemon.talk.awaits(first) and daemon.talk.awaits(second)
    daemon.talk.tick(0.0)
    assert [message.request_id for message in daemon.sent()] == [first, second]
    assert daemon.says(second, Pong(1)) == [Answered(second, Pong(1))]
    assert daemon.says(second, Pong(1)) == [], "an answer counts once"
    assert daemon.talk.awaits(first) and not daemon.talk.awaits(second)


def test_a_cut_fails_what_was_asked_and_keeps_what_was_not(daemon: Daemon) -> None:
    daemon.greets()
    clip, ping = daemon.asked(SolveClip()), daemon.asked(Ping())
    daemon.talk.tick(0.0)
    waiting = daemon.asked(GetStatus())
    failed = daemon.talk.cut()
    assert [event.request for event in failed if isinstance(event, Failed)] == [clip, ping]
    assert daemon.sent() == []
    daemon.greets()
    daemon.talk.tick(0.0)
    assert [message.request_id for message in daemon.sent()] == [waiting]
    assert daemon.says(clip, CLIP_PART) == []


def test_a_daemon_that_forgot_us_is_greeted_and_asked_again(daemon: Daemon) -> None:
    daemon.greets()
    ping = daemon.asked(Ping(7))
    daemon.talk.tick(0.0)
    daemon.sent()
    assert daemon.says(ping, Error(ErrorCode.HELLO_NEEDED, "who?")) == []
    hello, again = daemon.sent()
    assert isinstance(hello.body, Hello) and again == ClientMessage(ping, Ping(7))
    assert daemon.says(hello.request_id, WELCOME) == [], "it was connected all the time"
    assert daemon.says(ping, Pong(7)) == [Answered(ping, Pong(7))]


def test_a_clip_advances_and_is_done(daemon: Daemon) -> None:
    daemon.greets()
    clip = daemon.asked(SolveClip())
    daemon.talk.tick(0.0)
    assert daemon.says(clip, ClipProgress(1, 2)) == [ClipAdvanced(clip, 1, 2)]
    assert daemon.says(clip, CLIP_PART) == []
    (done,) = daemon.says(clip, ClipSolved(1, 1, 2, bytes(12), bytes(352), bytes(88)))
    assert isinstance(done, ClipDone) and done.request == clip and len(done.clip.local_xyzw) == 2
    assert not daemon.talk.awaits(clip)


def test_a_clip_that_was_not_sent_is_cancelled_without_a_word(daemon: Daemon) -> None:
    clip = daemon.asked(SolveClip())
    (failed,) = daemon.talk.cancel(clip)
    assert isinstance(failed, Failed) and failed.request == clip
    daemon.greets()
    daemon.talk.tick(0.0)
    assert daemon.sent() == [] and daemon.talk.cancel(clip) == []


def test_a_clip_refused_is_forgotten(daemon: Daemon) -> None:
    daemon.greets()
    clip = daemon.asked(SolveClip())
    daemon.talk.tick(0.0)
    (failed,) = daemon.says(clip, Error(ErrorCode.BUSY, "8 clips are waiting", 10.0))
    assert isinstance(failed, Failed) and str(failed.error) == "8 clips are waiting (try again in 10 s)"
    assert daemon.talk.cancel(clip) == [] and daemon.says(clip, CLIP_PART) == []


def test_a_message_too_large_for_the_daemon_is_not_sent(daemon: Daemon) -> None:
    daemon.greets()
    clip = daemon.asked(SolveClip(positions_m=bytes(1001)))
    (failed,) = daemon.talk.tick(0.0)
    assert isinstance(failed, Failed) and failed.request == clip and "the daemon allows 1000" in str(failed.error)
    assert daemon.sent() == [] and daemon.talk.cancel(clip) == []


@pytest.mark.parametrize(("answer", "kind", "said"), [
    (Error(ErrorCode.PROTOCOL_UNSUPPORTED, "the client speaks protocol 1 to 1, this daemon 2 to 3 (version 9)"),
     VersionMismatch, "this daemon 2 to 3 .version 9.: update the older of the two"),
    (Error(ErrorCode.TOKEN_WRONG, "the token is wrong"), DaemonRefused, "the token is wrong"),
    (Welcome(2, "0.9"), VersionMismatch, "version 0.9. chose protocol 2; this plugin speaks 1 to 1"),
    (Pong(), DaemonRefused, "answered our greeting with Pong"),
])
def test_a_greeting_that_fails_ends_it(
    daemon: Daemon, answer: ServerMessageBody, kind: type[DaemonError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        daemon.greets(answer)


def test_a_greeting_that_is_not_answered_ends_it(daemon: Daemon) -> None:
    daemon.talk.connected(0.0)
    daemon.talk.tick(GREETING_S)
    with pytest.raises(DaemonMissing, match="did not answer our greeting"):
        daemon.talk.tick(GREETING_S + 0.1)


def test_silence_ends_it(daemon: Daemon) -> None:
    daemon.greets()
    daemon.now_s = 3.0
    assert daemon.says(0, Heartbeat(1, EngineState.RESTARTING)) == []
    assert daemon.talk.engine == EngineState.RESTARTING
    daemon.talk.tick(3.0 + SILENCE_S)
    with pytest.raises(DaemonMissing, match="has been silent"):
        daemon.talk.tick(3.1 + SILENCE_S)


def test_what_the_daemon_says_by_itself(daemon: Daemon) -> None:
    daemon.greets()
    assert daemon.says(0, GoAway("it is late")) == [Leaving("it is late")]
    assert daemon.says(0, None) == [], "a newer daemon may say what we do not know"


def test_no_message_of_a_hostile_daemon_does_anything_else_than_end_it() -> None:
    source, kept = random.Random(0), 0
    for _ in range(600):
        daemon = Daemon()
        daemon.greets()
        daemon.asked(SolveClip())
        daemon.asked(Ping())
        daemon.talk.tick(0.0)
        message = random_message(pb.ServerMessage.DESCRIPTOR, source)
        message.request_id = source.randint(0, 4)  # type: ignore[attr-defined]
        data = bytearray(message.SerializeToString())
        if data and source.random() < 0.3:
            data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        try:
            daemon.talk.hear(bytes(data), 0.0)
            kept += 1
        except (DecodeError, DaemonError):
            continue
    assert 100 < kept < 600


def test_it_speaks_the_protocol_of_the_contract() -> None:
    assert client_talk.PROTOCOL_MAX == pb.PROTOCOL_CURRENT
