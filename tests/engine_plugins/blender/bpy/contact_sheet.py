"""Pictures of a solved motion on skinned characters, as Workbench draws them without a window: look at them.

    posebridge solve bridge/assets/demo.mcap --out solved
    PYTHONPATH=. BPY_PYTHON tests/engine_plugins/blender/bpy/contact_sheet.py --motion solved/demo.npz --out DIR [NAME]

One JPEG for each character: every column a moment, above from the front left, below from its side. `--out docs/blender
Mixamo Rigify` draws those of docs/blender.md.
"""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from engine_plugins.blender.posebridge.core.bone_match import match
from engine_plugins.blender.posebridge.core.coordinates import point_to_blender
from engine_plugins.blender.posebridge.core.motion import SolvedMotion
from engine_plugins.blender.posebridge.core.motion_file import read_motion
from engine_plugins.blender.posebridge.core.retarget import Options
from engine_plugins.blender.posebridge.retarget_job import Placement, Task, start
from engine_plugins.blender.posebridge.rig_reader import read_rig
from tests.engine_plugins.blender.bpy.body import Joints, skinned
from tests.engine_plugins.blender.bpy.characters import armature_of, mapped_bones
from tests.vectors.retarget_layouts import LAYOUTS
from tests.vectors.retarget_rigs import JOINTS, NEUTRAL, Build, stretched

SIZE = (190, 290)
LONG_LEGS = stretched(knee=1.25, ankle=1.2, elbow=0.85, wrist=0.9)
MOMENTS_S = (1.9, 3.7, 5.6, 9.3, 11.2, 13.0, 16.8, 18.6)  # walks, turns, reaches up and forward, crouches, waves
Made = tuple[bpy.types.Object, bpy.types.Object]  # armature, body


def of_vectors(plan: Build) -> Callable[[], Made]:
    def made() -> Made:
        armature = armature_of(plan)
        driven = {*mapped_bones(armature).values()}
        for bone in armature.data.bones:  # not what stands on the floor, as roots and IK targets
            bone.use_deform = bone.name in driven or any(above.name in driven for above in bone.parent_recursive)
        return armature, skinned(armature, joints_at_rest(armature))
    return made


def of_rigify() -> Made:
    """The control rig that Rigify generates from its basic human; the body hangs on the bones that deform."""
    import addon_utils  # there once bpy is

    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_basic_human_metarig_add()
    metarig = bpy.context.object
    joints = joints_at_rest(metarig)
    bpy.ops.pose.rigify_generate()
    rig = bpy.context.object
    metarig.hide_render = True
    return rig, skinned(rig, joints)


CHARACTERS: dict[str, Callable[[], Made]] = {
    "Mixamo": of_vectors(Build(LAYOUTS["Mixamo"], NEUTRAL, "T", seed=1, unit_m=0.01)),
    "Rigify": of_rigify,
    "UE5": of_vectors(Build(LAYOUTS["UE5"], LONG_LEGS, "A", seed=2)),
    "Daz": of_vectors(Build(LAYOUTS["Daz Genesis 3 and 8"], 0.6 * NEUTRAL, "A", "random", 3)),
    "VRM": of_vectors(Build(LAYOUTS["VRM"], NEUTRAL, "hanging", seed=4))}


def joints_at_rest(armature: bpy.types.Object) -> Joints:
    """In the world; what its map lacks is where it is on others."""
    rig = read_rig(armature)
    bone_map = match(rig)
    bones = {joint: bone_map.bone_of(joint, rig) for joint in JOINTS}
    at = {joint: Vector(point_to_blender(rig.heads_m[bone])) for joint, bone in bones.items() if bone is not None}
    for side in "LR":
        at.setdefault(f"{side}_collar", at["neck"].lerp(at[f"{side}_shoulder"], 0.3))
        at.setdefault(f"{side}_foot", at[f"{side}_ankle"] + Vector((0, -0.13, -0.06)))
    at.setdefault("spine1", at["pelvis"].lerp(at["neck"], 0.25))
    at.setdefault("spine2", at["pelvis"].lerp(at["neck"], 0.5))
    return at


def stage(height_m: float) -> bpy.types.Object:
    """A floor with squares of half a metre, and a camera that is moved from picture to picture."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=40, y_subdivisions=40, size=20, location=(0, 0, 0))
    floor = bpy.context.object
    layer = floor.data.color_attributes.new("Squares", "FLOAT_COLOR", "CORNER")
    shades = [[0.83 if (round(face.center.x * 2 - 0.5) + round(face.center.y * 2 - 0.5)) % 2 else 0.76] * 3 + [1]
              for face in floor.data.polygons for _ in face.loop_indices]
    layer.data.foreach_set("color", np.array(shades, dtype=np.float32).ravel())
    scene = bpy.context.scene
    scene.render.engine, (scene.render.resolution_x, scene.render.resolution_y) = "BLENDER_WORKBENCH", SIZE
    scene.render.image_settings.file_format = "PNG"
    scene.display.shading.color_type, scene.display.shading.show_shadows = "VERTEX", True
    scene.display.shading.show_cavity, scene.display.shadow_focus = True, 0.3
    scene.display.light_direction = (0.35, 0.75, 0.55)
    scene.world = bpy.data.worlds.new("World")
    scene.world.color, scene.view_settings.view_transform = (0.86, 0.88, 0.9), "Standard"
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", 1.42 * height_m
    scene.collection.objects.link(camera)
    scene.camera = camera
    return camera


def picture(camera: bpy.types.Object, at: Vector, from_where: Vector, folder: Path) -> np.ndarray:
    camera.location = at + from_where
    camera.rotation_euler = (-from_where).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.render.filepath = str(folder / "frame.png")
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(folder / "frame.png"))
    pixels = np.array(image.pixels[:]).reshape(*SIZE[::-1], 4)
    bpy.data.images.remove(image)
    return pixels


def moments(motion: SolvedMotion) -> list[float]:
    """Seconds: the demo's telling ones, of a shorter motion as many."""
    lasts_s = (len(motion.root_m) - 1) / motion.rate_hz
    return [*MOMENTS_S] if lasts_s > MOMENTS_S[-1] else [float(at) for at in np.linspace(0, lasts_s, len(MOMENTS_S))]


def sheet(name: str, motion: SolvedMotion, folder: Path) -> Path:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature, skin = CHARACTERS[name]()
    scene = bpy.context.scene
    scene.render.fps = 30
    tall = max((skin.matrix_world @ corner.co).z for corner in skin.data.vertices)
    camera = stage(tall)
    start(Task(armature, lambda _: motion, Placement("Solved", 0), Options()), scene).finish()
    columns = []
    for moment_s in moments(motion):
        scene.frame_set(int(moment_s * scene.render.fps))
        shown = skin.evaluated_get(bpy.context.evaluated_depsgraph_get())
        places = np.empty(3 * len(shown.data.vertices), dtype=np.float32)
        shown.data.vertices.foreach_get("co", places)
        middle = shown.matrix_world @ Vector(places.reshape(-1, 3).mean(axis=0))
        middle.z = 0.6 * tall
        views = [picture(camera, middle, where, folder) for where in (Vector((3, -5, 1.5)), Vector((6, 0, 2.0)))]
        columns.append(np.concatenate(views[::-1], axis=0))
    whole = np.concatenate(columns, axis=1)
    image = bpy.data.images.new("Sheet", whole.shape[1], whole.shape[0])
    image.pixels.foreach_set(whole.astype(np.float32).ravel())
    path = folder / f"{name.lower()}.jpg"
    image.filepath_raw, image.file_format = str(path), "JPEG"
    image.save(quality=85)
    (folder / "frame.png").unlink()
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motion", type=Path, required=True, metavar="NPZ")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CHARACTERS)}; all if not said")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    motion = read_motion(chosen.motion)
    for name in chosen.names or CHARACTERS:
        print(sheet(name, motion, chosen.out))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)
