from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.viewer.timeline import Timeline, clock

LINE = Timeline(duration_s=2.0, rate_hz=60.0)


def test_it_goes_on_with_the_wall_clock_times_its_speed() -> None:
    assert LINE.after(0.5).time_s == pytest.approx(0.5)
    assert replace(LINE, speed=0.25).after(1.0).frame == 15
    assert replace(LINE, playing=False).after(1.0).time_s == 0


def test_at_the_end_it_begins_anew_or_stays() -> None:
    late = replace(LINE, time_s=1.9)
    assert late.after(0.2).time_s == pytest.approx(0.1) and late.after(0.2).playing
    stays = replace(late, loop=False).after(0.2)
    assert (stays.time_s, stays.playing, stays.frame) == (2.0, False, 120)
    again = stays.toggled()
    assert (again.time_s, again.playing) == (0.0, True)


def test_a_step_is_a_frame_and_stops_it() -> None:
    assert LINE.stepped(1).frame == 1 and not LINE.stepped(1).playing
    assert LINE.stepped(-1).frame == 0 and LINE.at_frame(9999).frame == LINE.frames - 1 == 120
    for frame in range(LINE.frames):
        assert LINE.at_frame(frame).frame == frame


def test_a_file_of_one_frame_stays_where_it_is() -> None:
    still = Timeline(duration_s=0.0, rate_hz=30.0)
    assert still.frames == 1 and still.after(5.0).time_s == 0 and still.after(5.0).after(5.0).frame == 0


def test_it_says_where_it_is() -> None:
    assert replace(LINE, time_s=0.5).readout() == "0:00.500 of 0:02.000, frame 30 of 0 to 120 at 60 Hz"
    assert clock(83.4567) == "1:23.457" and clock(59.9996) == "1:00.000"
