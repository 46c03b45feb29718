"""The panel's one button: a motion onto the chosen character, with progress, Escape, and one undo step."""
from functools import partial
from pathlib import Path

import bpy

from .action_writer import Placement
from .core.client_errors import DaemonError
from .core.job import Cancelled
from .preferences import command
from .retarget_job import Task, scene_rate, start
from .settings import chosen_armature, listed_map, options, tracked_joints, wearer
from .sources import from_capture, from_file
from .tracked_objects import NAME, Readings, from_objects, gather

TICK_S = 0.03
EXPECTED = (ValueError, RuntimeError, OSError, DaemonError)  # each is one line for the user


class POSEBRIDGE_OT_retarget(bpy.types.Operator):
    """Put the motion onto the character as a new action. Escape gives it up"""

    bl_idname, bl_label = "posebridge.retarget", "Animate"
    bl_options = frozenset({"REGISTER", "UNDO"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def execute(self, context):
        """All at once: in the background, and when called by a script."""
        return self._tried(context, lambda: self._begin(context).finish())

    def invoke(self, context, event):
        if bpy.app.background:
            return self.execute(context)
        begun = self._tried(context, lambda: self._begin(context))
        if begun != {"FINISHED"}:
            return begun
        self._timer = context.window_manager.event_timer_add(TICK_S, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if event.type == "ESC":
            self._job.cancel()
        elif event.type != "TIMER":
            return {"PASS_THROUGH"}
        return self.tick(context)

    def tick(self, context):
        """One slice of the job; what Blender is to be told."""
        done = []
        ended = self._tried(context, lambda: done.append(self._job.tick()))
        settings, watch = context.window_manager.posebridge, self._job.watch
        settings.stage, settings.share = watch.stage, watch.share
        if ended == {"FINISHED"} and not done[0]:
            context.workspace.status_text_set(f"PoseBridge: {watch.stage} {watch.share:.0%}   ESC gives it up")
            return {"RUNNING_MODAL"}
        context.window_manager.event_timer_remove(self._timer)
        context.workspace.status_text_set(None)
        if ended == {"FINISHED"}:
            self._told(settings, "INFO", self._job.outcome)
        return ended

    def _begin(self, context):
        settings, armature = context.window_manager.posebridge, chosen_armature(context)
        own = listed_map(settings) if settings.mapped == armature.name and settings.bones else None
        source, place, gathering = self._source(context, settings)
        task = Task(armature, source, place, options(settings), own, gathering)
        self._job = start(task, context.scene)
        return self._job

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
                    gather(context.scene, [*tracked.values()], readings))
        if settings.source == "FILE":
            return partial(from_file, path), place, None
        return partial(from_capture, path, command(context), NAME), place, None

    def _tried(self, context, act):
        settings = context.window_manager.posebridge
        try:
            said = act()
        except Cancelled:
            self._told(settings, "WARNING", "given up: nothing was changed")
            return {"CANCELLED"}
        except EXPECTED as error:
            self._told(settings, "ERROR", str(error))
            return {"CANCELLED"}
        if isinstance(said, str):
            self._told(settings, "INFO", said)
        return {"FINISHED"}

    def _told(self, settings, kind, said):
        settings.stage, settings.share, settings.said = "", 0.0, said
        self.report({kind}, said)


CLASSES = (POSEBRIDGE_OT_retarget,)
