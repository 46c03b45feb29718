from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bridge import wire
from bridge.config import Limits
from bridge.frames import JOINT_INDEX, Motion, PoseFrame, Skeleton
from bridge.messages import LiveFrame, Refused
from bridge.motion import joint_positions
from bridge.refusals import refusal_of
from bridge.replies import Solved
from bridge.wire_client import decode_client, encode_client
from bridge.wire_server import decode_server, encode_server

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
CASES = json.loads((FOLDER / "wire.json").read_text())["cases"]
GOOD = [case for case in CASES if "refused" not in case]
BAD = [case for case in CASES if "refused" in case]


def payload(case: dict[str, str]) -> bytes:
    return (FOLDER / "wire" / f"{case['name']}.bin").read_bytes()


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_wire", FOLDER / "make_wire.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_what_the_contract_makes_today() -> None:
    """A change here breaks every client of the same protocol version."""
    made = maker()
    assert (FOLDER / "wire.json").read_text() == made.index()
    assert {path.stem: path.read_bytes() for path in (FOLDER / "wire").glob("*.bin")} == {
        entry["name"]: data for entry, data in made.cases()}


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case["name"])
def test_a_good_message_is_read_and_written_back(case: dict[str, str]) -> None:
    data = payload(case)
    match case["message"]:
        case "ClientMessage":
            request, body = decode_client(data, Limits())
            assert not isinstance(body, Refused)
            again = encode_client(request, body)
        case "ServerMessage":
            again = encode_server(*decode_server(data))
        case "SessionSetup":
            again = wire.encode_setup(*wire.decode_setup(data))
    assert again == data or case["name"] == "tracker_frame_hand_lost"  # what was not tracked is not kept


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["name"])
def test_a_bad_message_is_refused_by_its_name(case: dict[str, str]) -> None:
    _, body = decode_client(payload(case), Limits())
    assert isinstance(body, Refused)
    assert f"ERROR_CODE_{refusal_of(body.error).code.name}" == case["refused"]


def test_the_worked_example_is_true() -> None:
    """The trackers of the frame are where the pose of the answer puts head and wrists."""
    _, live = decode_client((FOLDER / "wire" / "tracker_frame.bin").read_bytes(), Limits())
    _, solved = decode_server((FOLDER / "wire" / "pose_frame.bin").read_bytes())
    assert isinstance(live, LiveFrame) and isinstance(solved, Solved)
    joints = positions(solved.pose)
    assert_allclose(live.frame.positions_m, joints[[JOINT_INDEX[name] for name in ("head", "L_wrist", "R_wrist")]],
                    atol=1e-6)
    assert_allclose(joints[JOINT_INDEX["L_foot"], 1], 0.02, atol=1e-6)
    assert live.frame.sequence == solved.pose.sequence


def positions(pose: PoseFrame) -> np.ndarray:
    return joint_positions(Motion(Skeleton(), 60.0, pose.root_position_m[None], pose.local_xyzw[None]))[0]
