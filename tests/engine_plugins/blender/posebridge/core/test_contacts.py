"""When toes stand: the demo's own steps, not a person on the move, not a moment too short."""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from bridge.demo_motion import demo_motion
from bridge.motion import joint_positions
from engine_plugins.blender.posebridge.core.contacts import planted_toes
from engine_plugins.blender.posebridge.core.motion import SolvedMotion, global_rotations
from tests.engine_plugins.blender.posebridge.core.posed_rig import solved
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL


def flags(motion: SolvedMotion) -> np.ndarray:
    spans = planted_toes(motion, global_rotations(motion.local_xyzw))
    found = np.zeros((len(motion), 2), dtype=bool)
    for side in (0, 1):
        for start, end in spans[side]:
            assert 0 <= start < end <= len(motion)
            found[start:end, side] = True
    return found


def test_the_demo_s_toes_are_planted_when_they_do_not_move() -> None:
    demo = demo_motion()
    toes = joint_positions(demo)[:, [JOINTS.index("L_foot"), JOINTS.index("R_foot")]]
    speed = np.linalg.norm(np.gradient(toes, axis=0), axis=-1) * demo.rate_hz
    found = flags(solved(demo))
    assert found[speed < 0.002].mean() > 0.995
    assert not found[speed > 0.4].any()


def standing(height_m: np.ndarray, along_m: np.ndarray) -> SolvedMotion:
    """The T-pose at 60 Hz, its toes this high over where they stand and this far along."""
    root = np.stack([along_m, 0.94 + height_m, np.zeros_like(along_m)], axis=-1)
    return SolvedMotion(NEUTRAL, 60.0, root, np.tile([0.0, 0, 0, 1], (len(root), 22, 1)))


def test_slow_in_the_air_is_not_planted_and_gliding_is_not_either() -> None:
    still = np.zeros(120)
    assert flags(standing(still, still)).all()
    hop = np.where(np.arange(120) > 60, 0.3, 0.0)
    assert not flags(standing(hop, still))[70:].any()
    assert not flags(standing(still, np.arange(120) * 0.5 / 60)).any()


def test_a_short_gap_is_no_step_and_a_short_stance_is_none() -> None:
    still = np.zeros(120)
    twitch = np.where(np.arange(120) == 60, 0.01, 0.0)
    assert flags(standing(still, twitch)).all()
    running = np.concatenate([np.arange(60.0), np.full(4, 59.0), np.arange(59.0, 115.0)]) / 60
    assert not flags(standing(still, running)).any()


def test_a_higher_floor_is_a_floor() -> None:
    still = np.zeros(60)
    raised = replace(standing(still, still), root_m=standing(still + 1.0, still).root_m)
    assert flags(raised).all()
