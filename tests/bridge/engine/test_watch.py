from __future__ import annotations

import itertools

import pytest

from bridge.config import Timing
from bridge.engine.orders import Beat, JobProgress, Poses
from bridge.engine.pulse import BEAT_S
from bridge.engine.watch import Watch, Work

TIMING = Timing()


class Watched:
    """A watch and an engine that beats every quarter second, over turns of the loop of an eighth."""

    def __init__(self) -> None:
        self.watch, self.now_s = Watch(TIMING), 100.0
        self.steps, self.cpu_s = 0, 0.0

    def goes_on(self, seconds: float, work: Work, beats: bool = True, cpu: float = 0.0) -> str | None:
        """How it hangs, if it does within the time; cpu: of the engine's time."""
        for turn in range(round(8 * seconds)):
            self.now_s += 0.125
            self.cpu_s += 0.125 * cpu
            if beats and turn % 2:
                self.watch.heard(Beat(self.steps, self.cpu_s))
            if hangs := self.watch.look(self.now_s, work):
                return hangs
        return None


@pytest.fixture
def watched() -> Watched:
    one = Watched()
    one.watch.look(one.now_s, Work.NONE)
    return one


def test_an_engine_with_nothing_to_do_may_be_silent(watched: Watched) -> None:
    assert watched.goes_on(100, Work.NONE, beats=False) is None
    assert watched.goes_on(1.9, Work.TICK, beats=False) is None


@pytest.mark.parametrize("work", [Work.TICK, Work.CLIP])
def test_one_that_gives_no_sign_of_life_hangs_after_two_seconds(watched: Watched, work: Work) -> None:
    assert watched.goes_on(2.0, work, beats=False) is None
    assert watched.goes_on(0.25, work, beats=False) == "no answer for 2 s, nor a sign of life"


@pytest.mark.parametrize("work", [Work.TICK, Work.CLIP])
def test_one_that_lives_and_computes_nothing_hangs_too(watched: Watched, work: Work) -> None:
    assert watched.goes_on(2.0, work) is None
    assert watched.goes_on(0.5, work) == "no answer for 2 s, and it computes nothing"


def test_one_that_computes_is_slow_before_it_hangs(watched: Watched) -> None:
    assert watched.goes_on(TIMING.engine_tick_s, Work.TICK, cpu=0.05) is None
    assert watched.goes_on(0.5, Work.TICK, cpu=0.05) == "10 s of work at one step"


def test_a_piece_of_a_clip_may_take_longer(watched: Watched) -> None:
    assert watched.goes_on(TIMING.engine_piece_s, Work.CLIP, cpu=1.0) is None
    assert watched.goes_on(0.5, Work.CLIP, cpu=1.0) == "60 s of work at one step"


def test_every_step_and_every_answer_is_progress(watched: Watched) -> None:
    for number in range(20):
        assert watched.goes_on(1.5, Work.CLIP) is None
        if number % 2:
            watched.steps += 1
        else:
            watched.watch.heard(Poses(1, (), ()) if number % 4 else JobProgress(1, 5, 9))


def test_nobody_hangs_while_the_machine_stands_still(watched: Watched) -> None:
    for pause_s in itertools.repeat(30.0, 3):
        watched.now_s += pause_s  # the loop does not turn, and nobody beats
        assert watched.watch.look(watched.now_s, Work.TICK) is None
    assert watched.goes_on(0.4, Work.TICK, beats=False) is None
    assert watched.goes_on(0.25, Work.TICK, beats=False)


def test_an_engine_that_is_starved_hangs_no_sooner_for_it(watched: Watched) -> None:
    """One beat in a second and a half, and a little computing in each."""
    for _ in range(20):
        assert watched.goes_on(1.5, Work.TICK, beats=False, cpu=0.01) is None
        watched.watch.heard(Beat(watched.steps, watched.cpu_s))
    assert TIMING.engine_tick_s > 20 * BEAT_S
