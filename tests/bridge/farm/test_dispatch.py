from __future__ import annotations

import random

from bridge.farm.dispatch import TRIES, Dispatch


def test_no_more_is_on_its_way_than_there_are_places() -> None:
    table: Dispatch[str, int] = Dispatch(range(5))
    table.is_ready("a")
    table.is_ready("b")
    assert list(table.hand_out()) == [("a", 0), ("b", 1)] and list(table.hand_out()) == []
    assert table.ended("b") == 1 and list(table.hand_out()) == [("b", 2)]


def test_what_a_lost_place_had_comes_first_again_until_it_has_cost_too_often() -> None:
    table: Dispatch[int, str] = Dispatch(["poison", "good"])
    for place in range(TRIES):
        table.is_ready(place)
        assert list(table.hand_out()) == [(place, "poison")]
        assert table.lost(place) == ("poison" if place == TRIES - 1 else None)
    assert table.idle and not table.over
    table.is_ready(9)
    assert list(table.hand_out()) == [(9, "good")] and table.ended(9) == "good" and table.over


def test_a_place_lost_while_it_was_free_gets_nothing() -> None:
    table: Dispatch[str, int] = Dispatch([1])
    table.is_ready("a")
    assert table.lost("a") is None and list(table.hand_out()) == [] and table.idle


def test_whatever_comes_and_goes_every_job_ends_once() -> None:
    for seed in range(200):
        chance, ended = random.Random(seed), []
        table: Dispatch[int, int] = Dispatch(range(20))
        working: dict[int, int] = {}
        for place in range(10_000):
            if table.over:
                break
            table.is_ready(place)
            working |= dict(table.hand_out())
            for busy in chance.sample(sorted(working), chance.randint(0, len(working))):
                job = working.pop(busy)
                if chance.random() < 0.3:
                    ended += [job] if table.lost(busy) is not None else []
                else:
                    ended.append(table.ended(busy))
        assert sorted(ended) == list(range(20))
