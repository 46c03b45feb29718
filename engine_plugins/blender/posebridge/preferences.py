"""What the user sets once for all files."""
import shutil

import bpy

from .command_run import CommandMissing


class PoseBridgePreferences(bpy.types.AddonPreferences):
    bl_idname = __package__

    command: bpy.props.StringProperty(
        name="posebridge command", subtype="FILE_PATH",
        description="Where the posebridge command is; empty: wherever the system finds it")

    def draw(self, context):
        self.layout.prop(self, "command")


def command(context) -> str | None:
    """The posebridge command as it is to be called; None where there is none."""
    entry = context.preferences.addons.get(__package__)
    chosen = bpy.path.abspath(entry.preferences.command) if entry else ""
    return shutil.which(chosen or "posebridge")


def needed_command(context) -> str:
    """The same for who cannot do without it. Raises CommandMissing."""
    program = command(context)
    if program is None:
        raise CommandMissing
    return program


CLASSES = (PoseBridgePreferences,)
