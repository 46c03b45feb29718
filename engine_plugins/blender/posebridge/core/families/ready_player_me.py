"""Ready Player Me avatars: Mixamo's names without its prefix."""
from __future__ import annotations

from .family import Family
from .mixamo import LIMBS

FAMILIES = (
    Family("Ready Player Me", "Hips", ("Spine", "Spine1", "Spine2"), ("Neck",), "Head", LIMBS, root="Armature"),
)
