"""The calibration of whoever plays a character: a custom property of its armature, so it travels with the file."""
from __future__ import annotations

import json

import bpy

PROPERTY = "posebridge_calibration"


def kept_calibration(armature: bpy.types.Object | None) -> str:
    """As core.wearer writes it; empty where none was kept."""
    text = armature.data.get(PROPERTY) if armature is not None else None
    return text if isinstance(text, str) else ""


def kept_findings(armature: bpy.types.Object | None) -> list[str]:
    """What was said of it."""
    try:
        said = json.loads(kept_calibration(armature) or "{}").get("said", [])
    except (ValueError, AttributeError):
        return []
    return [str(line) for line in said] if isinstance(said, list) else []


def keep_calibration(armature: bpy.types.Object, text: str) -> None:
    armature.data[PROPERTY] = text


def forget_calibration(armature: bpy.types.Object) -> None:
    armature.data.pop(PROPERTY, None)
