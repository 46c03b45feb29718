"""Test 5: random walks of several people through a real daemon's sockets: frames twice, in the wrong order, with gaps,
not finite, of the wrong shape; acknowledged or not; moved to another connection, cut off, closed, opened anew. A plain
slow model says what must have become of every frame."""
from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
import zmq

from bridge.client import Client
from bridge.frames import Setup, TrackerFrame
from bridge.local import LocalDaemon
from bridge.messages import CloseSession, LiveFrame, OpenSession
from bridge.replies import ErrorMessage, SessionClosed, SessionOpened, Solved
from bridge.security import Connection, read_connection
from bridge.session import CREDIT
from bridge.wire_client import encode_client
from bridge.wire_server import decode_server

Daemons = Callable[..., LocalDaemon]
Sent = tuple[int, str]  # sequence; good, not finite, or two trackers where there are three
PEOPLE, MARKED = 5, 10**9
KINDS = ("good",) * 12 + ("not finite", "two trackers")


def model(sent: list[Sent]) -> tuple[list[int], int, int]:
    """Of frames that arrived in this order: the sequences taken in, and how many were late and invalid."""
    taken, late, invalid = [0], 0, 0
    for sequence, kind in sent:
        if kind == "not finite":
            invalid += 1
        elif sequence <= max(taken):
            late += 1
        elif kind == "two trackers":
            invalid += 1
        else:
            taken.append(sequence)
    return taken[1:], late, invalid


def place_m(number: int, sequence: int) -> float:
    """Where the head is to the left: whose frame it is, and which. The echo engine puts the pelvis below it."""
    return number + 0.001 * (sequence % 500)


def frame_of(number: int, sequence: int, kind: str, time_ns: int) -> TrackerFrame:
    rows = 2 if kind == "two trackers" else 3
    positions = np.full((rows, 3), [place_m(number, sequence), 1.5, 0], dtype=np.float32)
    if kind == "not finite":
        positions[0, 1] = np.nan
    seen = np.ones(rows, dtype=np.bool_)
    return TrackerFrame(sequence, time_ns, positions, np.tile(np.float32([0, 0, 0, 1]), (rows, 1)), seen, seen)


@dataclass
class Wire:
    """One connection to the live port, and what was heard there."""

    socket: zmq.Socket[bytes]
    results: list[int] = field(default_factory=list)
    refused: int = 0  # the latest bad frame that the daemon told of

    def read(self, number: int) -> None:
        while self.socket.poll(0):
            body = decode_server(self.socket.recv())[1]
            if isinstance(body, ErrorMessage):
                self.refused = body.sequence or 0
                continue
            assert isinstance(body, Solved)
            assert body.pose.root_position_m[0] == pytest.approx(place_m(number, body.pose.sequence), abs=1e-4)
            self.results.append(body.pose.sequence)


class Person:
    """One session, all its connections so far, and everything it sent that cannot have been lost."""

    def __init__(self, walk: Walk, number: int) -> None:
        self.walk, self.number, self.name = walk, number, f"person {number}"
        self.token = walk.ask(OpenSession(Setup(), self.name), SessionOpened).session
        self.arrived: list[Sent] = []
        self.unsure: list[Sent] = []  # since it was last known what arrived
        self.wires = [walk.wire()]
        self.newest, self.acknowledged, self.cuts, self.lost, self.marked = 0, 0, 0, 0, MARKED

    def go_on(self, kind: str, step: int, acknowledges: bool) -> None:
        if acknowledges and self.wires[-1].results:
            self.acknowledged = self.wires[-1].results[-1]
        self.send(max(1, self.newest + step), kind)
        self.newest = max(self.newest, self.unsure[-1][0])

    def send(self, sequence: int, kind: str) -> None:
        time_ns = sequence * 11_000_000 + int(self.walk.random.exponential(5e6))  # which may be before the last one's
        frame = frame_of(self.number, sequence, kind, time_ns)
        self.wires[-1].socket.send(encode_client(0, LiveFrame(self.token, frame, self.acknowledged or None)))
        self.unsure.append((sequence, kind))

    def read(self) -> None:
        for wire in self.wires:
            if not wire.socket.closed:
                wire.read(self.number)
        assert sum(result > self.acknowledged for result in self.wires[-1].results) <= CREDIT

    def hears(self, enough: Callable[[Wire], bool]) -> bool:
        """Reads on until it is enough, or nothing more comes."""
        while not enough(self.wires[-1]) and self.wires[-1].socket.poll(500):
            self.read()
        return enough(self.wires[-1])

    def settle(self) -> None:
        """Until all that was sent has been heard: a bad frame that we know again is refused in its turn, and once more
        where there was no room for the refusal."""
        for _ in range(100):
            self.marked += 1
            self.send(self.marked, "not finite")
            if self.hears(lambda wire: wire.refused == self.marked):
                break
        else:
            pytest.fail("nothing is refused any more")
        self.arrived, self.unsure = self.arrived + self.unsure, []
        self.read()

    def move(self) -> None:
        """To another connection; what is still under way to the old one is read there."""
        self.settle()
        self.wires.append(self.walk.wire())

    def cut(self) -> None:
        """Whatever was under way may be lost; of frames, the last ones."""
        under_way, self.unsure = self.unsure, []
        self.wires[-1].socket.close(0)
        self.wires.append(self.walk.wire())
        self.cuts += 1
        self.settle()  # the old connection is closed by the same thread that opens the new one
        heard = self.walk.still_account(self.name)
        arrived = heard.frames + heard.late + heard.invalid - len(self.arrived)
        assert 0 <= arrived <= len(under_way)
        self.lost += len(under_way) - arrived
        self.arrived += under_way[:arrived]  # bad frames count the same wherever they are in line
        self.check(heard)

    def close(self) -> None:
        """The newest frame is answered, once what was is acknowledged; then the account must be the model's."""
        for _ in range(100):
            self.go_on("good", 1, True)
            if self.hears(lambda wire: wire.results[-1:] == [self.newest]):
                break
        else:
            pytest.fail(f"{self.name}: frame {self.newest} is not answered")
        self.settle()
        account = self.walk.ask(CloseSession(self.token), SessionClosed)
        self.check(account)
        assert account.frames == account.answered + account.superseded
        got = [result for wire in self.wires for result in wire.results]
        assert got == sorted(set(got)) and set(got) <= set(model(self.arrived)[0])
        assert 0 <= account.answered - len(got) <= CREDIT * self.cuts
        self.walk.note(account, self.lost, account.answered - len(got))
        for wire in self.wires:
            wire.socket.close(0)

    def check(self, account: SessionClosed) -> None:
        taken, late, invalid = model(self.arrived)
        assert (account.frames, account.late, account.invalid) == (len(taken), late, invalid)


class Walk:
    """People who come, move and go as the random numbers say."""

    def __init__(self, daemon: LocalDaemon, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.there: Connection = read_connection(daemon.connection_file)
        self.context = zmq.Context()
        self.client = Client.at(self.there)
        self.people: dict[int, Person] = {}
        self.totals: Counter[str] = Counter()

    def wire(self) -> Wire:
        socket = self.context.socket(zmq.DEALER)
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(f"tcp://{self.there.host}:{self.there.live_port}")
        return Wire(socket)

    def ask(self, body: OpenSession | CloseSession, kind: type[SessionOpened | SessionClosed]):  # type: ignore[no-untyped-def]
        return self.client._talk.ask(body, kind)

    def still_account(self, name: str) -> SessionClosed:
        """Once it stands still: frames of a connection that is cut may still be on their way in."""
        seen: list[SessionClosed] = []
        while len(seen) < 10 or len({(one.frames, one.late, one.invalid) for one in seen[-10:]}) > 1:
            time.sleep(0.01)
            seen += [one.account for one in self.client.status().sessions if one.name == name]
        return seen[-1]

    def note(self, account: SessionClosed, lost: int, unread: int) -> None:
        self.totals.update(vars(account), lost=lost, answers_lost=unread, sessions=1)

    def step(self) -> None:
        number = int(self.random.integers(1, PEOPLE + 1))
        if number not in self.people:
            self.people[number] = Person(self, number)
        person = self.people[number]
        match int(self.random.integers(200)):
            case 0:
                self.people.pop(number).close()
            case 1 | 2:
                person.move()
            case 3 | 4:
                person.cut()
            case 5:  # whoever opened the sessions is gone without a word; they are kept
                self.client.close()
                self.client = Client.at(self.there)
            case dice if dice < 80:
                person.read()
            case _:
                for _ in range(int(self.random.geometric(0.4))):
                    kind = KINDS[self.random.integers(len(KINDS))]
                    person.go_on(kind, int(self.random.integers(-3, 5)), bool(self.random.integers(4)))

    def close(self) -> None:
        for person in self.people.values():
            person.close()


@pytest.fixture
def walks(daemons: Daemons) -> Iterator[Callable[[int], Walk]]:
    """walks(seed): a walk through a daemon that is the same for all."""
    daemon, made = daemons(), []

    def begin(seed: int) -> Walk:
        made.append(Walk(daemon, seed))
        return made[-1]

    yield begin
    for walk in made:
        walk.client.close()
        walk.context.destroy(0)


@pytest.mark.parametrize("seeds", [3, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_every_frame_of_a_random_walk_is_accounted_for(
    walks: Callable[[int], Walk], figures: Callable[..., None], seeds: int
) -> None:
    totals: Counter[str] = Counter()
    for seed in range(seeds):
        walk = walks(seed)
        for _ in range(1000):
            walk.step()
        walk.close()
        totals += walk.totals
    figures(seeds=seeds, **totals)
    assert min(totals[name] for name in ("answered", "superseded", "late", "invalid")) > 0
