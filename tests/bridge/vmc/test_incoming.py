from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from scipy.spatial.transform import Rotation

from bridge.errors import InputInvalid
from bridge.frames import JOINT_INDEX, Setup
from bridge.vmc.incoming import HEAD, LEFT, MOST_DEVICES, RIGHT, STALE_S, Devices, frame_of, trackers_of, worn_on


def packet(*devices: tuple[str, str, tuple[float, ...]]) -> bytes:
    """(kind, serial, place and quaternion) as Unity has them."""
    bundle = OscBundleBuilder(IMMEDIATELY)
    for kind, serial, values in devices:
        message = OscMessageBuilder(f"/VMC/Ext/{kind}/Pos")
        for value in (serial, *values):
            message.add_arg(value)
        bundle.add_content(message.build())
    return bytes(bundle.build().dgram)


def at(x: float, y: float, z: float, yaw: float = 0.0) -> tuple[float, ...]:
    return (x, y, z, *(float(value) for value in Rotation.from_euler("y", yaw).as_quat()))


@pytest.mark.parametrize("yaw", [0.0, 1.5, 3.0, -2.0])
def test_the_hands_are_told_apart_from_the_head_whichever_way_it_looks(yaw: float) -> None:
    """Unity's left is -X for who looks along +Z, and its yaw turns the other way round from ours."""
    turn = Rotation.from_euler("y", yaw)
    left, right = ([float(v) for v in turn.apply([side * 0.4, 1.1, 0.3])] for side in (-1, 1))
    devices = Devices()
    hands = ("Con", "b", at(*right)), ("Con", "a", at(*left))
    assert devices.hear(packet(*hands, ("Hmd", "h", at(0, 1.6, 0, yaw))), 1.0)
    assert worn_on(devices.known, {}) == {"h": HEAD, "a": LEFT, "b": RIGHT}


def test_what_is_told_goes_before_what_is_seen() -> None:
    devices = Devices()
    devices.hear(packet(("Hmd", "h", at(0, 1.6, 0)), ("Con", "a", at(-0.4, 1, 0)), ("Con", "b", at(0.4, 1, 0)),
                        ("Tra", "t", at(0, 1, 0))), 1.0)
    pelvis = JOINT_INDEX["pelvis"]
    assert worn_on(devices.known, {"a": RIGHT, "t": pelvis}) == {"a": RIGHT, "t": pelvis, "h": HEAD, "b": LEFT}
    with pytest.raises(InputInvalid, match="no device 'z'; there are h, a, b, t"):
        worn_on(devices.known, {"z": LEFT})
    with pytest.raises(InputInvalid, match="two devices on one joint"):
        worn_on(devices.known, {"a": LEFT, "b": LEFT})


def test_a_frame_has_our_axes_and_knows_who_is_lost() -> None:
    devices = Devices()
    devices.hear(packet(("Hmd", "h", at(0.5, 1.6, 2.0, 0.5))), 1.0)
    devices.hear(packet(("Con", "a", at(-0.4, 1, 0))), 1.0 + STALE_S)
    frame = frame_of(devices.known, ["h", "a"], 7, 1.1 + STALE_S)
    np.testing.assert_allclose(frame.positions_m, [[-0.5, 1.6, 2.0], [0.4, 1, 0]], atol=1e-6)
    np.testing.assert_allclose(frame.rotations_xyzw[0], [0, -math.sin(0.25), 0, math.cos(0.25)], atol=1e-6)
    assert frame.position_valid.tolist() == frame.rotation_valid.tolist() == [False, True]
    assert [tracker.joint for tracker in trackers_of({"h": HEAD, "a": LEFT}, Setup().trackers)] == [HEAD, LEFT]


@pytest.mark.parametrize("values", [
    at(0, float("nan"), 0), at(0, float("inf"), 0), (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1.0), (),
])
def test_numbers_that_are_none_are_not_believed(values: tuple[float, ...]) -> None:
    devices = Devices()
    assert not devices.hear(packet(("Hmd", "h", values)), 1.0)
    assert not devices.known and devices.refused == 1


def test_no_flood_of_serials_grows_it() -> None:
    devices = Devices()
    for number in range(100):
        devices.hear(packet(("Tra", f"t{number}", at(0, 1, 0))), 1.0)
    assert len(devices.known) == MOST_DEVICES and devices.refused == 100 - MOST_DEVICES


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda tail: b"#bundle\0" + tail),
                 st.binary(max_size=60).map(lambda tail: b"/VMC/Ext/Hmd/Pos\0\0\0\0,sfffffff\0\0\0" + tail)))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    devices = Devices()
    devices.hear(data, 1.0)
    assert all(np.isfinite(device.position_m).all() for device in devices.known.values())
