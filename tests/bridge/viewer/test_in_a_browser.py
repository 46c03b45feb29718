"""The page in a real browser: what is told is to be read there, and who is shown is to be seen."""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.client import Client
from bridge.frames import Motion, Setup, TrackerFrame
from bridge.simulate import as_session
from bridge.viewer.people import take_of

WAIT_S = 120.0
pytestmark = pytest.mark.timeout(300)  # a processor draws what a graphics card would


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture
def half_sure(swaying: Callable[..., Motion]) -> Motion:
    """Sure of what is above the hips, and a guess below."""
    motion = swaying()
    confidence = np.ones((len(motion), 22), np.float32)
    confidence[:, [1, 2, 4, 5, 7, 8, 10, 11]] = 0.1
    return replace(motion, confidence=confidence)


def test_a_file_is_seen_in_its_colours_and_moves_by_hand(page: Callable[..., Any], half_sure: Motion) -> None:
    from bridge.viewer.play import play

    take = take_of("Ada", half_sure, as_session(half_sure), truth=half_sure)
    tab = page(lambda server, running: play(server, [take], at_s=1.0, running=running))
    text = tab.wait_for("0.0 cm from the truth")
    assert "0:01.000" in text and "frame 60 of 0 to 119 at 60 Hz" in text and "within 5 cm" in text
    until(lambda: min(tab.coloured().values()) > 1000)
    tab.press("ArrowRight", "ArrowRight", 39)
    tab.wait_for("frame 61 of")
    tab.press(" ", "Space", 32)
    until(lambda: "frame 61 of" not in tab.text())  # it plays
    tab.press(" ", "Space", 32)
    tab.tick("Bodies")
    until(lambda: max(tab.coloured().values()) < 300)


def test_who_is_live_comes_and_goes(
    page: Callable[..., Any], serve: Callable[..., tuple[Any, Path]], tracker_frame: Callable[..., TrackerFrame]
) -> None:
    from bridge.viewer.watch import watch

    _, file = serve()
    with Client.connect(file) as client:
        client.wait_ready(20)
        tab = page(lambda server, running: watch(server, lambda: Client.connect(file), running))
        tab.wait_for("Nobody is live")
        with client.open_session(Setup(), "Grace") as live:
            tab.wait_for("no answer yet")
            live.send(tracker_frame(1))
            assert live.poll(3.0)
            assert "Grace" in tab.wait_for("poses/s") and "1 live" in tab.text()
            until(lambda: sum(tab.coloured().values()) > 1000)
        assert "Grace" not in tab.wait_for("Nobody is live")
        until(lambda: sum(tab.coloured().values()) < 100)
