"""Pictures of the demo's motion on skinned characters, as Workbench draws them without a window: look at them.

    PYTHONPATH=. BPY_PYTHON tests/engine_plugins/blender/bpy/contact_sheet.py --out DIR

One PNG for each rig: every column a moment, above from the front left, below from the side.
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from engine_plugins.blender.posebridge.core.retarget import Options
from tests.engine_plugins.blender.bpy.characters import armature_of, motion, played
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import NEUTRAL, Build, stretched

MOMENTS, SIZE, THICK = 10, 240, 0.035  # the last of the character's height
LONG_LEGS = stretched(knee=1.25, ankle=1.2, elbow=0.85, wrist=0.9)
CHARACTERS = {"Mixamo": Build(LAYOUTS["Mixamo"], NEUTRAL, "T", seed=1, unit_m=0.01),
              "UE5": Build(LAYOUTS["UE5"], LONG_LEGS, "A", seed=2),
              "Daz Genesis 3 and 8": Build(LAYOUTS["Daz Genesis 3 and 8"], 0.6 * NEUTRAL, "A", "random", 3),
              "VRM": Build(LAYOUTS["VRM"], NEUTRAL, "hanging", seed=4, yaw_deg=20)}


def skinned(armature: bpy.types.Object) -> bpy.types.Object:
    """One mesh of an octahedron along every bone to its farthest child, weighted to that bone."""
    corners, faces, groups = [], [], {}
    for bone in armature.data.bones:
        ends = [child.head_local for child in bone.children] or [bone.tail_local]
        end = max(ends, key=lambda end: (end - bone.head_local).length)
        along = end - bone.head_local
        if along.length < 1e-6 or "ik_" in bone.name or bone.name in ("root", "Root"):
            continue
        turn = along.to_track_quat("Y", "Z").to_matrix().to_4x4()
        place = Matrix.Translation(bone.head_local) @ turn @ Matrix.Scale(along.length, 4)
        first, thick = len(corners), min(0.3, THICK * max(armature.dimensions) / armature.scale.x / along.length)
        ring = [(thick, 0.3, 0), (0, 0.3, thick), (-thick, 0.3, 0), (0, 0.3, -thick)]
        corners += [place @ Vector(corner) for corner in [(0, 0, 0), *ring, (0, 1, 0)]]
        faces += [(first + end, first + 1 + n, first + 1 + (n + 1) % 4) for end in (0, 5) for n in range(4)]
        groups[bone.name] = range(first, first + 6)
    mesh = bpy.data.meshes.new("Skin")
    mesh.from_pydata(corners, [], faces)
    skin = bpy.data.objects.new("Skin", mesh)
    bpy.context.scene.collection.objects.link(skin)
    skin.matrix_world = armature.matrix_world
    for name, rows in groups.items():
        skin.vertex_groups.new(name=name).add([*rows], 1.0, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = armature
    return skin


def stage(height_m: float) -> bpy.types.Object:
    """A floor and a camera that is moved from picture to picture."""
    bpy.ops.mesh.primitive_plane_add(size=12, location=(0, 0, -0.005))
    scene = bpy.context.scene
    scene.render.engine, scene.render.resolution_x, scene.render.resolution_y = "BLENDER_WORKBENCH", SIZE, SIZE
    scene.render.image_settings.file_format = "PNG"
    scene.display.shading.show_shadows = True
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", 1.5 * height_m
    scene.collection.objects.link(camera)
    scene.camera = camera
    return camera


def picture(camera: bpy.types.Object, at: Vector, from_where: Vector, folder: Path) -> np.ndarray:
    camera.location = at + from_where
    camera.rotation_euler = (-from_where).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.render.filepath = str(folder / "frame.png")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(folder / "frame.png"))
    pixels = np.array(image.pixels[:]).reshape(SIZE, SIZE, 4)
    bpy.data.images.remove(image)
    return pixels


def sheet(name: str, folder: Path) -> Path:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = armature_of(CHARACTERS[name])
    camera = stage(max(armature.dimensions))
    skin = skinned(armature)
    played(armature, Options())
    columns = []
    for frame in np.linspace(1, 4 * len(motion()) - 3, MOMENTS).astype(int):
        bpy.context.scene.frame_set(int(frame))
        shown = skin.evaluated_get(bpy.context.evaluated_depsgraph_get())
        middle = sum((shown.matrix_world @ corner.co for corner in shown.data.vertices), Vector()) / len(
            shown.data.vertices)
        views = [picture(camera, middle, where, folder) for where in (Vector((3, -5, 1.5)), Vector((6, 0, 0.3)))]
        columns.append(np.concatenate(views[::-1], axis=0))
    whole = np.concatenate(columns, axis=1)
    image = bpy.data.images.new("Sheet", whole.shape[1], whole.shape[0])
    image.pixels.foreach_set(whole.astype(np.float32).ravel())
    image.filepath_raw, image.file_format = str(folder / f"{name}.png"), "PNG"
    image.save()
    (folder / "frame.png").unlink()
    return folder / f"{name}.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name in CHARACTERS:
        print(sheet(name, folder))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
