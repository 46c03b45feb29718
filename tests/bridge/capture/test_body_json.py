"""A calibrated body as a file: what was written is read, and what is wrong with one is said."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.capture.body_json import CalibratedBody, Finding, read_body, write_body
from bridge.errors import InputInvalid, InputMissing, UnitInvalid
from bridge.frames import JOINT_INDEX, SensorNoise, Setup, Skeleton, Tracker

HEAD, L_WRIST = JOINT_INDEX["head"], JOINT_INDEX["L_wrist"]
TURNED = np.array([0, 0.6, 0, 0.8], np.float32)


@pytest.fixture
def body() -> CalibratedBody:
    skeleton = Skeleton((1.07 * Skeleton().offsets_m).astype(np.float32))
    trackers = (Tracker(HEAD, np.array([0, 0.08, 0.1], np.float32), TURNED), Tracker(L_WRIST))
    found = (Finding("torso", 1.07, 0.02, 0.09, "", "yes"),)
    return CalibratedBody(Setup(skeleton, trackers), found, "standing", 1.0, 3.0, 0.03, 0.01)


def test_what_was_written_is_read_onto_the_trackers_that_are_there(tmp_path: Path, body: CalibratedBody) -> None:
    write_body(tmp_path / "me.json", body)
    told = Setup(trackers=(Tracker(0), Tracker(HEAD)), noise=SensorNoise(0.01, 0.1), floor_height_m=None)
    setup = read_body(tmp_path / "me.json", told)
    np.testing.assert_allclose(setup.skeleton.offsets_m, body.setup.skeleton.offsets_m, atol=1e-6)
    assert [tracker.joint for tracker in setup.trackers] == [0, HEAD]
    np.testing.assert_allclose(setup.trackers[1].mount_position_m, [0, 0.08, 0.1], atol=1e-6)
    np.testing.assert_allclose(setup.trackers[1].mount_xyzw, TURNED, atol=1e-6)
    assert setup.trackers[0] is told.trackers[0]
    assert setup.noise == told.noise and setup.floor_height_m is None


def test_people_can_read_how_sure_it_is(tmp_path: Path, body: CalibratedBody) -> None:
    write_body(tmp_path / "me.json", body)
    content = json.loads((tmp_path / "me.json").read_text())
    assert content["findings"] == [
        {"name": "torso", "value": 1.07, "sd": 0.02, "sd_before": 0.09, "unit": "", "observed": "yes"}]
    assert (content["pose"], content["start_s"], content["end_s"]) == ("standing", 1.0, 3.0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"format": 2}, InputInvalid),
        ({"offsets_m": {}}, InputInvalid),
        ({"trackers": [{"joint": "tail", "mount_position_m": [0, 0, 0], "mount_xyzw": [0, 0, 0, 1]}]}, InputInvalid),
        ({"trackers": [{"joint": "head", "mount_position_m": [0, 0, 9], "mount_xyzw": [0, 0, 0, 1]}]}, UnitInvalid),
        ({"trackers": [{"joint": "head", "mount_position_m": [0, 0, 0], "mount_xyzw": [0, 0, 0, 2]}]}, UnitInvalid),
        ({"trackers": 3}, InputInvalid),
    ],
)
def test_what_is_wrong_is_said_with_the_file_s_name(
    tmp_path: Path, body: CalibratedBody, change: dict[str, Any], error: type[InputInvalid]
) -> None:
    path = tmp_path / "me.json"
    write_body(path, body)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(error, match=r"me\.json"):
        read_body(path, Setup())


def test_no_file_and_no_json_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputMissing):
        read_body(tmp_path / "none.json", Setup())
    (tmp_path / "text.json").write_text("hello")
    with pytest.raises(InputInvalid):
        read_body(tmp_path / "text.json", Setup())
    (tmp_path / "list.json").write_text("[1, 2]")
    with pytest.raises(InputInvalid):
        read_body(tmp_path / "list.json", Setup())
