from __future__ import annotations

import random

import pytest

from bridge.farm.dispatch import TRIES, Dispatch


def test_no_more_is_on_its_way_than_there_are_places() -> None:
    table: Dispatch[str, int] = Dispatch(range(5))
    table.is_ready("a")
    table.is_ready("b")
    assert list(table.hand_out()) == [("a", 0), ("b", 1)] and list(table.hand_out()) == []
    table.ended("b", 1)
    assert list(table.hand_out()) == [("b", 2)]


def test_several_are_at_a_place_while_there_is_more_than_enough_for_all() -> None:
    table: Dispatch[str, int] = Dispatch(range(6), abreast=3)
    table.is_ready("a")
    assert list(table.hand_out(starting=1)) == [("a", 0), ("a", 1), ("a", 2)]
    table.is_ready("b")
    assert list(table.hand_out()) == [("b", 3)]  # two wait: whoever is the first to have nothing takes one
    table.ended("a", 0)
    table.ended("b", 3)
    assert list(table.hand_out()) == [("b", 4)] and list(table.hand_out()) == []
    table.ended("a", 2)
    table.ended("a", 1)
    assert list(table.hand_out()) == [("a", 5)] and not table.over


def test_a_place_that_is_starting_gets_its_share_of_few() -> None:
    table: Dispatch[str, int] = Dispatch(range(2), abreast=3)
    table.is_ready("a")
    assert list(table.hand_out(starting=1)) == [("a", 0)]
    table.is_ready("b")
    assert list(table.hand_out()) == [("b", 1)]


def test_what_a_lost_place_had_comes_first_again_until_it_has_cost_too_often() -> None:
    table: Dispatch[int, str] = Dispatch(["poison", "good"])
    for place in range(TRIES):
        table.is_ready(place)
        assert list(table.hand_out()) == [(place, "poison")]
        assert table.lost(place) == (["poison"] if place == TRIES - 1 else [])
    assert table.idle and not table.over
    table.is_ready(9)
    assert list(table.hand_out()) == [(9, "good")]
    table.ended(9, "good")
    assert table.over


@pytest.mark.parametrize("poison", range(12))
def test_what_ends_machines_takes_nothing_else_with_it(poison: int) -> None:
    """Whatever lay beside it is tried again apart."""
    table: Dispatch[int, int] = Dispatch(range(12), abreast=3)
    at: dict[int, list[int]] = {0: [], 1: []}
    given_up, ended = [], []
    for one in at:
        table.is_ready(one)
    for place in range(2, 40):
        for one, job in table.hand_out():
            at[one].append(job)
        for one in [one for one, there in at.items() if poison in there]:
            del at[one]
            given_up += table.lost(one)
            at[place] = []
            table.is_ready(place)
        for one, there in at.items():
            for job in there[:1]:
                table.ended(one, job)
                ended.append(job)
            del there[:1]
    assert table.over and given_up == [poison] and sorted(ended) == [job for job in range(12) if job != poison]


def test_a_place_lost_while_it_was_free_gets_nothing() -> None:
    table: Dispatch[str, int] = Dispatch([1])
    table.is_ready("a")
    assert table.lost("a") == [] and list(table.hand_out()) == [] and table.idle


@pytest.mark.parametrize("abreast", [1, 3])
def test_whatever_comes_and_goes_every_job_ends_once(abreast: int) -> None:
    for seed in range(200):
        chance, ended = random.Random(seed), []
        table: Dispatch[int, int] = Dispatch(range(20), abreast)
        working: dict[int, list[int]] = {}
        for place in range(10_000):
            if table.over:
                break
            table.is_ready(place)
            working[place] = []
            for busy, job in table.hand_out(chance.randint(0, 2)):
                working[busy].append(job)
            assert all(len(there) <= abreast for there in working.values())
            for busy in chance.sample(sorted(working), chance.randint(0, len(working))):
                if chance.random() < 0.3:
                    del working[busy]
                    ended += table.lost(busy)
                elif working[busy]:
                    job = working[busy].pop(chance.randrange(len(working[busy])))
                    table.ended(busy, job)
                    ended.append(job)
        assert sorted(ended) == list(range(20))
