"""The sidebar's box for who has no trackers: what the character does already, cleaned, completed, made from key frames;
and what a detector has found in a video."""
import bpy

from .panel import Step
from .panel_text import say, say_how_far
from .preferences import command
from .settings import chosen_armature


class POSEBRIDGE_PT_mend(Step, bpy.types.Panel):
    bl_label, bl_options = "Without trackers", {"DEFAULT_CLOSED"}

    def draw(self, context):
        settings, layout = context.window_manager.posebridge, self.layout
        if chosen_armature(context) is None:
            say(context, layout, "Choose an armature", "INFO")
            return
        if command(context) is None:
            say(context, layout, "no posebridge command: see preferences", "ERROR")
        for part in (_clean, _complete, _inbetween, _lift):
            part(settings, layout.box().column(align=True))
        say_how_far(context, settings, layout)


def _clean(settings, column):
    column.prop(settings, "strength")
    column.operator("posebridge.clean", icon="SMOOTHCURVE")


def _complete(settings, column):
    column.prop(settings, "missing", text="")
    column.prop(settings, "throughout")
    if not settings.throughout:
        row = column.row(align=True)
        row.prop(settings, "missing_from")
        row.prop(settings, "missing_to")
    column.operator("posebridge.complete", icon="MOD_ARMATURE")


def _inbetween(settings, column):
    column.prop(settings, "keys", text="")
    if settings.keys == "EVERY":
        column.prop(settings, "key_every")
    column.operator("posebridge.inbetween", icon="IPO_EASE_IN_OUT")


def _lift(settings, column):
    for name in ("keypoints", "detector", "camera"):
        column.prop(settings, name, text="")
    if settings.camera == "FOUND":
        column.prop(settings, "fov")
    for name in ("video_hz", "person", "person_bones"):
        column.prop(settings, name)
    if not settings.person_bones:  # which say how tall they are
        column.prop(settings, "person_m")
    column.operator("posebridge.lift", icon="OUTLINER_OB_CAMERA")


CLASSES = (POSEBRIDGE_PT_mend,)
