"""The panel's buttons for motion that is there already: clean it, complete it, make it from key frames; and one for who
was only filmed."""
import math
from functools import partial
from pathlib import Path

import bpy

from .action_writer import Placement
from .core.mending import Mending, at_frames, at_most_solver_rate, changed_as, file_frames, keys_of, missing_names
from .core.retarget import Place
from .job_operator import JobOperator
from .lift import from_keypoints, whole_take
from .mend_job import leading, ready, start_mending
from .played import key_frames
from .preferences import needed_command
from .retarget_job import Task, scene_rate, start
from .scene_camera import camera_json, picture_size
from .settings import chosen_armature, options, own_map


class Mender(JobOperator):
    """Needs `_asked(settings, armature, made)`: what the command is to do."""

    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def _begin(self, context):
        settings, armature = context.window_manager.posebridge, chosen_armature(context)
        program = needed_command(context)
        made = ready(armature, own_map(settings, armature), context.scene)
        asked = self._asked(context, armature, made)
        return start_mending(armature, made, asked, program, context.scene, settings.as_strip)


class POSEBRIDGE_OT_clean(Mender, bpy.types.Operator):
    """Take the noise out of what the character does, as a new action. Escape gives it up"""

    bl_idname, bl_label = "posebridge.clean", "Clean"

    def _asked(self, context, armature, made):
        strength = context.window_manager.posebridge.strength
        return Mending("clean", ("--strength", f"{strength:g}"), "cleaning", "cleaned", made.frames[0],
                       at_most_solver_rate, changed_as)


class POSEBRIDGE_OT_complete(Mender, bpy.types.Operator):
    """Find what is missing of what the character does, as a new action: the selected bones, or all of them, in the
    frames that are said. What is not missing stays. Escape gives it up"""

    bl_idname, bl_label = "posebridge.complete", "Complete"

    def _asked(self, context, armature, made):
        settings = context.window_manager.posebridge
        names = "all" if settings.missing == "ALL" else missing_names(made.subject.bone_map, selected_bones(armature))
        words = ["--missing", names]
        if not settings.throughout:
            words += ["--frames", file_frames(made.frames, settings.missing_from, settings.missing_to)]
        return Mending("complete", tuple(words), "completing", "completed", made.frames[0])


class POSEBRIDGE_OT_inbetween(Mender, bpy.types.Operator):
    """Make motion through the key frames of the character's action, as a new action. Escape gives it up"""

    bl_idname, bl_label = "posebridge.inbetween", "In-between"

    def _asked(self, context, armature, made):
        settings = context.window_manager.posebridge
        keyed = key_frames(armature, leading(made.subject))
        keys = keys_of(made.frames, keyed, settings.key_every if settings.keys == "EVERY" else 0)
        rows = ",".join(str(key - made.frames[0] + 1) for key in keys)
        return Mending("inbetween", ("--keys", rows), "in-betweening", "in-betweened", keys[0],
                       after=lambda read, _, between: at_frames(read, between, keys))


class POSEBRIDGE_OT_lift(JobOperator, bpy.types.Operator):
    """Put onto the character what somebody does whom a detector has found in a video, as a new action. Escape gives it
    up"""

    bl_idname, bl_label = "posebridge.lift", "Animate from keypoints"
    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def _begin(self, context):
        settings, scene, armature = context.window_manager.posebridge, context.scene, chosen_armature(context)
        if not settings.keypoints:
            raise ValueError("choose what a detector has written: a file, or a folder of OpenPose's")
        path = whole_take(Path(bpy.path.abspath(settings.keypoints)))
        camera, how = "", options(settings)
        if settings.camera == "SCENE":
            camera, how = camera_json(scene), options(settings, Place.WORLD, 1.0)
        source = partial(from_keypoints, path, lift_words(settings, scene), camera, needed_command(context))
        place = Placement(path.stem or "Lifted", settings.first_frame, settings.as_strip)
        return start(Task(armature, source, place, how, own_map(settings, armature)), scene)


def lift_words(settings, scene) -> tuple[str, ...]:
    """Flags of `posebridge lift`, but for a camera's file."""
    words = ["--default-rate", f"{scene_rate(scene):.9g}"]
    if settings.camera == "FOUND":
        words += ["--default-size", "{}x{}".format(*picture_size(scene)), "--fov", f"{math.degrees(settings.fov):.6g}"]
    if settings.video_hz:
        words += ["--rate", f"{settings.video_hz:.7g}"]
    if settings.person_bones:
        words += ["--body", bpy.path.abspath(settings.person_bones)]
    elif settings.person_m:
        words += ["--person-height", f"{settings.person_m:.6g}"]
    if settings.person > 1:
        words += ["--person", str(settings.person)]
    if settings.detector != "FILE":
        words += ["--detector", settings.detector]
    return tuple(words)


def selected_bones(armature) -> set[str]:
    """Selection moved from bones to pose bones with Blender 5.0."""
    return {bone.name for bone in armature.pose.bones
            if (bone.select if hasattr(bone, "select") else bone.bone.select)}


CLASSES = (POSEBRIDGE_OT_clean, POSEBRIDGE_OT_complete, POSEBRIDGE_OT_inbetween, POSEBRIDGE_OT_lift)
