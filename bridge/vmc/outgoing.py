"""A solved pose as VMC packets: the root, the hips' place, and every bone's rotation.

Places of other bones are sent as zero: receivers that heed them pull their models apart (their proportions are not
ours), and those that do not lose nothing.
"""
from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.frames import JOINT_INDEX, PoseFrame
from bridge.vmc.axes import flipped_positions, flipped_rotations

BONES = {
    "pelvis": "Hips", "spine1": "Spine", "spine2": "Chest", "spine3": "UpperChest", "neck": "Neck", "head": "Head",
    "L_hip": "LeftUpperLeg", "L_knee": "LeftLowerLeg", "L_ankle": "LeftFoot", "L_foot": "LeftToes",
    "R_hip": "RightUpperLeg", "R_knee": "RightLowerLeg", "R_ankle": "RightFoot", "R_foot": "RightToes",
    "L_collar": "LeftShoulder", "L_shoulder": "LeftUpperArm", "L_elbow": "LeftLowerArm", "L_wrist": "LeftHand",
    "R_collar": "RightShoulder", "R_shoulder": "RightUpperArm", "R_elbow": "RightLowerArm", "R_wrist": "RightHand",
}  # our joints and Unity's HumanBodyBones
IN_A_PACKET = 11  # bones: two packets, each below any network's limit of 1472 bytes
_NOWHERE, _UNTURNED = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)


def packets(pose: PoseFrame, time_s: float) -> Iterator[bytes]:
    """The datagrams of one pose at a time of the sender's clock; the last one says that it is whole."""
    turned = flipped_rotations(pose.local_xyzw)
    hips = flipped_positions(pose.root_position_m)
    bones = [_bone("/VMC/Ext/Bone/Pos", BONES[name], hips if name == "pelvis" else _NOWHERE, turned[joint])
             for name, joint in JOINT_INDEX.items()]
    root = _bone("/VMC/Ext/Root/Pos", "root", _NOWHERE, _UNTURNED)
    last = [_message("/VMC/Ext/OK", 1), _message("/VMC/Ext/T", float(time_s))]
    yield _bundle([root, *bones[:IN_A_PACKET]])
    yield _bundle([*bones[IN_A_PACKET:], *last])


def _bone(address: str, name: str, place: object, turn: object) -> OscMessage:
    values = [float(value) for value in np.concatenate([np.asarray(place), np.asarray(turn)])]
    return _message(address, name, *values)


def _message(address: str, *values: str | float | int) -> OscMessage:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()


def _bundle(messages: list[OscMessage]) -> bytes:
    builder = OscBundleBuilder(IMMEDIATELY)
    for message in messages:
        builder.add_content(message)
    return bytes(builder.build().dgram)
