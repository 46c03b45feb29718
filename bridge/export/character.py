"""A motion on somebody's own character: Blender without a window, with our extension in it, does the retargeting.

    blender -b RIG.blend --command posebridge retarget --motion NAME.npz --out NAME.character.glb ...
"""
from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.errors import BlenderFailed, InputMissing, UsageError
from bridge.frames import Motion

CHARACTER_KINDS = ("blend", "glb", "fbx")
LONGEST_S = 3600.0
NO_COMMAND = "unrecognized command"  # what Blender says without the extension


@dataclass(frozen=True)
class Character:
    """`armature` None: the file's only one. `kinds`: of CHARACTER_KINDS. `blender`: a command, as a shell reads it."""

    rig: Path
    armature: str | None = None
    kinds: tuple[str, ...] = ("blend",)
    blender: str = "blender"

    def check(self) -> None:
        """Raises InputMissing, UsageError: before anything is solved for it."""
        if not self.rig.is_file():
            raise InputMissing(f"{self.rig}: no such file")
        if not self.words or shutil.which(self.words[0]) is None:
            raise UsageError(f"--blender {self.blender}: there is no such command")

    @property
    def words(self) -> list[str]:
        return shlex.split(self.blender)


def write_character(folder: Path, name: str, motion: Motion, character: Character) -> list[Path]:
    """Writes name.character.KIND for each kind. Raises BlenderFailed, and what `check` does."""
    from bridge.export.npz import write_npz  # it takes scipy, and who only asks for a character does without

    character.check()
    folder.mkdir(parents=True, exist_ok=True)
    outs = [folder / f"{name}.character.{kind}" for kind in character.kinds]
    with TemporaryDirectory(prefix="posebridge-") as own:
        solved = Path(own) / f"{name}.npz"
        write_npz(solved, motion)
        _run(_line(character, solved, outs))
    missing = [out for out in outs if not out.is_file()]
    if missing:
        raise BlenderFailed(f"Blender left no {missing[0].name}")
    return outs


def _line(character: Character, solved: Path, outs: list[Path]) -> list[str]:
    armature = ["--armature", character.armature] if character.armature else []
    return [*character.words, "-b", str(character.rig), "--command", "posebridge", "retarget", "--motion", str(solved),
            *armature, *(word for out in outs for word in ("--out", str(out.absolute())))]


def _run(words: list[str]) -> None:
    try:
        ended = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                               timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise BlenderFailed(f"Blender had not ended after {LONGEST_S:g} s") from error
    if ended.returncode:
        raise BlenderFailed(_told(ended.returncode, f"{ended.stdout}\n{ended.stderr}"))


def _told(code: int, said: str) -> str:
    """Why, as one line."""
    if NO_COMMAND in said.lower():
        return "Blender does not know our command: install the extension in it (engine_plugins/blender)"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    ours = [line.removeprefix("posebridge: ") for line in lines if line.startswith("posebridge: ")]
    return f"Blender ended with code {code}: {(ours or lines or ['it said nothing'])[-1]}"
