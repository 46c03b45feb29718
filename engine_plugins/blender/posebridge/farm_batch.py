"""Many takes onto the open file's character, each saved as a file of its own; what is up to date is left alone."""
from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy

from .core.batch import BatchError, Take, placed, shard, takes_of
from .core.batch_daemon import BatchDaemon
from .core.batch_receipt import Parts, forget_receipt, sha256_of, what_changed, write_receipt
from .core.batch_report import CURRENT, DONE, FAILED, WOULD, Report, Row
from .core.motion_file import MotionFileMissing
from .farm_run import Stopped, Stopping, animate, stopping
from .preferences import needed_command

HOW = ("strip", "root", "place", "no_foot_lock", "reach_hands")


def batch(args: argparse.Namespace, exit_code: Callable[[Exception], int]) -> int:
    """The exit code. Raises BatchError, FileNotFoundError before anything has begun, and Stopped."""
    rig = _open_file()
    usual = Take(Path(), None, args.armature, args.action, args.bone_map, args.first_frame)
    takes = shard(placed(takes_of(args.takes, args.manifest, usual), args.out, rig), args.shard)
    about = {"rig": str(rig), "blender": bpy.app.version_string, "extension": _version()}
    report = Report(takes, about, args.progress, args.report, lambda line: print(line, flush=True))
    with stopping() as state:
        daemon = BatchDaemon(lambda: needed_command(bpy.context), state.look)
        one = _Batch(args, _linked(rig), about, daemon, state, report)
        try:
            for take, row in zip(takes, report.rows, strict=True):
                _tried(one, take, row, exit_code)
        finally:
            daemon.close()
    print(report.summary(), flush=True)
    return report.code


class _Batch:
    """What all takes of a batch share."""

    def __init__(
        self, args: argparse.Namespace, files: list[Path], about: dict[str, Any], daemon: BatchDaemon, state: Stopping,
        report: Report,
    ) -> None:
        self._args, self._daemon, self.state, self.report = args, daemon, state, report
        self._rig = files[0]
        how = {name: getattr(args, name) for name in HOW}
        self._shared: Parts = {"rig": sha256_of(files), "options": how, "blender": about["blender"],
                               "extension": about["extension"]}

    def make(self, take: Take, row: Row) -> tuple[str, str]:
        """The state it ends in, and what there is to say."""
        assert take.out is not None
        parts = self._parts(take, row)
        why = "asked for anew" if self._args.force else what_changed(take.out, parts)
        if why is None:
            return CURRENT, ""
        if self._args.dry_run:
            return WOULD, f"{take.out}: {why}"
        bpy.ops.wm.open_mainfile(filepath=str(self._rig), load_ui=False)
        take.out.parent.mkdir(parents=True, exist_ok=True)
        forget_receipt(take.out)
        for left in take.out.parent.glob(f".{take.out.stem}.*.unfinished{take.out.suffix}"):
            left.unlink(missing_ok=True)  # of one that was killed
        said = animate(take, self._args, self.state, lambda stage, share: self.report.stage(row, stage, share))
        write_receipt(take.out, parts)
        return DONE, f"{said}; saved {take.out}"

    def _parts(self, take: Take, row: Row) -> Parts:
        """All that its result depends on. Raises MotionFileMissing; what the daemon raises."""
        if not take.source.is_file():
            raise MotionFileMissing(f"{take.source}: there is no such file")
        parts = {**self._shared, "take": sha256_of([take.source]), "armature": take.armature, "action": take.action,
                 "first frame": take.first_frame, "bone map": take.bone_map and sha256_of([take.bone_map])}
        if take.is_session:
            self.report.stage(row, "looking for the daemon", 0.0)
            solver = self._daemon.solver(may_start=not self._args.dry_run)
            parts |= {"solver": solver} if solver else {}
        return parts


def _tried(one: _Batch, take: Take, row: Row, exit_code: Callable[[Exception], int]) -> None:
    """A failure is its row's. A signal ends the batch: raises Stopped."""
    began_s = time.monotonic()
    try:
        one.state.look()
        state, said = one.make(take, row)
        one.report.ended(row, state, said, 0, time.monotonic() - began_s)
    except Stopped as stopped:
        one.report.stopped(row, str(stopped), stopped.code)
        raise
    except Exception as error:
        said = str(error) or type(error).__name__
        print(f"posebridge: {said}", file=sys.stderr, flush=True)
        one.report.ended(row, FAILED, said, exit_code(error), time.monotonic() - began_s)


def _open_file() -> Path:
    if not bpy.data.filepath:
        raise BatchError("every take begins with the open file: blender -b rig.blend --command posebridge batch ...")
    return Path(bpy.data.filepath)


def _linked(rig: Path) -> list[Path]:
    """The file, and the libraries that are there of those it links."""
    libraries = [Path(bpy.path.abspath(library.filepath, library=library.parent)) for library in bpy.data.libraries]
    return [rig, *sorted(path for path in libraries if path.is_file())]


def _version() -> str:
    manifest = Path(__file__).with_name("blender_manifest.toml")
    return str(tomllib.loads(manifest.read_text(encoding="utf-8"))["version"])
