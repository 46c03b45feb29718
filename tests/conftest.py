"""What tests in several rooms need."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is there: tests' tensors are small, threads only wait

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from bridge.frames import JOINT_COUNT, Motion, Skeleton
from bridge.generated.skeleton import PARENTS
from tests.bridge.cable import Cable

ROOT = Path(__file__).resolve().parent
WATCH_THE_CLOCK = tuple(str(ROOT / room) for room in (
    "promises", "bridge/test_", "bridge/viewer", "bridge/vmc", "engine_plugins/blender/posebridge",
    "engine_plugins/unity"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers (-n 2 --dist loadgroup) the tests that time live daemons run one after another on one of
    them; of the others each file is a piece of work."""
    if config.getoption("dist", "no") != "loadgroup":
        return
    for item in items:
        clock = str(item.path).startswith(WATCH_THE_CLOCK)
        item.add_marker(pytest.mark.xdist_group("clock" if clock else str(item.path.relative_to(ROOT))))


def _swaying(rate_hz: float = 60.0, seconds: float = 2.0, name: str = "swaying") -> Motion:
    count = int(rate_hz * seconds)
    time_s = np.arange(count) / rate_hz
    angles = 0.4 * np.sin(time_s[:, None] + np.arange(JOINT_COUNT))
    axes = np.random.default_rng(0).normal(size=(JOINT_COUNT, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    local = Rotation.from_rotvec((angles[..., None] * axes).reshape(-1, 3)).as_quat().reshape(count, JOINT_COUNT, 4)
    root = np.stack([0.1 * time_s, np.full(count, 0.94), np.zeros(count)], axis=-1)
    return Motion(Skeleton(), rate_hz, root.astype(np.float32), local.astype(np.float32), name=name)


@pytest.fixture
def swaying() -> Callable[..., Motion]:
    """swaying(rate_hz, seconds, name): a body whose every joint turns slowly about an axis of its own."""
    return _swaying


HAND = [parent for finger in range(5) for parent in (None, 3 * finger, 3 * finger + 1)]  # None: the wrist


def _model_tree(family: str) -> list[int]:
    hands = {"smpl": 0, "smplh": 22, "smplx": 25}[family]
    if not hands:
        return [*PARENTS, 20, 21]
    fingers = [wrist if parent is None else hands + 15 * side + parent
               for side, wrist in enumerate((20, 21)) for parent in HAND]
    return [*PARENTS, *[15] * (hands - 22), *fingers]


def _model_arrays(family: str, shapes: int = 10, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    tree = _model_tree(family)
    joints, vertices = len(tree), 40
    weights = rng.random((joints, vertices))
    return {
        "v_template": rng.normal(size=(vertices, 3)),
        "shapedirs": 0.1 * rng.normal(size=(vertices, 3, shapes)),
        "posedirs": 0.1 * rng.normal(size=(vertices, 3, 9 * (joints - 1))),
        "J_regressor": weights / weights.sum(axis=1, keepdims=True),
        "kintree_table": np.array([tree, range(joints)]).astype(np.uint32),
        "weights": (weights / weights.sum(axis=0)).T,
        "f": rng.integers(vertices, size=(60, 3)),
        **{f"hands_components{side}": np.eye(45) for side in "lr"},
        **{f"hands_mean{side}": np.zeros(45) for side in "lr"},
        "lmk_faces_idx": np.arange(51),
        "lmk_bary_coords": np.full((51, 3), 1 / 3),
    }


@pytest.fixture
def model_arrays() -> Callable[..., dict[str, Any]]:
    """model_arrays(family, shapes, seed): what a smpl, smplh or smplx file holds, of a random body of 40 vertices."""
    return _model_arrays


@pytest.fixture
def shared_data() -> Path:
    """The folder of real motion archives; skips where it is not beside this checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared motion archives are not beside this checkout")
    return folder


@pytest.fixture
def cable() -> Iterator[Callable[[int], Cable]]:
    """cable(port): a Cable to there, removed after the test."""
    laid: list[Cable] = []

    def lay(port: int) -> Cable:
        laid.append(Cable(port))
        return laid[-1]

    yield lay
    for one in laid:
        one.remove()
