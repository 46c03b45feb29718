"""Somebody filmed by a camera that is the scene's too."""
from __future__ import annotations

import bpy
import numpy as np
from mathutils import Matrix

from bridge.keypoints.camera import PinholeCamera
from engine_plugins.blender.posebridge.core.coordinates import object_to_blender
from engine_plugins.blender.posebridge.scene_camera import LOOKS


def placed(camera: PinholeCamera) -> bpy.types.Object:
    """The same camera as the scene's, which renders as large pictures. Its lens has its centre in their middle."""
    scene = bpy.context.scene
    made = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(made)
    scene.camera, (scene.render.resolution_x, scene.render.resolution_y) = made, camera.size_px
    world = np.eye(4)
    world[:3, :3] = (LOOKS @ camera.rotation).T
    world[:3, 3] = -camera.rotation.T @ camera.translation
    made.matrix_world = Matrix(object_to_blender(world).tolist())
    made.data.lens = float(camera.focal_px[0]) / max(camera.size_px) * made.data.sensor_width
    bpy.context.view_layer.update()
    return made
