"""The calibration of whoever plays a character: a custom property of its armature, so it travels with the file."""
from __future__ import annotations

import bpy

PROPERTY = "posebridge_calibration"


def kept_calibration(armature: bpy.types.Object | None) -> str:
    """As `posebridge calibrate` wrote it; empty where none was kept."""
    text = armature.data.get(PROPERTY) if armature is not None else None
    return text if isinstance(text, str) else ""


def keep_calibration(armature: bpy.types.Object, text: str) -> None:
    armature.data[PROPERTY] = text


def forget_calibration(armature: bpy.types.Object) -> None:
    armature.data.pop(PROPERTY, None)
