"""The sidebar, from top to bottom as the work goes: daemon, source, character, result."""
import bpy

from .daemon_operator import daemon_state
from .kept_calibration import kept_calibration, kept_findings
from .live_operator import running
from .panel_text import named, say, say_how_far
from .preferences import command
from .settings import TRACKERS, chosen_armature

FILES = {"FILE": "Choose a .npz that posebridge solve has written", "SESSION": "Choose a .mcap, .csv or .npz file"}


class Step:
    bl_space_type, bl_region_type, bl_category = "VIEW_3D", "UI", "PoseBridge"


class POSEBRIDGE_PT_daemon(Step, bpy.types.Panel):
    bl_label = "1  Daemon"

    def draw(self, context):
        there, line = daemon_state(context)
        say(context, self.layout, line if there else line.split(": ")[0], "CHECKMARK" if there else "INFO")
        if not there:
            self.layout.operator("posebridge.start_daemon", icon="PLAY")


class POSEBRIDGE_PT_source(Step, bpy.types.Panel):
    bl_label = "2  Source"

    def draw(self, context):
        settings, layout = context.window_manager.posebridge, self.layout
        layout.prop(settings, "source", text="")
        if settings.source == "LIVE":
            layout.prop(settings, "live_from", text="")
        if settings.source == "OBJECTS" or (settings.source == "LIVE" and settings.live_from == "OBJECTS"):
            _trackers(context, settings, layout)
        elif settings.source == "LIVE":
            layout.prop(settings, "live_name")
        else:
            layout.prop(settings, "path", text="")
            if not settings.path:
                say(context, layout, FILES[settings.source], "INFO")
        if settings.source == "SESSION" and not daemon_state(context)[0] and command(context) is None:
            say(context, layout, "no daemon, no posebridge command: see preferences", "ERROR")


def _trackers(context, settings, layout):
    for name in TRACKERS:
        named(layout, settings, f"{name}_object").prop(settings, f"{name}_object", text="")
        found = context.scene.objects.get(getattr(settings, f"{name}_object"))
        if found is not None and found.type == "ARMATURE":
            bone = named(layout, settings, f"{name}_bone")
            bone.prop_search(settings, f"{name}_bone", found.data, "bones", text="")
    layout.prop(settings, "mounts", text="")
    layout.prop(settings, "height_m")
    if settings.source == "LIVE":
        layout.prop(settings, "live_hz")
    if chosen_armature(context) is not None:
        _calibration(context, settings, chosen_armature(context), layout)


def _calibration(context, settings, armature, layout):
    row = layout.row(align=True)
    row.prop(settings, "calibrate_pose", text="")
    row.operator("posebridge.calibrate", icon="ARMATURE_DATA")
    if not kept_calibration(armature):
        return
    row.operator("posebridge.forget_calibration", text="", icon="X")
    say(context, layout, f"Calibrated for {armature.name}", "CHECKMARK")
    for line in kept_findings(armature):
        say(context, layout, line)


class POSEBRIDGE_UL_bones(bpy.types.UIList):
    def draw_item(self, context, layout, data, item, icon, active_data, active_property):
        armature = chosen_armature(context)
        split = layout.split(factor=0.38)
        split.prop(item, "joint", text="", emboss=False)
        row = split.row(align=True)
        if armature is not None:
            row.prop_search(item, "bone", armature.data, "bones", text="")
        part = row.row(align=True)
        part.scale_x = 0.45
        part.prop(item, "share", text="")
        part.prop(item, "twist", text="", icon="FORCE_MAGNETIC")


class POSEBRIDGE_PT_character(Step, bpy.types.Panel):
    bl_label = "3  Character"

    def draw(self, context):
        settings, layout = context.window_manager.posebridge, self.layout
        armature = chosen_armature(context)
        layout.prop(settings, "armature", text="", icon="ARMATURE_DATA")
        if armature is None:
            layout.label(text="Choose an armature", icon="INFO")
            return
        layout.operator("posebridge.find_bones", icon="VIEWZOOM")
        if settings.mapped != armature.name:
            say(context, layout, f"{armature.name}: its bones are found when it is animated", "INFO")
            return
        for line in settings.verdict.split("; ") if settings.verdict else []:
            say(context, layout, line, "ERROR")
        if not settings.verdict:
            say(context, layout, f"{armature.name}: {settings.family}, {len(settings.bones)} bones", "CHECKMARK")


class POSEBRIDGE_PT_bones(Step, bpy.types.Panel):
    bl_label, bl_parent_id, bl_options = "Bone map", "POSEBRIDGE_PT_character", {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def draw(self, context):
        settings, layout = context.window_manager.posebridge, self.layout
        beside = layout.row()
        beside.template_list("POSEBRIDGE_UL_bones", "", settings, "bones", settings, "row", rows=6)
        column = beside.column(align=True)
        column.operator("posebridge.add_bone", text="", icon="ADD")
        column.operator("posebridge.remove_bone", text="", icon="REMOVE")
        layout.prop_search(settings, "root_name", chosen_armature(context).data, "bones", text="Root")
        row = layout.row(align=True)
        row.operator("posebridge.check_map")
        row.operator("posebridge.find_bones", text="Find anew").anew = True
        row = layout.row(align=True)
        row.operator("posebridge.load_map")
        row.operator("posebridge.save_map")
        layout.operator("posebridge.keep_map")


class POSEBRIDGE_PT_result(Step, bpy.types.Panel):
    bl_label = "4  Result"

    def draw(self, context):
        settings, layout = context.window_manager.posebridge, self.layout
        for name in ("root", "place"):
            layout.prop(settings, name, text="")
        for name in ("lock_feet", "reach_hands", "first_frame", "as_strip", "compare"):
            layout.prop(settings, name)
        if settings.compare:
            layout.prop(settings, "beside_m")
        if settings.source == "LIVE":
            _live_buttons(settings, layout)
        else:
            layout.operator("posebridge.retarget", icon="PLAY")
        if running:
            say(context, layout, settings.stage, "REC" if settings.recording else "HIDE_OFF")
        else:
            say_how_far(context, settings, layout)


def _live_buttons(settings, layout):
    if not running:
        layout.operator("posebridge.live", icon="PLAY")
        return
    row = layout.row(align=True)
    row.operator("posebridge.live_record", text="Leave off" if settings.recording else "Record", icon="REC")
    row.operator("posebridge.live_end", icon="CANCEL")


CLASSES = (POSEBRIDGE_PT_daemon, POSEBRIDGE_PT_source, POSEBRIDGE_UL_bones, POSEBRIDGE_PT_character,
           POSEBRIDGE_PT_bones, POSEBRIDGE_PT_result)
