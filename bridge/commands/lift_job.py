"""One lift that was asked for: which files, whose body, what camera; from flags to a LiftOrder."""
from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bridge.capture.body_json import read_body
from bridge.errors import InputInvalid, UsageError
from bridge.export.names import distinct, result_name
from bridge.farm.receipt import digest_of, sha256_of
from bridge.frames import Setup, Skeleton
from bridge.keypoints.camera import USUAL_FOV_DEG, PinholeCamera, camera_of_fov, posed
from bridge.keypoints.camera_file import is_camera, read_camera
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.found import Told
from bridge.keypoints.lifting import LiftOrder, View
from bridge.keypoints.load import load_keypoints
from bridge.report import say

NEUTRAL_HEIGHT_M = 1.70
CAMERA_ENDING = ".camera.json"  # as simulate and lift leave them


@dataclass(frozen=True)
class Job:
    """One person: files of keypoints, each with its camera's file if it has one; the results' name."""

    files: tuple[tuple[Path, Path | None], ...]
    name: str


def jobs_of(args: argparse.Namespace) -> list[Job]:
    """Each FILE is a job of its own, all --view together are one. A camera's file among them, NAME.camera.json, is that
    of NAME. Raises UsageError."""
    if bool(args.files) == bool(args.view):
        raise UsageError("give FILEs, each lifted by itself, or --view FILE:CAMERA for each camera of one take")
    cameras = [file for file in args.files if is_camera(file)]
    files = [file for file in args.files if file not in cameras]
    if cameras and not files:
        raise UsageError(f"{cameras[0]} is a camera's; the keypoints that it saw are needed, and --camera takes it")
    if args.view and args.camera:
        raise UsageError("--view names a camera for each file: leave out --camera")
    lots: list[tuple[tuple[Path, Path | None], ...]] = [(pair,) for pair in _paired(files, cameras, args)]
    lots = lots or [tuple(map(_view, args.view))]
    names = distinct([result_name(Path(lot[0][0].name or lot[0][0].absolute().name)) for lot in lots])
    return [Job(lot, name) for lot, name in zip(lots, names, strict=True)]


def _paired(
    files: list[Path], cameras: list[Path], args: argparse.Namespace
) -> list[tuple[Path, Path | None]]:
    """Each file with its camera's: the one that is told for all, or that of its name. Says which are not used."""
    if args.camera or args.fov:
        own = dict[Path, Path]()
    else:
        own = {camera.with_name(camera.name.removesuffix(CAMERA_ENDING)): camera for camera in cameras}
    pairs = [(file, args.camera or own.get(file.with_name(_called(file)))) for file in files]
    for camera in cameras:
        if camera not in [used for _, used in pairs]:
            say(f"{camera}: a camera's file, not used: " + (
                "another is told" if args.camera or args.fov else "no keypoints of its name are here"), 0)
    return pairs


def _called(file: Path) -> str:
    return file.name if file.is_dir() else file.stem


def _view(text: str) -> tuple[Path, Path]:
    file, colon, camera = text.rpartition(":")
    if not (file and colon and camera):
        raise UsageError(f"--view {text}: FILE:CAMERA is allowed, as left.json:left-camera.json")
    return Path(file), Path(camera)


def order_of(job: Job, args: argparse.Namespace) -> LiftOrder:
    """All files read. Raises what the readers raise, UsageError where flags and files do not fit."""
    views = tuple(_read(file, camera, args) for file, camera in job.files)
    told = args.body is not None or args.person_height is not None
    return LiftOrder(views, skeleton_of(args), told or not all(view.placed for view in views), args.body is not None,
                     args.floor, args.hypotheses, args.seed)


def skeleton_of(args: argparse.Namespace) -> Skeleton:
    """The person's own bones, or the neutral adult's as large as they are. Raises what read_body does."""
    if args.body is not None:
        return read_body(args.body, Setup()).skeleton
    height = args.person_height or NEUTRAL_HEIGHT_M
    return Skeleton(Skeleton().offsets_m * np.float32(height / NEUTRAL_HEIGHT_M))


def _read(file: Path, camera_file: Path | None, args: argparse.Namespace) -> View:
    camera, placed = read_camera(camera_file) if camera_file else (None, False)
    size = camera.size_px if camera else args.size
    told = Told(args.rate, size, args.detector, args.person, args.default_rate, None if camera else args.default_size)
    clip = load_keypoints(file, told)
    camera = camera or _usual(clip, args)
    if clip.size_px and clip.size_px != camera.size_px:
        raise InputInvalid(f"{file} is of pictures of {_size(clip.size_px)}, {camera_file or '--size'} says "
                           f"{_size(camera.size_px)}")
    if camera.moves and len(camera.rotation) < len(clip):
        raise InputInvalid(f"{camera_file} moves for {len(camera.rotation)} frames, {file} has {len(clip)}")
    camera = camera.frames(slice(0, len(clip)))
    if not placed and args.camera_height is not None:
        camera, placed = posed(camera, args.camera_height, args.camera_pitch), True
    return View(clip, camera, placed)


def _usual(clip: KeypointClip, args: argparse.Namespace) -> PinholeCamera:
    """Of a field of view that is told, or the usual one."""
    size = clip.size_px or args.size
    if size is None:
        raise UsageError(f"{clip.name}: its file does not say how large pictures are; --size WIDTHxHEIGHT or --camera")
    return camera_of_fov(size, args.fov or USUAL_FOV_DEG, args.fov_axis)


def _size(size: tuple[int, int]) -> str:
    return "x".join(map(str, size))


def parts_of(job: Job, args: argparse.Namespace) -> dict[str, Any]:
    """All that the job's results depend on besides who solves and in what formats; JSON. Raises InputMissing."""
    flags = ("rate", "size", "default_rate", "default_size", "detector", "person", "fov", "fov_axis", "camera_height",
             "camera_pitch", "person_height", "floor", "hypotheses", "all_hypotheses", "seed")
    return {"keypoints": [_digest(file) for file, _ in job.files],
            "cameras": [camera and sha256_of(camera) for _, camera in job.files],
            "body": args.body and sha256_of(args.body), "asked": {flag: _plain(getattr(args, flag)) for flag in flags}}


def _digest(file: Path) -> str:
    """Of a file, or of all files of a folder with their names."""
    if file.is_dir():
        return digest_of({path.name: sha256_of(path) for path in sorted(file.iterdir()) if path.is_file()})
    return sha256_of(file)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
