from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from bridge.config import Limits
from bridge.messages import SolveClip as DaemonClip
from bridge.wire_client import decode_client
from engine_plugins.blender.posebridge.core.client_clip import GatheredClip, clip_request
from engine_plugins.blender.posebridge.core.client_errors import DaemonRefused
from engine_plugins.blender.posebridge.core.messages import ClientMessage, ClipSolved
from tests.engine_plugins.blender.posebridge.core.actor import REST, setup

FRAMES = 4
PLACES = np.stack([REST + 0.01 * number for number in range(FRAMES)])
TURNS = np.tile(np.float64([0, 0, 0, 1]), (FRAMES, 3, 1))
SEEN = np.ones((FRAMES, 3), dtype=np.bool_)


def part(first: int, count: int, total: int, value: float = 0.0, **changes: object) -> ClipSolved:
    def numbers(each: int) -> bytes:
        return np.full(count * each, value, "<f4").tobytes()

    made = ClipSolved(first, count, total, numbers(3), numbers(88), numbers(22))
    for name, change in changes.items():
        setattr(made, name, change)
    return made


def test_a_clip_reaches_the_daemon_as_it_was() -> None:
    lost = SEEN.copy()
    lost[2, 1] = False
    message = clip_request(setup(), 59.94, PLACES, TURNS, lost, SEEN)
    _, clip = decode_client(ClientMessage(3, message).encode(), Limits())
    assert isinstance(clip, DaemonClip) and clip.name == "Ada" and clip.clip.rate_hz == 59.94
    assert_array_equal(clip.clip.positions_m[lost], PLACES[lost].astype(np.float32))
    assert_array_equal(clip.clip.position_valid, lost)


@pytest.mark.parametrize("arrays", [
    (PLACES[:3], TURNS, SEEN, SEEN), (PLACES, TURNS[..., :3], SEEN, SEEN), (PLACES, TURNS, SEEN[:, :2], SEEN),
    (PLACES[:, :2], TURNS[:, :2], SEEN[:, :2], SEEN[:, :2]),
])
def test_readings_of_other_shapes_are_not_sent(arrays: tuple[np.ndarray, ...]) -> None:
    with pytest.raises(ValueError, match="readings of 3 trackers have the shapes"):
        clip_request(setup(), 60.0, *arrays)


def test_parts_are_put_together_in_order() -> None:
    gathered = GatheredClip()
    assert gathered.add(part(0, 2, 5, 1.0)) is None
    clip = gathered.add(part(2, 3, 5, 2.0))
    assert clip is not None
    assert_array_equal(clip.root_position_m[:, 0], [1, 1, 2, 2, 2])
    assert clip.local_xyzw.shape == (5, 22, 4) and clip.confidence.shape == (5, 22)


@pytest.mark.parametrize("wrong", [
    part(1, 1, 5), part(0, 0, 5), part(0, 6, 5), part(0, 2, 5, root_position_m=b""),
    part(0, 2, 5, local_xyzw=bytes(8)), part(0, 2, 5, float("nan")), part(0, 3, 5, confidence=bytes(4)),
])
def test_a_part_that_cannot_be_is_refused(wrong: ClipSolved) -> None:
    with pytest.raises(DaemonRefused, match="the daemon sent"):
        GatheredClip().add(wrong)


def test_a_part_said_twice_is_refused() -> None:
    gathered = GatheredClip()
    gathered.add(part(0, 2, 5))
    with pytest.raises(DaemonRefused, match="frames 0 to 2 of 5 where 2 was due"):
        gathered.add(part(0, 2, 5))
