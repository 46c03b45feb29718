"""Who was filmed, in Blender: a walk that OpenPose saw, lifted by the posebridge command or by the button.
test_filmed_walk.py beside this folder makes the film, and asks for this."""
from __future__ import annotations

import os
from pathlib import Path

import bpy
import numpy as np
import pytest

from bridge.keypoints.camera import project
from bridge.keypoints.camera_file import read_camera
from tests.engine_plugins.blender.bpy.characters import armature_of, joint_heads, mapped_bones
from tests.engine_plugins.blender.bpy.contact_sheet import SIZE
from tests.engine_plugins.blender.bpy.filmed import placed
from tests.engine_plugins.blender.bpy.stage import settings
from tests.engine_plugins.blender.bpy.walker import select
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build

pytestmark = pytest.mark.slow
HZ, ARM = 24, ("mixamorig:LeftArm", "mixamorig:LeftForeArm")


@pytest.fixture
def film() -> Path:
    """walk/ (OpenPose's), walk.camera.json, truth.npy (T, 22, 3), mixamo.jpg (what was lifted)."""
    return Path(os.environ["POSEBRIDGE_FILM"])


def test_what_the_command_lifted_is_a_person_in_every_picture(film: Path) -> None:
    drawn = bpy.data.images.load(str(film / "mixamo.jpg"))
    pixels = np.array(drawn.pixels[:]).reshape(2, SIZE[1], -1, SIZE[0], 4)[..., :3]  # (row, y, column, x, colour)
    coloured = pixels.max(-1) - pixels.min(-1) > 0.15  # the limbs are, the floor is not
    seen = coloured.mean(axis=(1, 3))
    assert ((seen > 0.02) & (seen < 0.3)).all(), seen
    moved = np.abs(np.diff(pixels, axis=2)).mean(axis=(1, 3, 4))
    assert (moved > 0.003).all(), moved


@pytest.mark.usefixtures("extension")
def test_lifted_by_the_button_they_are_where_they_were_filmed_and_can_be_mended(film: Path) -> None:
    camera, _ = read_camera(film / "walk.camera.json")
    placed(camera)
    bpy.context.scene.render.fps = HZ
    hero = armature_of(Build(LAYOUTS["Mixamo"], NEUTRAL, "A", seed=1))
    there = settings()
    there.keypoints, there.camera, there.video_hz, there.lock_feet = str(film / "walk"), "SCENE", HZ, False
    assert bpy.ops.posebridge.lift() == {"FINISHED"}
    assert hero.animation_data.action.name == "walk"
    truth = np.load(film / "truth.npy")
    lifted = joints(hero, len(truth))
    shown, seen = (project(camera, places)[0] for places in (lifted, truth))
    tall = np.ptp(seen[..., 1], axis=1).mean()  # in the picture
    assert np.linalg.norm(shown - seen, axis=-1).mean() < 0.08 * tall
    assert np.linalg.norm(lifted - truth, axis=-1).mean() < 0.35
    select(hero, *ARM)
    there.throughout, there.missing_from, there.missing_to, there.keys = False, 15, 25, "EVERY"
    for button in (bpy.ops.posebridge.clean, bpy.ops.posebridge.complete, bpy.ops.posebridge.inbetween):
        assert button() == {"FINISHED"}
        assert np.linalg.norm(joints(hero, len(truth)) - lifted, axis=-1).mean() < 0.08
    assert [action.name for action in bpy.data.actions] == [
        "walk", "walk cleaned", "walk cleaned completed", "walk cleaned completed in-betweened"]


def joints(hero: bpy.types.Object, count: int) -> np.ndarray:
    """(T, 22, 3), project axes, metres."""
    heads = joint_heads(hero, mapped_bones(hero), float(HZ), count)
    return np.stack([heads[joint] for joint in JOINTS], axis=1)
