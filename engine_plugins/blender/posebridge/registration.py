"""All that Blender is told about when the extension is enabled, and what is taken back when it is disabled."""
from __future__ import annotations

from typing import Any

import bpy

from . import farm, map_operators, panel, preferences, retarget_operator, settings

CLASSES = (*preferences.CLASSES, *settings.CLASSES, *map_operators.CLASSES, *retarget_operator.CLASSES, *panel.CLASSES)
_commands: list[Any] = []


def register() -> None:
    for one in CLASSES:
        bpy.utils.register_class(one)
    bpy.types.WindowManager.posebridge = bpy.props.PointerProperty(type=settings.PoseBridgeSettings)
    _commands.append(bpy.utils.register_cli_command("posebridge", farm.main))


def unregister() -> None:
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    del bpy.types.WindowManager.posebridge
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
