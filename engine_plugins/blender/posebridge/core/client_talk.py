"""The conversation on the control socket: greet, ask, hear. No sockets and no clock: what is to be sent lies in `out`.

    cut ----------> connected() says Hello ----------> Welcome: what waited is asked
     ^                                                      |
     +------- cut(): what was asked and not answered fails -+
"""
from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from .client_clip import GatheredClip
from .client_errors import DaemonError, DaemonMissing, DaemonRefused, VersionMismatch
from .client_events import Answered, ClipAdvanced, ClipDone, Connected, Event, Failed, Leaving
from .messages import (
    CancelClip,
    ClientMessage,
    ClipProgress,
    ClipSolved,
    EngineState,
    Error,
    ErrorCode,
    GoAway,
    Heartbeat,
    Hello,
    Pong,
    Protocol,
    ServerMessage,
    Welcome,
)
from .wire_message import Message

PROTOCOL_MIN = PROTOCOL_MAX = int(Protocol.CURRENT)
GREETING_S = 5.0
SILENCE_S = 3.5  # the daemon is heard of once a second


class Talk:
    """`numbers`: of requests, shared with whoever gives them out. `engine`: the daemon's, as last heard."""

    def __init__(self, token: str, name: str, numbers: Iterator[int]) -> None:
        self._hello = Hello(PROTOCOL_MIN, PROTOCOL_MAX, token, name)
        self._numbers = numbers
        self._greeting: int | None = None  # the Hello that waits for its Welcome
        self._greeted = False
        self._since_s = 0.0
        self._most_bytes = 0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._asked: dict[int, bytes] = {}
        self._clips: dict[int, GatheredClip] = {}
        self.engine = int(EngineState.UNSPECIFIED)
        self.leaving = ""  # why the daemon leaves, once it said so
        self.out: deque[bytes] = deque()

    def ask(self, request: int, payload: bytes, clip: bool = False) -> None:
        """A ClientMessage with that number, of a clip or not. Goes as soon as the daemon has greeted us."""
        if clip:
            self._clips[request] = GatheredClip()
        self._waiting.append((request, payload))

    def awaits(self, request: int) -> bool:
        """Whether its answer may still come."""
        return request in self._asked or any(request == one for one, _ in self._waiting)

    def cancel(self, request: int) -> list[Event]:
        """A clip nobody wants any more: it fails at once, and the daemon is told if it knows of it."""
        if self._clips.pop(request, None) is None:
            return []
        waiting = len(self._waiting)
        self._waiting = deque(one for one in self._waiting if one[0] != request)
        if len(self._waiting) == waiting:
            self._asked.pop(request, None)
            cancel = next(self._numbers)
            self.ask(cancel, ClientMessage(cancel, CancelClip(request)).encode())
        return [Failed(request, DaemonRefused("the clip was cancelled", ErrorCode.CANCELLED))]

    def connected(self, now_s: float) -> None:
        """A connection is there: it begins with Hello."""
        self._since_s = now_s
        self._greet()

    def cut(self) -> list[Event]:
        """The connection broke. What the daemon may or may not have heard will not be answered."""
        self._greeting, self._greeted = None, False
        self.out.clear()
        asked, self._asked = self._asked, {}
        for request in asked:
            self._clips.pop(request, None)
        error = DaemonMissing("the connection to the daemon was cut before it answered; ask again")
        return [Failed(request, error) for request in asked]

    def tick(self, now_s: float) -> list[Event]:
        """Sends what waited; DaemonMissing if the daemon says nothing although it is connected."""
        silent_s = now_s - self._since_s
        if self._greeted and silent_s > SILENCE_S:
            raise DaemonMissing(f"the daemon has been silent for {SILENCE_S:g} s")
        if self._greeting is not None and not self._greeted and silent_s > GREETING_S:
            raise DaemonMissing(f"the daemon did not answer our greeting within {GREETING_S:g} s")
        if not self._greeted:
            return []
        refused = [event for request, payload in self._waiting for event in self._go(request, payload)]
        self._waiting.clear()
        return refused

    def hear(self, payload: bytes, now_s: float) -> list[Event]:
        """What the daemon says. DecodeError or a DaemonError if there can be no conversation with it."""
        message = ServerMessage.decode(payload)
        self._since_s = now_s
        match message.body:
            case Heartbeat(engine=engine) | Pong(engine=engine) | Welcome(engine=engine):
                self.engine = engine
            case GoAway(reason=reason):
                self.leaving = reason or "it was stopped"
                return [Leaving(self.leaving)]
        if message.request_id == self._greeting:
            return self._greeted_by(message.body)
        return self._answered(message.request_id, message.body)

    def _greet(self) -> None:
        self._greeting = next(self._numbers)
        self.out.append(ClientMessage(self._greeting, self._hello).encode())

    def _go(self, request: int, payload: bytes) -> list[Event]:
        if len(payload) > self._most_bytes:
            self._clips.pop(request, None)
            return [Failed(request, DaemonRefused(
                f"the message takes {len(payload)} bytes; the daemon allows {self._most_bytes}", ErrorCode.TOO_LARGE))]
        self._asked[request] = payload
        self.out.append(payload)
        return []

    def _greeted_by(self, body: Message | None) -> list[Event]:
        self._greeting = None
        if isinstance(body, Error):
            raise refusal_of_hello(body)
        if not isinstance(body, Welcome):
            raise DaemonRefused(f"the daemon answered our greeting with {type(body).__name__}")
        if not PROTOCOL_MIN <= body.protocol <= PROTOCOL_MAX:
            raise VersionMismatch(f"the daemon (version {body.version}) chose protocol {body.protocol}; this plugin "
                                  f"speaks {PROTOCOL_MIN} to {PROTOCOL_MAX}")
        again, self._greeted = self._greeted, True
        self._most_bytes = body.limits.control_message_bytes if body.limits else 0
        return [] if again else [Connected(body)]

    def _answered(self, request: int, body: Message | None) -> list[Event]:
        if request not in self._asked or body is None:  # a clip that was cancelled, or what a newer daemon says
            return []
        if isinstance(body, Error) and body.code == ErrorCode.HELLO_NEEDED:
            return self._ask_again(request)
        if request in self._clips:
            self._asked[request] = b""  # heard and taken: it will not be asked again
            return self._of_clip(request, body)
        del self._asked[request]
        return [Failed(request, error_of(body)) if isinstance(body, Error) else Answered(request, body)]

    def _ask_again(self, request: int) -> list[Event]:
        """The daemon had to forget us, as too many others came."""
        payload = self._asked[request]
        self._greet()
        return self._go(request, payload)

    def _of_clip(self, request: int, body: Message) -> list[Event]:
        if isinstance(body, ClipProgress):
            return [ClipAdvanced(request, body.frames_done, body.frames_total)]
        if isinstance(body, ClipSolved):
            clip = self._clips[request].add(body)
            if clip is None:
                return []
            self._forget(request)
            return [ClipDone(request, clip)]
        self._forget(request)
        return [Failed(request, error_of(body) if isinstance(body, Error) else DaemonRefused(
            f"the daemon answered a clip with {type(body).__name__}"))]

    def _forget(self, request: int) -> None:
        del self._asked[request], self._clips[request]


def error_of(error: Error) -> DaemonRefused:
    later = f" (try again in {error.retry_after_s:g} s)" if error.retry_after_s > 0 else ""
    return DaemonRefused(error.message + later, error.code, error.retry_after_s)


def refusal_of_hello(error: Error) -> DaemonError:
    if error.code == ErrorCode.PROTOCOL_UNSUPPORTED:
        return VersionMismatch(f"{error.message}: update the older of the two")
    return error_of(error)
