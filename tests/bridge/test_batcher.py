from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from bridge.batcher import next_batch


class Waiting(NamedTuple):
    slot: int
    waiting_since_ns: int
    served_ns: int


waiting = st.lists(st.builds(Waiting, st.integers(0, 40), st.integers(0, 99), st.integers(0, 99)),
                   unique_by=lambda one: one.slot)


@given(waiting)
def test_nothing_runs_while_the_engine_does(several: list[Waiting]) -> None:
    assert next_batch(several, engine_free=False, most=8) == []


def test_nobody_is_asked_while_the_engine_is_busy() -> None:
    def asked() -> Iterator[Waiting]:
        raise AssertionError("asked")
        yield

    assert next_batch(asked(), engine_free=False, most=8) == []


@given(waiting, st.integers(1, 8))
def test_as_many_as_fit_run_each_once_and_who_waited_longest_first(several: list[Waiting], most: int) -> None:
    slots = [one.slot for one in next_batch(several, engine_free=True, most=most)]
    assert len(slots) == len(set(slots)) == min(most, len(several))
    left_out = [one.served_ns for one in several if one.slot not in slots]
    chosen = [one.served_ns for one in several if one.slot in slots]
    assert not left_out or max(chosen) <= min(left_out)


def test_everyone_gets_an_equal_share_when_there_are_too_many() -> None:
    served = dict.fromkeys(range(10), 0)
    runs = Counter[int]()
    for tick in range(1, 101):
        batch = next_batch((Waiting(slot, tick, when) for slot, when in served.items()), True, 4)
        runs.update(one.slot for one in batch)
        served |= {one.slot: 100 * tick + rank for rank, one in enumerate(batch)}
    assert set(runs.values()) == {40}
