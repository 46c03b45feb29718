"""AMASS: Z-up to Y-up, the pelvis that is not `trans`, performers' bodies, folder trees and what is refused."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.capture.amass import rest_joints, split_of
from bridge.capture.load import load_motions
from bridge.errors import InputInvalid, InputMissing, NotFinite, TooShort
from bridge.frames import JOINT_COUNT, JOINT_INDEX, Floats, Skeleton
from bridge.generated.skeleton import PARENTS
from bridge.motion import joint_positions

STANDING = Rotation.from_euler("x", 90, degrees=True)  # SMPL's Y-up zero pose put upright in a Z-up world


def recording(frames: int = 6, **changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    poses = rng.normal(scale=0.4, size=(frames, 156))
    poses[:, :3] = (Rotation.from_rotvec(poses[:, :3]) * STANDING).as_rotvec()
    arrays = {
        "poses": poses,
        "trans": rng.normal(size=(frames, 3)),
        "betas": np.full(16, 0.5),
        "gender": np.array(b"female"),
        "mocap_framerate": np.array(120.0),
    }
    return {key: value for key, value in (arrays | changes).items() if value is not None}


def write(path: Path, **changes: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **recording(**changes))
    return path


def tall(betas: Floats, gender: str, family: str) -> Floats:
    assert (gender, family) == ("female", "smplh")
    assert betas == pytest.approx(0.5)
    return 1.1 * rest_joints(Skeleton().offsets_m, np.array([0.01, -0.24, 0.02], np.float32))


def z_up_joints(arrays: dict[str, Any], rest: Floats) -> Floats:
    """Joints as the body model's own formula places them, one frame at a time, in the Z-up world."""
    joints = np.zeros((len(arrays["trans"]), JOINT_COUNT, 3))
    for frame, (pose, trans) in enumerate(zip(arrays["poses"], arrays["trans"], strict=True)):
        world = [np.eye(3)] * JOINT_COUNT
        for joint in range(JOINT_COUNT):
            own = Rotation.from_rotvec(pose[3 * joint : 3 * joint + 3]).as_matrix()
            parent = PARENTS[joint]
            world[joint] = world[parent] @ own if joint else own
            bone = world[parent] @ (rest[joint] - rest[parent]) if joint else rest[0] + trans
            joints[frame, joint] = bone + (joints[frame, parent] if joint else 0)
    return joints


def test_joints_are_the_body_models_turned_y_up(tmp_path: Path) -> None:
    (motion,) = load_motions(write(tmp_path / "a_poses.npz"), bodies=tall)
    x, y, z = np.moveaxis(z_up_joints(recording(), tall(np.full(16, 0.5), "female", "smplh")), -1, 0)
    np.testing.assert_allclose(joint_positions(motion), np.stack([x, z, -y], axis=-1), atol=1e-5)
    assert motion.rate_hz == 120


def test_a_standing_recording_stands_and_faces_forward(tmp_path: Path) -> None:
    poses = np.zeros((4, 165))
    poses[:, :3] = STANDING.as_rotvec()
    path = write(tmp_path / "x_stageii.npz", poses=poses, trans=np.zeros((4, 3)), mocap_framerate=None,
                 mocap_frame_rate=np.array(60), surface_model_type=np.array("smplx"))
    joints = joint_positions(load_motions(path)[0])[0]
    assert joints[JOINT_INDEX["L_foot"], 1] == pytest.approx(0.02, abs=1e-4)
    assert joints[JOINT_INDEX["head"], 1] == pytest.approx(Skeleton().standing_head_height_m, abs=1e-4)
    assert joints[JOINT_INDEX["L_wrist"], 0] > 0.5
    assert joints[JOINT_INDEX["L_foot"], 2] > joints[JOINT_INDEX["L_ankle"], 2]


def test_a_tree_is_read_in_order_with_its_splits(tmp_path: Path) -> None:
    for name in ("CMU/01/walk_poses", "HumanEva/S1/box_poses", "SFU/07/run_stageii"):
        write(tmp_path / f"{name}.npz")
    (tmp_path / "CMU" / "01" / "shape.npz").write_bytes(b"not read")
    motions = load_motions(tmp_path)
    assert [motion.name for motion in motions] == ["CMU/01/walk_poses", "HumanEva/S1/box_poses", "SFU/07/run_stageii"]
    assert [motion.name for motion in load_motions(tmp_path, split=2)] == ["HumanEva/S1/box_poses"]
    splits = [split_of(Path(f"CMU/01/{number}_poses.npz")) for number in range(400)]
    assert 2 <= sum(splits) <= 25


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"trans": None}, InputInvalid, "neither a motion archive"),
        ({"mocap_framerate": None}, InputInvalid, "no frame rate"),
        ({"mocap_framerate": np.array(0.0)}, InputInvalid, "above 0"),
        ({"poses": np.zeros((6, 63))}, InputInvalid, "66 or more"),
        ({"trans": np.zeros((5, 3))}, InputInvalid, r"allowed is \(6, 3\)"),
        ({"poses": np.full((6, 156), np.nan)}, NotFinite, "poses"),
        ({"poses": np.zeros((1, 156)), "trans": np.zeros((1, 3))}, TooShort, "1 frames"),
    ],
)
def test_refuses(tmp_path: Path, changes: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        load_motions(write(tmp_path / "bad_poses.npz", **changes))


def test_refuses_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no AMASS recordings"):
        load_motions(tmp_path)
