from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pythonosc.osc_packet import OscPacket

from bridge.frames import JOINT_INDEX, PoseFrame
from bridge.vmc.outgoing import BONES, packets


@pytest.fixture
def pose(pose_frame: Callable[..., PoseFrame]) -> PoseFrame:
    made = pose_frame(3)
    made.local_xyzw[JOINT_INDEX["L_knee"]] = [0.6, 0.0, 0.8, 0.0]
    return made


def read(pose: PoseFrame) -> list[tuple[str, list[object]]]:
    messages = [timed.message for packet in packets(pose, 12.5) for timed in OscPacket(packet).messages]
    return [(message.address, message.params) for message in messages]


def test_each_bone_goes_out_once_under_its_name_there(pose: PoseFrame) -> None:
    bones = {params[0]: params[1:] for address, params in read(pose) if address == "/VMC/Ext/Bone/Pos"}
    assert set(bones) == set(BONES.values()) and len(BONES) == len(JOINT_INDEX) == 22
    np.testing.assert_allclose(bones["LeftLowerLeg"], [0, 0, 0, 0.6, 0.0, -0.8, 0.0], atol=1e-6)
    np.testing.assert_allclose(bones["Hips"], [0, 0.94, 0, 0, 0, 0, 1], atol=1e-6)
    assert all(params[:3] == [0, 0, 0] for name, params in bones.items() if name != "Hips")


def test_the_last_packet_says_that_it_is_whole_and_when(pose: PoseFrame) -> None:
    messages = read(pose)
    assert messages[0][0] == "/VMC/Ext/Root/Pos"
    assert messages[-2:] == [("/VMC/Ext/OK", [1]), ("/VMC/Ext/T", [12.5])]


def test_no_packet_is_cut_by_a_network(pose: PoseFrame) -> None:
    sizes = [len(packet) for packet in packets(pose, 0.0)]
    assert len(sizes) == 2 and max(sizes) <= 1472
