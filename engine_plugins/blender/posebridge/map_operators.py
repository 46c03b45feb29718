"""Bone maps at the user's hands: found, edited row by row, kept with the armature, saved and loaded as files."""
from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper, ImportHelper

from .core.bone_check import problems
from .core.bone_map import BoneMap, BoneMapError
from .core.bone_match import match
from .kept_maps import keep_map, kept_map
from .rig_reader import hindrances, read_rig
from .settings import chosen_armature, list_map, listed_map


class MapOperator:
    """An operator on the list; BoneMapError and OSError become one line for the user."""

    bl_options = frozenset({"REGISTER", "INTERNAL"})

    @classmethod
    def poll(cls, context):
        return chosen_armature(context) is not None

    def execute(self, context):
        settings, armature = context.window_manager.posebridge, chosen_armature(context)
        try:
            said = self.act(settings, armature)
        except (BoneMapError, OSError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if settings.mapped == armature.name:
            rig, chosen = read_rig(armature), listed_map(settings)
            faults = problems(rig, chosen) or hindrances(rig, chosen, settings.root == "ROOT_BONE")
            settings.verdict = "; ".join(faults)
        self.report({"INFO"}, said)
        return {"FINISHED"}


class POSEBRIDGE_OT_find_bones(MapOperator, bpy.types.Operator):
    """Find out which bone is which: from the map kept with the armature, its names, or its build"""

    bl_idname, bl_label = "posebridge.find_bones", "Find bones"

    anew: bpy.props.BoolProperty(name="Anew", description="Pay no heed to the map kept with the armature")

    def act(self, settings, armature):
        found = (None if self.anew else kept_map(armature)) or match(read_rig(armature))
        list_map(settings, found, armature.name)
        return f"{armature.name}: {len(found.bones)} bones, {found.family}"


class POSEBRIDGE_OT_check_map(MapOperator, bpy.types.Operator):
    """See whether the list fits the character"""

    bl_idname, bl_label = "posebridge.check_map", "Check"

    def act(self, settings, armature):
        settings.mapped = armature.name
        return f"{len(settings.bones)} bones checked"


class POSEBRIDGE_OT_add_bone(MapOperator, bpy.types.Operator):
    """Add a row"""

    bl_idname, bl_label = "posebridge.add_bone", "Add"

    def act(self, settings, armature):
        settings.bones.add().joint = "pelvis"
        settings.row, settings.mapped = len(settings.bones) - 1, armature.name
        return "a row was added"


class POSEBRIDGE_OT_remove_bone(MapOperator, bpy.types.Operator):
    """Remove the chosen row"""

    bl_idname, bl_label = "posebridge.remove_bone", "Remove"

    def act(self, settings, armature):
        settings.bones.remove(settings.row)
        settings.row = max(0, min(settings.row, len(settings.bones) - 1))
        return "the row was removed"


class POSEBRIDGE_OT_keep_map(MapOperator, bpy.types.Operator):
    """Keep the list with the armature: it is found again whenever the file is opened or the armature appended"""

    bl_idname, bl_label = "posebridge.keep_map", "Keep with armature"
    bl_options = frozenset({"REGISTER", "INTERNAL", "UNDO"})

    def act(self, settings, armature):
        keep_map(armature, listed_map(settings))
        return f"the bone map is kept with {armature.name}"


class POSEBRIDGE_OT_save_map(MapOperator, bpy.types.Operator, ExportHelper):
    """Save the list as a file, for other characters and other people"""

    bl_idname, bl_label = "posebridge.save_map", "Save"
    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, settings, armature):
        Path(self.filepath).write_text(listed_map(settings).to_json(), encoding="utf-8")
        return f"saved {self.filepath}"


class POSEBRIDGE_OT_load_map(MapOperator, bpy.types.Operator, ImportHelper):
    """Load a list from a file"""

    bl_idname, bl_label = "posebridge.load_map", "Load"
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def act(self, settings, armature):
        list_map(settings, BoneMap.from_json(Path(self.filepath).read_text(encoding="utf-8")), armature.name)
        return f"loaded {self.filepath}"


CLASSES = (POSEBRIDGE_OT_find_bones, POSEBRIDGE_OT_check_map, POSEBRIDGE_OT_add_bone, POSEBRIDGE_OT_remove_bone,
           POSEBRIDGE_OT_keep_map, POSEBRIDGE_OT_save_map, POSEBRIDGE_OT_load_map)
