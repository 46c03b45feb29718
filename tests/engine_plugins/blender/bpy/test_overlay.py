"""What is drawn beside the character, on a canvas that writes down what it is given."""
from __future__ import annotations

import bpy
import numpy as np
import pytest

from engine_plugins.blender.posebridge import overlay
from engine_plugins.blender.posebridge.core.retarget import Options, Place
from tests.engine_plugins.blender.bpy.characters import IN_WORLD, armature_of, joint_heads, mapped_bones, motion, played
from tests.engine_plugins.blender.bpy.everything import changed, everything
from tests.engine_plugins.blender.bpy.stage import settings
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build

pytestmark = pytest.mark.usefixtures("extension")
Drawing = list[tuple[np.ndarray, tuple[float, ...]]]


def drawn() -> Drawing:
    found: Drawing = []
    overlay.draw(bpy.context, lambda ends, colour: found.append((ends, colour)))
    return found


@pytest.fixture
def character() -> bpy.types.Object:
    overlay.forget()
    return armature_of(Build(LAYOUTS["SMPL"], NEUTRAL, "A", "random", 6, yaw_deg=30))


def test_nothing_is_drawn_before_there_is_something_or_unless_it_is_wanted(character: bpy.types.Object) -> None:
    settings().compare = True
    assert drawn() == []
    played(character)
    assert len(drawn()) == 1
    settings().compare = False
    assert drawn() == []


@pytest.mark.parametrize("options", [IN_WORLD, Options(place=Place.CHARACTER, lock_feet=False)])
def test_it_follows_the_scene_s_frame_and_lies_on_the_character(character: bpy.types.Object, options: Options) -> None:
    played(character, options)
    settings().compare, settings().beside_m = True, 0.0
    heads = joint_heads(character, mapped_bones(character))
    for number in (0, 30, len(motion()) - 1):
        bpy.context.scene.frame_set(1 + 4 * number)
        ((ends, _),) = drawn()
        x, y, z = heads["L_knee"][number]
        assert np.linalg.norm(ends - np.array([x, -z, y]), axis=-1).min() < 0.003


def test_the_switch_adds_one_handler_and_takes_it_back(character: bpy.types.Object) -> None:
    before = everything()
    settings().compare = True
    settings().compare = True
    assert len(overlay._handles) == 1
    overlay._draw()  # in the background: nothing, and no error
    settings().compare = False
    assert overlay._handles == [] and changed(before, everything()) == set()
    settings().compare = True  # and is gone with the extension
