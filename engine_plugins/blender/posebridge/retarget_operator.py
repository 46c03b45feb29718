"""The panel's one button: a motion onto the chosen character, with progress, Escape, and one undo step."""
from functools import partial
from pathlib import Path

import bpy

from .action_writer import Placement
from .job_operator import JobOperator
from .preferences import command
from .retarget_job import Task, scene_rate, start
from .settings import chosen_armature, options, own_map, tracked_joints, wearer
from .sources import from_capture, from_file
from .tracked_objects import NAME, Readings, from_objects, gather


class POSEBRIDGE_OT_retarget(JobOperator, bpy.types.Operator):
    """Put the motion onto the character as a new action. Escape gives it up"""

    bl_idname, bl_label = "posebridge.retarget", "Animate"
    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def _begin(self, context):
        settings, armature = context.window_manager.posebridge, chosen_armature(context)
        source, place, gathering = self._source(context, settings)
        task = Task(armature, source, place, options(settings), own_map(settings, armature), gathering)
        return start(task, context.scene)

    def _source(self, context, settings):
        if settings.source == "LIVE":
            raise ValueError("a live source goes live: it is not animated at once")
        path = Path(bpy.path.abspath(settings.path))
        place = Placement(path.stem or "PoseBridge", settings.first_frame, settings.as_strip)
        if settings.source == "OBJECTS":
            tracked, readings = tracked_joints(settings, context.scene), Readings()
            who = wearer(settings, chosen_armature(context), tracked)
            source = partial(from_objects, readings, who, scene_rate(context.scene))
            return (source, Placement("Tracked", context.scene.frame_start, settings.as_strip),
                    gather(context.scene, [*tracked.values()], readings, scene_rate(context.scene)))
        if settings.source == "FILE":
            return partial(from_file, path), place, None
        return partial(from_capture, path, command(context), NAME), place, None


CLASSES = (POSEBRIDGE_OT_retarget,)
