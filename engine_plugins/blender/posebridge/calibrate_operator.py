"""The panel's buttons for who wears the trackers: find it out, and forget it."""
from functools import partial

import bpy

from .calibration import Standing, calibrate
from .core.job import Job
from .job_operator import JobOperator
from .kept_calibration import forget_calibration, keep_calibration
from .preferences import command
from .retarget_job import scene_rate
from .settings import chosen_armature, told_wearer, tracked_joints
from .tracked_objects import Readings, gather, gather_now

STAND_S = 3.0  # of which two must be still


class POSEBRIDGE_OT_calibrate(JobOperator, bpy.types.Operator):
    """Find out bones and mounts from two seconds of standing still: now where the source is live, else anywhere in the
    scene's frame range. Kept with the character"""

    bl_idname, bl_label = "posebridge.calibrate", "Calibrate"
    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def _begin(self, context):
        settings, scene = context.window_manager.posebridge, context.scene
        armature, program = chosen_armature(context), command(context)
        if program is None:
            raise OSError("the posebridge command is not to be found: name it in the extension's preferences")
        tracked, readings = tracked_joints(settings, scene), Readings()
        told, height_m, pose = told_wearer(settings, tracked), settings.height_m, settings.calibrate_pose
        places = [*tracked.values()]
        gathering = (gather_now(scene, places, readings, STAND_S, settings.live_hz) if settings.source == "LIVE" else
                     gather(scene, places, readings, scene_rate(scene)))

        def think(watch):
            standing = Standing(readings.times_s, *readings.ours())
            return calibrate(standing, told, height_m, pose, program, watch)

        return Job(think, partial(_keep, armature), gathering)


class POSEBRIDGE_OT_forget_calibration(bpy.types.Operator):
    """Forget who plays this character: bones and mounts are again as the panel says"""

    bl_idname, bl_label = "posebridge.forget_calibration", "Forget"
    bl_options = frozenset({"REGISTER", "INTERNAL", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def execute(self, context):
        forget_calibration(chosen_armature(context))
        return {"FINISHED"}


def _keep(armature, found):
    """A job's writing, at once."""
    keep_calibration(armature, found.kept)
    yield 1.0
    return f"calibrated, and kept with {armature.name}: {found.lines[-1]}"


CLASSES = (POSEBRIDGE_OT_calibrate, POSEBRIDGE_OT_forget_calibration)
