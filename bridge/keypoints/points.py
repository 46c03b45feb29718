"""Where on the body the points are that detectors name: the SMPL joint that carries each, and its place on it.

Metres in the joint's frame on the neutral adult (proto/skeleton.json, 1.70 m tall, T-pose: +X its left, +Y up, +Z
ahead), of the left side; those of the right are mirrored. Where the numbers come from, for somebody of 1.70 m:

- Head. Its joint is 1.52 m high, 0.18 m below the crown: where the skull sits on the neck. Pupils are at 93 % of the
  stature (1.58 m), 63 mm apart; the nose's tip 35 mm below them and 30 mm ahead; the ears' openings (tragia) 13 cm
  below the crown, 15 cm apart, 11 cm behind the nose's tip and about over the joint; the mouth 40 mm below the nose.
- Hips. SMPL's hip joints are 7 cm from the middle and 9 cm below the pelvis joint, lower and closer together than the
  hips that people mark in pictures, which are where the thighs' outer bones are felt: some 11 cm out and 4 cm higher.
  Those of Human3.6M are the motion capture skeleton's, 13 cm out. They are on the pelvis: thighs do not turn them.
- Neck of OpenPose: the middle of the shoulders, carried by spine3. Thorax of Human3.6M: the neck's base, 2 cm above.
- Shoulders, elbows, wrists, knees, ankles: SMPL's own joints, to about a centimetre.
- Feet are 26 cm long; the ankle's joint is 7 cm high, the toes' base 2 cm and 12 cm ahead of it. Heels are 5 cm behind
  the ankle. The big toe's tip is 7 cm ahead of the toes' base and 2 cm to the inside, the small one's 3 and 3.5 cm.
- Hands, palms down: knuckles 8 cm from the wrist, the index finger's and the thumb's ahead, the little finger's behind.
"""
from __future__ import annotations

from typing import NamedTuple

from bridge.generated.skeleton import JOINT_NAMES


class Point(NamedTuple):
    """One point on the body."""

    joint: str  # of bridge.generated.skeleton
    mount_m: tuple[float, float, float] = (0.0, 0.0, 0.0)


MIDDLE = {
    "nose": Point("head", (0.0, 0.025, 0.115)),
    "crown": Point("head", (0.0, 0.18, 0.01)),
    "neck": Point("spine3", (0.0, 0.15, -0.045)),
    "thorax": Point("spine3", (0.0, 0.17, -0.04)),
    "spine": Point("spine2", (0.0, -0.02, 0.0)),
    "mid_hip": Point("pelvis", (0.0, -0.05, -0.005)),
    "mocap_root": Point("pelvis", (0.0, -0.03, 0.0)),
    "mocap_nose": Point("head", (0.0, 0.02, 0.09)),
}
LEFT = {
    "eye": Point("head", (0.032, 0.06, 0.085)),
    "eye_inner": Point("head", (0.017, 0.06, 0.088)),
    "eye_outer": Point("head", (0.045, 0.06, 0.075)),
    "ear": Point("head", (0.075, 0.045, 0.005)),
    "mouth": Point("head", (0.025, -0.015, 0.095)),
    "shoulder": Point("L_shoulder"),
    "elbow": Point("L_elbow"),
    "wrist": Point("L_wrist"),
    "pinky": Point("L_wrist", (0.075, 0.0, -0.035)),
    "index": Point("L_wrist", (0.085, 0.0, 0.025)),
    "thumb": Point("L_wrist", (0.05, -0.01, 0.05)),
    "hip": Point("pelvis", (0.11, -0.05, -0.005)),
    "mocap_hip": Point("pelvis", (0.13, -0.03, 0.0)),
    "knee": Point("L_knee"),
    "ankle": Point("L_ankle"),
    "heel": Point("L_ankle", (0.0, -0.045, -0.05)),
    "big_toe": Point("L_foot", (-0.02, 0.0, 0.07)),
    "small_toe": Point("L_foot", (0.03, -0.005, 0.035)),
    "toes": Point("L_foot", (0.0, 0.0, 0.07)),
}


def _mirrored(point: Point) -> Point:
    out, up, ahead = point.mount_m
    return Point(f"R{point.joint[1:]}" if point.joint.startswith("L_") else point.joint, (-out, up, ahead))


POINTS = {
    **MIDDLE,
    **{f"L_{name}": point for name, point in LEFT.items()},
    **{f"R_{name}": _mirrored(point) for name, point in LEFT.items()},
    **{f"joint_{name}": Point(name) for name in JOINT_NAMES},
}
