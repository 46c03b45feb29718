from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.client_family import Numbers
from bridge.config import WIDE_CONTROL_PORT, WIDE_LIVE_PORT, ServeConfig
from bridge.family import again, by_room, device_setting, devices, joined, members, told_to_all
from bridge.messages import EngineState
from bridge.replies import SessionClosed, SessionStatus, Status, WatchedSession
from bridge.security import Connection

USUAL = ServeConfig(connection_file=Path("/run/daemon.json"), recordings=Path("/recordings"), daemons=3)
HERE = Connection("127.0.0.1", 4001, 4002, "secret", 12, 1, "0.1.0")


def status(sessions: int, most: int = 16, clips: int = 0, engine: EngineState = EngineState.READY) -> Status:
    account = SessionClosed(10 * sessions, 9 * sessions, sessions, 0)
    one = SessionStatus("Ada", 3, 5, 5, True, "", SessionClosed(10, 9, 1, 0))
    return Status(engine, "default", "cpu", 100 + sessions, 10, 2.0 + sessions, 3.0, clips, most, (one,) * sessions,
                  account)


def test_no_two_daemons_share_a_file_or_a_port_and_one_has_the_jobs() -> None:
    named = replace(USUAL, control_port=7000, live_port=7001, metrics_port=9464, allow_jobs=(Path("/takes"),))
    each = members(named)
    ports = [port for own in each for port in (own.control_port, own.live_port, own.metrics_port)]
    assert len(set(ports)) == len(ports) and ports[:3] == [7000, 7001, 9464]
    assert len({own.connection_file for own in each} | {named.connection_file}) == 4
    assert len({own.recordings for own in each}) == 3 and each[0].recordings == named.recordings
    assert [bool(own.allow_jobs) for own in each] == [True, False, False]
    assert all(own.daemons == 1 and own.follow_parent for own in each)


def test_any_free_port_stays_any_free_port_and_no_metrics_stay_none() -> None:
    assert {(own.control_port, own.live_port, own.metrics_port) for own in members(USUAL)} == {(0, 0, None)}
    assert {own.metrics_port for own in members(replace(USUAL, metrics_port=0))} == {0}


def test_beyond_this_machine_all_ports_are_known_beforehand() -> None:
    found = [(own.control_port, own.live_port) for own in members(replace(USUAL, host="0.0.0.0"))]
    assert found == [(WIDE_CONTROL_PORT + 2 * number, WIDE_LIVE_PORT + 2 * number) for number in range(3)]


def test_who_died_comes_back_to_its_ports_unless_they_are_what_it_died_of() -> None:
    assert again(USUAL, HERE, -9) == replace(USUAL, control_port=4001, live_port=4002)
    assert again(USUAL, HERE, 2) == USUAL == again(USUAL, None, 6)


@pytest.mark.parametrize(("visible", "listed", "found"), [
    (None, ["GPU 0: A", "GPU 1: B"], ["0", "1"]), ("2, 3", ["GPU 0: A"], ["2", "3"]), ("", ["GPU 0: A"], []),
    (None, [], []),
])
def test_gpus_are_those_that_may_be_used(visible: str | None, listed: list[str], found: list[str]) -> None:
    assert devices(visible, listed) == found


def test_each_daemon_takes_the_next_gpu_and_around_again() -> None:
    settings = [device_setting(number, "cuda", ["4", "6"]) for number in range(3)]
    assert [setting["CUDA_VISIBLE_DEVICES"] for setting in settings] == ["4", "6", "4"]
    assert device_setting(0, "cpu", ["4"]) == device_setting(0, "cuda", []) == {}


def test_a_session_goes_where_the_most_room_is_and_among_equals_to_the_first() -> None:
    assert by_room([status(2), status(1), status(1), status(0, most=1)]) == [1, 2, 0, 3]
    assert by_room([status(0, engine=EngineState.RESTARTING), status(16), status(15)]) == [2, 1, 0]
    assert by_room([status(1, clips=2), status(1, clips=1)]) == [1, 0]


def test_sessions_one_after_another_are_spread_evenly() -> None:
    counts = [0, 0, 0]
    for _ in range(9):
        counts[by_room([status(count) for count in counts])[0]] += 1
    assert counts == [3, 3, 3]


def test_all_as_one_is_their_sum_and_no_better_than_the_worst() -> None:
    both = joined([status(2), status(1, engine=EngineState.RESTARTING, clips=4)])
    assert (len(both.sessions), both.sessions_most, both.clips_waiting, both.ticks) == (3, 32, 4, 20)
    assert both.account == SessionClosed(30, 27, 3, 0)
    assert (both.engine, both.up_ns, both.tick_p50_ms) == (EngineState.RESTARTING, 102, 4.0)
    assert (both.model, both.device) == ("default", "cpu")
    assert joined([status(2)]) == status(2)


def test_the_first_is_what_clients_find_who_know_only_one() -> None:
    second = replace(HERE, control_port=5001)
    assert told_to_all([HERE, second]) == replace(HERE, others=(second,))
    assert told_to_all([HERE]) == HERE


def seen(number: int) -> WatchedSession:
    return WatchedSession(number, "", None, None, None)


def test_watched_sessions_of_two_daemons_keep_numbers_of_their_own() -> None:
    numbers, second = Numbers(), replace(HERE, pid=13)
    first = [one.number for one in numbers.ours(HERE, [seen(1), seen(2)])]
    beside = [one.number for one in numbers.ours(second, [seen(1)])]
    assert len({*first, *beside}) == 3
    assert [one.number for one in numbers.ours(HERE, [seen(2)])] == first[1:]
    assert numbers.theirs(HERE, [*first, *beside]) == (2,) and numbers.theirs(second, beside) == (1,)
    anew = [one.number for one in numbers.ours(replace(second, pid=14), [seen(1)])]
    assert not {*anew} & {*first, *beside}
