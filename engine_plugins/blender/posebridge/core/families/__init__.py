"""Tables of the rig families, one file each. The first whose names fit counts, a family with a sign before others."""
from __future__ import annotations

from . import (
    auto_rig_pro,
    character_creator,
    daz_genesis,
    makehuman,
    mixamo,
    ready_player_me,
    rigify_generated,
    rigify_metarig,
    smpl,
    unreal,
    vrm,
)
from .family import Family

FAMILIES: tuple[Family, ...] = (
    *mixamo.FAMILIES, *ready_player_me.FAMILIES, *vrm.FAMILIES, *unreal.FAMILIES, *rigify_generated.FAMILIES,
    *rigify_metarig.FAMILIES, *makehuman.FAMILIES, *auto_rig_pro.FAMILIES, *character_creator.FAMILIES,
    *daz_genesis.FAMILIES, *smpl.FAMILIES,
)


def switches_of(name: str) -> tuple[tuple[str, str, float], ...]:
    """Bone, property, value: what makes the bones lead that the family's map names."""
    return next((family.switches for family in FAMILIES if family.name == name), ())
