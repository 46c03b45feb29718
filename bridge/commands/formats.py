"""Which files a command leaves of solved motion, and how they are written: flags to a Formats."""
from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bridge.errors import UsageError
from bridge.export.bvh_style import PER_M, UPS, BvhStyle
from bridge.export.character import CHARACTER_KINDS, Character
from bridge.export.euler import ORDERS
from bridge.export.names import KINDS
from bridge.farm.receipt import sha256_of

USUAL = KINDS[:3]


@dataclass(frozen=True)
class Formats:
    """`kinds`: of KINDS. `character`: whom to put the motion on as well."""

    kinds: tuple[str, ...] = USUAL
    bvh: BvhStyle = field(default_factory=BvhStyle)
    character: Character | None = None

    def parts(self) -> dict[str, Any]:
        """All of it that results depend on, as JSON. Raises InputMissing."""
        who = self.character
        return {"formats": list(self.kinds), "bvh": asdict(self.bvh) if "bvh" in self.kinds else None,
                "character": who and {"sha256": sha256_of(who.rig), "armature": who.armature, "kinds": list(who.kinds)}}


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    """`on_daemon`: a daemon makes them, which starts no Blender for anybody."""
    group = parser.add_argument_group("formats")
    usual = BvhStyle()
    group.add_argument("--formats", default=",".join(USUAL), metavar="KIND,...",
                       help=f"what to leave: {', '.join(KINDS)} (glb: joints, body, animation; vrma: VRM animation; "
                            f"npz: AMASS layout; usd needs posebridge[usd])")
    group.add_argument("--bvh-unit", choices=tuple(PER_M), default=usual.unit, help="of lengths")
    group.add_argument("--bvh-up", choices=UPS, default=usual.up,
                       help="y: faces +Z; z: faces -Y, as in Blender")
    group.add_argument("--bvh-order", choices=ORDERS, default=usual.order,
                       help="of the rotations' channels")
    if on_daemon:
        parser.set_defaults(character=None, armature=None)
        return
    group.add_argument("--character", type=Path, metavar="BLEND",
                       help="also put the motion on this file's armature, by Blender with our extension in it")
    group.add_argument("--armature", metavar="NAME", help="which; may be left out where there is only one")
    group.add_argument("--character-formats", default="blend", metavar="KIND,...",
                       help=f"of NAME.character.KIND: {', '.join(CHARACTER_KINDS)}")
    group.add_argument("--blender", default="blender", metavar="COMMAND", help="Blender 4.2 or newer")


def chosen(args: argparse.Namespace) -> Formats:
    """Raises UsageError for what cannot be."""
    kinds = _several(args.formats, KINDS, "--formats")
    if any(kind.startswith("usd") for kind in kinds):
        from bridge.export.usd import require_usd

        require_usd()
    style = BvhStyle(args.bvh_unit, args.bvh_up, args.bvh_order)
    return Formats(kinds, style, _character(args))


def _character(args: argparse.Namespace) -> Character | None:
    if args.character is None:
        if args.armature:
            raise UsageError("--armature names one of --character's: give both")
        return None
    kinds = _several(args.character_formats, CHARACTER_KINDS, "--character-formats")
    character = Character(args.character, args.armature, kinds, args.blender)
    character.check()
    return character


def _several(text: str, allowed: tuple[str, ...], flag: str) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    wrong = [kind for kind in kinds if kind not in allowed]
    if wrong or not kinds:
        raise UsageError(f"{flag} {text}: {wrong[0] if wrong else 'nothing'} is none of {', '.join(allowed)}")
    return kinds
