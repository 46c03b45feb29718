"""Inside a Python with bpy: what Blender's own importers make of our files.

    BPY_PYTHON blender_reads.py OUT.npz RATE FILE...      joints in the world of every frame, (T, 22, 3), Blender's axes
    BPY_PYTHON blender_reads.py OUT.png RATE FILE... --at FRAME,...     a picture: a row a file, a column a frame

RATE is the motion's, frames a second. A .bvh's name says its unit and what is up: NAME.UNIT.UP.bvh.
"""
from __future__ import annotations

import math
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import bpy
import numpy as np

TO_M = {"cm": 0.01, "m": 1.0, "mm": 0.001, "in": 0.0254}
SIZE = (170, 250)
RADIUS_M = 0.035
COLOURS = {"L_": (0.1, 0.33, 0.8, 1), "R_": (0.8, 0.33, 0.1, 1)}


def read(path: Path, rate: int) -> bpy.types.Object:
    """An empty file with this in it; its armature."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = rate
    match path.suffix:
        case ".bvh":
            _, unit, up = path.stem.split(".")
            ahead = {"y": "-Z", "z": "Y"}[up]
            bpy.ops.import_anim.bvh(filepath=str(path), global_scale=TO_M[unit], axis_up=up.upper(), axis_forward=ahead,
                                    update_scene_fps=True, update_scene_duration=True)
        case ".glb":
            bpy.ops.import_scene.gltf(filepath=str(path))
        case _:
            bpy.ops.wm.usd_import(filepath=str(path), set_frame_range=True)
    (armature,) = [one for one in bpy.data.objects if one.type == "ARMATURE"]
    return armature


def first_frame(path: Path) -> int:
    """Of the scene, for the motion's first: as each importer has it."""
    return {".bvh": 1}.get(path.suffix, 0)


def frames_of(path: Path) -> int:
    """How many frames the importer found."""
    return round(max(action.frame_range[1] for action in bpy.data.actions)) - first_frame(path) + 1


def joints(path: Path, rate: int) -> np.ndarray:
    armature = read(path, rate)
    names = [bone.name for bone in armature.pose.bones]
    found = []
    for frame in range(frames_of(path)):
        bpy.context.scene.frame_set(first_frame(path) + frame)
        posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
        found.append([posed.matrix_world @ posed.pose.bones[name].head for name in sorted(names)])
    return np.array(found)


def balls(armature: bpy.types.Object) -> None:
    """A .bvh has no body: a stick for each bone, in the colours that bodies have."""
    for bone in armature.pose.bones:
        bpy.ops.mesh.primitive_cylinder_add(radius=RADIUS_M, depth=max(bone.length, 2 * RADIUS_M))
        stick = bpy.context.object
        stick.parent, stick.parent_type, stick.parent_bone = armature, "BONE", bone.name
        stick.location = (0, -bone.length / 2, 0)  # from the tail
        stick.rotation_euler = (math.radians(90), 0, 0)
        material = bpy.data.materials.new(bone.name)
        material.diffuse_color = COLOURS.get(bone.name[:2], (0.5, 0.5, 0.5, 1))
        stick.data.materials.append(material)
        material.use_nodes = True
        material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = material.diffuse_color


def stage(armature: bpy.types.Object) -> bpy.types.Object:
    """A floor, a light, a camera that goes along: from the front, left and above of where the T-pose faces."""
    scene = bpy.context.scene
    bpy.ops.mesh.primitive_plane_add(size=40)
    floor = bpy.data.materials.new("floor")
    floor.use_nodes = True
    floor.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.75, 0.75, 0.7, 1)
    bpy.context.object.data.materials.append(floor)
    bpy.ops.object.light_add(type="SUN", rotation=(0.7, 0.3, 0.5))
    bpy.context.object.data.energy = 3
    scene.world = bpy.data.worlds.new("sky")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.6
    bpy.ops.object.camera_add(rotation=(math.radians(78), 0, math.radians(25)))
    scene.camera = bpy.context.object
    scene.camera.data.lens = 62
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", 16
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    return scene.camera


def pictures(path: Path, rate: int, moments: list[int]) -> np.ndarray:
    """One beside the other, (height, width, 4), as Blender stores pictures: from below."""
    armature = read(path, rate)
    if path.suffix == ".bvh":
        balls(armature)
    camera, scene, row = stage(armature), bpy.context.scene, []
    with TemporaryDirectory() as folder:
        for moment in moments:
            scene.frame_set(first_frame(path) + moment)
            posed = armature.evaluated_get(bpy.context.evaluated_depsgraph_get())
            hips = posed.matrix_world @ posed.pose.bones["pelvis"].head
            camera.location = (hips.x + 1.9, hips.y - 4.1, 1.85)
            scene.render.filepath = f"{folder}/{moment}.png"
            bpy.ops.render.render(write_still=True)
            image = bpy.data.images.load(scene.render.filepath)
            row.append(np.array(image.pixels[:]).reshape(SIZE[1], SIZE[0], 4))
    return np.concatenate(row, axis=1)


def save(out: Path, rows: list[np.ndarray]) -> None:
    whole = np.concatenate(rows[::-1], axis=0)
    image = bpy.data.images.new("sheet", whole.shape[1], whole.shape[0])
    image.pixels = whole.ravel().tolist()
    image.filepath_raw, image.file_format = str(out), "PNG"
    image.save()


def main(words: list[str]) -> None:
    moments = []
    if "--at" in words:
        at = words.index("--at")
        moments = [int(word) for word in words[at + 1].split(",")]
        words = words[:at]
    out, rate, files = Path(words[0]), int(words[1]), [*map(Path, words[2:])]
    if moments:
        save(out, [pictures(file, rate, moments) for file in files])
    else:
        np.savez(out, **{file.name: joints(file, rate) for file in files})


if __name__ == "__main__":
    main(sys.argv[1:])
