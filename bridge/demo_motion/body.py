"""Puts feet, trunk, legs and arms together into a motion of 22 joints."""
from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from bridge.demo_motion.arms import Arm, move_arm
from bridge.demo_motion.ease import Curve, keyed
from bridge.demo_motion.feet import Foot, move_foot
from bridge.demo_motion.limbs import Limb, bend_to
from bridge.demo_motion.script import Script, demo_script
from bridge.demo_motion.torso import SPINE, Torso, carry
from bridge.frames import JOINT_INDEX, SOLVER_RATE_HZ, Motion, Skeleton
from bridge.generated.skeleton import JOINT_NAMES
from bridge.motion import local_rotations
from bridge.resample_motion import continuous_quaternions

KNEES_OUT_RAD = 0.05
HINGE_OF_KNEES = np.array([1.0, 0.0, 0.0])


def demo_motion(rate_hz: float = SOLVER_RATE_HZ) -> Motion:
    """The shipped demo's motion, on the neutral body."""
    return perform(demo_script(), rate_hz)


def perform(script: Script, rate_hz: float) -> Motion:
    """A script as a motion; the same script and rate give the same motion to the last bit."""
    skeleton = Skeleton()
    times = np.arange(int(script.duration_s * rate_hz)) / rate_hz
    tiptoe = np.radians(keyed(times, script.tiptoe_deg))
    left, right = (move_foot(times, skeleton, side, script.start.footprint(side), script.steps, tiptoe)
                   for side in (0, 1))
    torso = carry(times, rate_hz, skeleton, (left, right), script)
    arms = tuple(move_arm(times, skeleton, torso, script.goals, side) for side in (0, 1))
    world = _trunk(torso)
    for name, foot, arm in zip("LR", (left, right), arms, strict=True):
        world |= _leg(skeleton, torso, foot, name) | _arm(arm, name)
    local = local_rotations(np.stack([world[joint].as_quat() for joint in JOINT_NAMES], axis=1).astype(np.float32))
    return Motion(skeleton, rate_hz, torso.pelvis_m.astype(np.float32), continuous_quaternions(local), name="demo")


def _trunk(torso: Torso) -> dict[str, Rotation]:
    return {"pelvis": torso.pelvis, "neck": torso.neck, "head": torso.head} | dict(zip(SPINE, torso.spine, strict=True))


def _arm(arm: Arm, name: str) -> dict[str, Rotation]:
    return {f"{name}_collar": arm.collar, f"{name}_shoulder": arm.shoulder,
            f"{name}_elbow": arm.elbow, f"{name}_wrist": arm.wrist}


def _leg(skeleton: Skeleton, torso: Torso, foot: Foot, name: str) -> dict[str, Rotation]:
    """Hip and knee so that the ankle is where the foot wants it, the knee forward and a little out."""
    offset = {part: skeleton.offsets_m[JOINT_INDEX[f"{name}_{part}"]].astype(np.float64)
              for part in ("hip", "knee", "ankle")}
    outward = KNEES_OUT_RAD if name == "L" else -KNEES_OUT_RAD
    hip = torso.pelvis_m + torso.pelvis.apply(offset["hip"])
    limb = Limb(offset["knee"], offset["ankle"], HINGE_OF_KNEES)
    upper, lower = bend_to(limb, foot.ankle_m - hip, _forward(foot.yaw_rad + outward))
    return {f"{name}_hip": upper, f"{name}_knee": lower, f"{name}_ankle": foot.foot, f"{name}_foot": foot.toes}


def _forward(yaw_rad: Curve) -> Curve:
    return np.stack([np.sin(yaw_rad), np.zeros_like(yaw_rad), np.cos(yaw_rad)], axis=1)
