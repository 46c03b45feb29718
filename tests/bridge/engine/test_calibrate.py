"""Where sessions meet the maths: what was told tightens what is believed."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.engine.calibrate import Calibrator
from bridge.errors import InputInvalid
from bridge.frames import JOINT_COUNT, Motion, SensorNoise, Session, Setup, Skeleton
from bridge.simulate import as_session


@pytest.fixture(scope="module")
def calibrator() -> Calibrator:
    return Calibrator()


def t_pose(rate_hz: float = 90.0) -> Session:
    """A neutral person in the T-pose, as a device with a clock of its own saw it."""
    count = round(3 * rate_hz)
    local = np.tile(np.array([0, 0, 0, 1], np.float32), (count, JOINT_COUNT, 1))
    root = np.tile(np.array([0.0, 0.94, 0.0], np.float32), (count, 1))
    return as_session(Motion(Skeleton(), rate_hz, root, local, name="held"))


def test_any_rate_will_do_and_what_is_not_bones_or_mounts_stays(calibrator: Calibrator) -> None:
    session = t_pose()
    told = replace(session, setup=replace(session.setup, noise=SensorNoise(0.004, 0.02)))
    body = calibrator.calibrate(told, "t-pose")
    assert 0 <= body.start_s < body.end_s <= 3.0
    assert body.setup.noise == told.setup.noise and body.setup.floor_height_m == told.setup.floor_height_m
    assert [one.joint for one in body.setup.trackers] == [one.joint for one in told.setup.trackers]
    grown = body.setup.skeleton.standing_head_height_m / Setup().skeleton.standing_head_height_m
    assert grown == pytest.approx(1, abs=0.03)


def test_a_told_height_and_loose_mounts_change_how_sure_it_is(calibrator: Calibrator) -> None:
    usual, tall, loose = (
        {one.name: one for one in calibrator.calibrate(t_pose(), "t-pose", **told).findings}
        for told in ({}, {"height_told": True}, {"mount_sd_m": 0.03}))
    assert tall["head height"].sd_before < 0.5 * usual["head height"].sd_before
    assert tall["head height"].sd < usual["head height"].sd
    assert loose["mount on head"].sd_before == pytest.approx(0.03)
    assert loose["forearms"].sd > usual["forearms"].sd


def test_what_never_occurs_is_the_session_s_fault(calibrator: Calibrator) -> None:
    session = t_pose()
    short = replace(session.clip, **{name: getattr(session.clip, name)[:20] for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")})
    with pytest.raises(InputInvalid, match="held: no calibration"):
        calibrator.calibrate(replace(session, clip=short), "standing")
