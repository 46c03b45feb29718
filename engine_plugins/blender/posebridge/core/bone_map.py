"""Which bone does what: a rig's bones tied to the 22 joints, as the user may edit, save and load it."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .rig import Rig
from .smpl22 import JOINT_NAMES

FORMAT, VERSION = "posebridge bone map", 1
NEEDED = ("pelvis", "head", *(f"{side}_{part}" for side in "LR"
                              for part in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")))
TWISTABLE = tuple(f"{side}_{part}" for side in "LR" for part in ("hip", "knee", "shoulder", "elbow"))


class BoneMapError(ValueError):
    """A bone map that cannot be used; the message is one clear line."""


@dataclass(frozen=True)
class Drive:
    """What turns a bone.

    share 1: the bone turns with its joint. Less, in spine and neck: that part of the way from the joint's parent to
    the joint. With `twist`, the bone lies along the limb that begins at the joint and only takes part of a twist:
    of the upper limb's own (hip, shoulder), or of what the next joint twists (knee: ankle, elbow: wrist).
    """

    joint: str
    share: float = 1.0
    twist: bool = False


@dataclass(frozen=True)
class BoneMap:
    """Bone name -> what turns it. `root` is the bone that can carry the way over the floor, where there is one."""

    bones: dict[str, Drive]
    root: str | None = None
    family: str = "own"

    def bone_of(self, joint: str, rig: Rig) -> int | None:
        """The bone of the rig whose head is the joint: the one that turns with all of it, else the topmost along it."""
        own = [(bone, drive) for bone, drive in self.bones.items() if drive.joint == joint and bone in rig.index]
        whole = [(drive.share, bone) for bone, drive in own if not drive.twist]
        if whole or not joint.endswith(("hip", "shoulder")):  # only these may be in parts from their head on
            return rig.index[max(whole)[1]] if whole else None
        return min((rig.index[bone] for bone, _ in own), key=lambda bone: len(rig.ancestors(bone)), default=None)

    def to_json(self) -> str:
        """A text to keep in a file or with the armature."""
        rows = [{"bone": bone, "joint": drive.joint, "share": drive.share, "twist": drive.twist}
                for bone, drive in self.bones.items()]
        whole = {"format": FORMAT, "version": VERSION, "family": self.family, "root": self.root, "bones": rows}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str) -> BoneMap:
        """Raises BoneMapError with what is wrong."""
        try:
            whole = json.loads(text)
        except ValueError as error:
            raise BoneMapError(f"the bone map is not JSON: {error}") from None
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise BoneMapError(f'the file is no bone map: its "format" is not "{FORMAT}"')
        if whole.get("version") != VERSION:
            raise BoneMapError(f"the bone map is of version {whole.get('version')}; this reads version {VERSION}")
        rows, root, family = whole.get("bones"), whole.get("root"), whole.get("family", "own")
        if not isinstance(rows, list) or not isinstance(root, str | None) or not isinstance(family, str):
            raise BoneMapError('a bone map has a list "bones", a text or null "root" and a text "family"')
        bones = dict(map(_row, rows))
        if len(bones) < len(rows):
            raise BoneMapError("the bone map names a bone twice")
        return BoneMap(bones, root, family)


def _row(row: Any) -> tuple[str, Drive]:
    if not isinstance(row, dict) or not isinstance(row.get("bone"), str):
        raise BoneMapError(f'each row of a bone map has a text "bone"; got {row!r}')
    joint, share, twist = row.get("joint"), row.get("share", 1.0), row.get("twist", False)
    if joint not in JOINT_NAMES:
        raise BoneMapError(f"{row['bone']}: unknown joint {joint!r}; allowed are {', '.join(JOINT_NAMES)}")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise BoneMapError(f"{row['bone']}: a share is a number from 0 to 1, got {share!r}")
    if not isinstance(twist, bool) or (twist and joint not in TWISTABLE):
        raise BoneMapError(f"{row['bone']}: only bones along {', '.join(TWISTABLE)} can take a twist")
    return row["bone"], Drive(joint, float(share), twist)
