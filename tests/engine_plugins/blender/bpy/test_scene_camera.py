"""The scene's camera as the command has it shows points where Blender's own does."""
from __future__ import annotations

import json

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from engine_plugins.blender.posebridge.core.coordinates import point_from_blender
from engine_plugins.blender.posebridge.scene_camera import camera_json, picture_size

POINTS = np.random.default_rng(0).uniform(-1, 1, (20, 3))  # about the origin, Blender's axes


def camera() -> bpy.types.Object:
    """Before the origin, a little askew, in use."""
    made = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(made)
    bpy.context.scene.camera = made
    made.location, made.rotation_euler, made.scale = (1, -6, 1.5), (1.4, 0.1, 0.2), (2, 2, 2)
    return made


@pytest.mark.parametrize("fit", ["AUTO", "HORIZONTAL", "VERTICAL"])
@pytest.mark.parametrize(("size", "aspect"), [((1920, 1080), (1, 1)), ((1080, 1920), (1, 1)), ((720, 576), (1.46, 1)),
                                              ((720, 700), (1, 1.2))])
def test_points_are_where_blender_shows_them(fit: str, size: tuple[int, int], aspect: tuple[float, float]) -> None:
    scene, lens = bpy.context.scene, camera().data
    lens.sensor_fit, lens.lens, lens.shift_x, lens.shift_y = fit, 35, 0.1, -0.05
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.pixel_aspect_x, scene.render.pixel_aspect_y = aspect
    scene.render.resolution_percentage = 50  # of a preview
    bpy.context.view_layer.update()
    told = json.loads(camera_json(scene))
    assert picture_size(scene) == (told["width"], told["height"]) == size
    seen = point_from_blender(POINTS) @ np.array(told["rotation"]).T + told["translation"]
    found = seen[:, :2] / seen[:, 2:] * [told["fx"], told["fy"]] + [told["cx"], told["cy"]]
    shares = np.array([world_to_camera_view(scene, scene.camera, Vector(point)) for point in POINTS])
    np.testing.assert_allclose(found, [[x * size[0], (1 - y) * size[1]] for x, y, _ in shares], atol=0.02)
    assert (seen[:, 2] > 0).all() and told["up"] == "y"


def test_what_makes_no_footage_is_refused() -> None:
    with pytest.raises(ValueError, match="no camera"):
        camera_json(bpy.context.scene)
    camera().data.type = "ORTHO"
    with pytest.raises(ValueError, match="no perspective"):
        camera_json(bpy.context.scene)
