"""The arguments of the farm's commands."""
from __future__ import annotations

import argparse
from pathlib import Path

from .core.batch_report import KINDS
from .core.retarget import Place, RootMotion

BATCH = """Each FILE is a session (.mcap, .csv), solved by the daemon that runs or by one that the batch starts, or a
solved motion (.npz); a folder stands for all of these in it. Every take begins with the open file as it lies on disk.
A take that fails does not stop the others; the exit code is then that of the first failure. A result that is there,
made of the same file, take, options, solver and versions, is left as it is: NAME.blend.json beside it says what it was
made of. Stopped, killed or failed, the same command again does what is left."""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="posebridge", description="PoseBridge in Blender, without a window")
    commands = whole.add_subparsers(dest="what", required=True)
    _one(commands.add_parser("retarget", help="a motion onto an armature of the open file, saved as another file"))
    _many(commands.add_parser("batch", help="the same for many, each saved as a file of its own", description=BATCH))
    return whole


def _one(command: argparse.ArgumentParser) -> None:
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("--motion", type=Path, metavar="NPZ", help="what posebridge solve has written")
    source.add_argument("--session", type=Path, metavar="FILE", help="a session, solved by posebridge solve first")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", action="append",
                         help=".blend: the open file; .glb, .fbx: the character alone; may be said more than once")
    _how(command)


def _many(command: argparse.ArgumentParser) -> None:
    command.add_argument("takes", type=Path, nargs="*", metavar="FILE", help="takes, or folders of them")
    command.add_argument("--manifest", type=Path, metavar="JSON",
                         help='rows of {"source": FILE, "out", "armature", "action", "bone_map", "first_frame"}')
    command.add_argument("--out", metavar="PATTERN", help="as 'shots/{name}.blend' (.glb, .fbx: the character "
                                                          "alone); also {folder}, {rig}, {number}")
    command.add_argument("--report", type=Path, metavar="JSON", help="one row per take, whole at every moment")
    command.add_argument("--progress", choices=KINDS, default="text", help="how to say on stdout how far it is")
    command.add_argument("--dry-run", action="store_true", help="say what would be made, and why; make nothing")
    command.add_argument("--force", action="store_true", help="make again what is up to date")
    command.add_argument("--shard", default="1/1", metavar="I/N", help="only every N-th take, for N machines")
    _how(command)


def _how(command: argparse.ArgumentParser) -> None:
    command.add_argument("--armature", metavar="NAME", help="may be left out where there is only one")
    command.add_argument("--bone-map", type=Path, metavar="JSON", help="else the one kept with the armature, or found")
    command.add_argument("--action", metavar="NAME", help="of the new action; else as the file is called")
    command.add_argument("--first-frame", type=int, default=1, metavar="N")
    command.add_argument("--strip", action="store_true", help="as an NLA strip above what is there")
    command.add_argument("--root", choices=[root.name for root in RootMotion], default="IN_WORLD")
    command.add_argument("--place", choices=[place.name for place in Place], default="CHARACTER")
    command.add_argument("--no-foot-lock", action="store_true")
    command.add_argument("--reach-hands", action="store_true")
