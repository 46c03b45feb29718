"""What the calibrating command is given is what was read, and what it found becomes lines."""
from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from bridge.capture.body_json import CalibratedBody, Finding, write_body
from bridge.capture.csv import NEUTRAL_HEIGHT_M, read_csv
from bridge.frames import JOINT_INDEX, Setup, Skeleton
from engine_plugins.blender.posebridge.core.calibration import findings, table
from engine_plugins.blender.posebridge.core.mounts import PRESETS
from engine_plugins.blender.posebridge.core.wearer import CalibrationError, wearer_of

JOINTS = ["head", "L_wrist", "pelvis"]
FOUND = (Finding("torso", 1.031, 0.02, 0.09, "", "yes"), Finding("legs", 1, 0.09, 0.09, "", "no"),
         Finding("head mount", 0.012, 0.004, 0.02, "m", "partly"), Finding("head turn", 0.1, 0.01, 0.2, "rad", "yes"))
BODY = CalibratedBody(Setup(), FOUND, "standing", 1.2, 3.2, 0.031, 0.004)


def test_the_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    times, places = np.arange(90) / 45, rng.normal(size=(90, 3, 3))
    turns = Rotation.random(270, random_state=1).as_quat().reshape(90, 3, 4)
    (tmp_path / "standing.csv").write_text(table(JOINTS, times.tolist(), places, turns, 1.6))
    session = read_csv(tmp_path / "standing.csv")
    assert session.clip.rate_hz == 45 and [one.joint for one in session.setup.trackers] == [
        JOINT_INDEX[joint] for joint in JOINTS]
    assert_allclose(session.clip.positions_m, places, atol=1e-5)
    assert np.abs(np.sum(session.clip.rotations_xyzw * turns, axis=-1)).min() > 1 - 1e-6
    assert_allclose(session.setup.skeleton.offsets_m, Skeleton().offsets_m * 1.6 / NEUTRAL_HEIGHT_M, atol=1e-6)


def test_what_was_found_is_told_and_what_was_not_is_not(tmp_path: Path) -> None:
    write_body(tmp_path / "body.json", BODY)
    assert findings((tmp_path / "body.json").read_text()) == [
        "torso: 103.1 % +- 2.0", "head mount: 1.2 cm +- 0.4", "head turn: 5.7 deg +- 0.6",
        "trackers miss the body by 0.4 cm, before by 3.1 cm"]


@pytest.mark.parametrize("text", ["", "[]", '{"findings": [{}]}'])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(CalibrationError):
        findings(text)


def test_the_command_s_file_becomes_a_wearer_that_is_kept_and_found_again(tmp_path: Path) -> None:
    skeleton = Skeleton((Skeleton().offsets_m * 1.1).astype(np.float32))
    write_body(tmp_path / "body.json", replace(BODY, setup=replace(Setup(), skeleton=skeleton)))
    told = wearer_of(1.7, ["head", "L_wrist", "R_wrist"], PRESETS["OPENXR"])
    found = told.calibrated((tmp_path / "body.json").read_text())
    assert_allclose(found.offsets_m, skeleton.offsets_m, atol=1e-6)
    kept = json.dumps({**json.loads(found.to_json()), "said": ["a line"]})
    again = wearer_of(1.5, ["head", "pelvis"], PRESETS["INDEX"]).as_kept(kept)
    assert_allclose(again.offsets_m, found.offsets_m, atol=1e-6)
    assert_allclose(again.mounts[0][1].place_m, found.mounts[0][1].place_m, atol=1e-6)
    assert again.mounts[1] == ("pelvis", PRESETS["INDEX"].mount("pelvis"))
