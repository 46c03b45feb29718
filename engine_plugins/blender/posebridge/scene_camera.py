"""The scene's camera as the posebridge command has cameras: pixels, metres, OpenCV's axes, our world."""
from __future__ import annotations

import json

import bpy
import numpy as np

from .core.coordinates import object_from_blender

LOOKS = np.diag([1.0, -1.0, -1.0])  # Blender's camera looks along its -Z, up is +Y; OpenCV's along +Z, down is +Y


def camera_json(scene: bpy.types.Scene) -> str:
    """Where it stands now. ValueError: there is none, or one that no lens makes pictures like."""
    camera = scene.camera
    if camera is None or camera.type != "CAMERA":
        raise ValueError("the scene has no camera: choose one, or let it be found")
    if camera.data.type != "PERSP":
        raise ValueError(f"{camera.name} is no perspective camera: footage is not seen through such a one")
    world = object_from_blender(np.array(camera.matrix_world))
    axes = world[:3, :3] / np.linalg.norm(world[:3, :3], axis=0)
    rotation = LOOKS @ axes.T
    numbers = {**_lens(scene, camera.data), "rotation": rotation.tolist(),
               "translation": (-rotation @ world[:3, 3]).tolist(), "up": "y"}
    return json.dumps(numbers)


def picture_size(scene: bpy.types.Scene) -> tuple[int, int]:
    """Pixels of the footage, as which the scene renders; in a smaller preview it is the same picture."""
    return scene.render.resolution_x, scene.render.resolution_y


def _lens(scene: bpy.types.Scene, lens: bpy.types.Camera) -> dict[str, float]:
    wide, high = picture_size(scene)
    aspect = scene.render.pixel_aspect_y / scene.render.pixel_aspect_x
    across = lens.sensor_fit == "HORIZONTAL" or (lens.sensor_fit == "AUTO" and wide >= high * aspect)
    sensor = lens.sensor_height if lens.sensor_fit == "VERTICAL" else lens.sensor_width
    side = wide if across else high * aspect  # which the sensor's size is along, in pixels as wide as they are
    focal = lens.lens / sensor * side
    return {"width": wide, "height": high, "fx": focal, "fy": focal / aspect,
            "cx": wide / 2 - lens.shift_x * side, "cy": high / 2 + lens.shift_y * side / aspect}
