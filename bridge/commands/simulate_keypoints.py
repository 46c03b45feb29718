"""The part of posebridge simulate that writes detectors' files: which, and through what camera."""
from __future__ import annotations

import argparse
from pathlib import Path

from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.frames import Motion
from bridge.keypoints.arrays import write_bare, write_keypoints
from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.camera_file import read_camera, write_camera
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.coco import write_results
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.mediapipe import write_landmarks
from bridge.keypoints.openpose import write_openpose
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints

VIEWS = {"orbit": "orbit", "eye-level": "eye level", "low": "low", "moving": "moving"}  # of models.evaluation.problems
WRITERS = {"coco": (write_results, ".json"), "openpose": (write_openpose, ""), "mediapipe": (write_landmarks, ".json"),
           "h36m": (write_bare, ".npz"), "smpl22": (write_keypoints, ".npz")}


def arguments(group: argparse._ArgumentGroup) -> None:
    usual = Faults()
    group.add_argument("--keypoints", choices=tuple(WRITERS), help="whose; smpl22 are our joints in our own .npz")
    group.add_argument("--camera", type=Path, metavar="VIEW|FILE",
                       help=f"{', '.join(VIEWS)}: as posebridge evaluate --problem lift has them, from a side that "
                            "the seed says; or a file as posebridge lift has it, standing somewhere; else one stands "
                            "before the way")
    group.add_argument("--views", type=int, default=1, metavar="N", help="cameras, evenly round: NAME, NAME.v2, ...")
    group.add_argument("--noise-px", type=float, default=usual.noise_px, metavar="PX",
                       help="standard deviation of a keypoint, per axis")
    group.add_argument("--lost", type=float, default=usual.lost, metavar="SHARE",
                       help="part of the time each keypoint is not seen, 0 to 1, in bursts of up to 0.4 s")


def check(args: argparse.Namespace) -> None:
    """Raises UsageError for what cannot be."""
    if not args.keypoints and (args.camera or args.views != 1 or args.lost):
        raise UsageError("--camera, --views and --lost are of 2D keypoints: give --keypoints")
    if not 0 <= args.lost <= 1:
        raise UsageError(f"--lost {args.lost:g}: a share of the time is 0 to 1")
    if args.noise_px < 0:
        raise UsageError(f"--noise-px {args.noise_px:g}: a standard deviation is 0 or more")
    if not 1 <= args.views <= 32 or (args.camera and args.views > 1):
        raise UsageError(f"--views {args.views}: 1 to 32 are allowed, and one with --camera")


def leave(out: Path, motion: Motion, args: argparse.Namespace, seed: int) -> list[Path]:
    """Write the keypoints and the camera of every view of one clip. Raises InputInvalid where nobody is in view."""
    write, suffix = WRITERS[args.keypoints]
    written = []
    for number, camera in enumerate(_cameras(motion, args, seed), start=1):
        name = motion.name if number == 1 else f"{motion.name}.v{number}"
        clip = simulate_keypoints(motion, camera, DETECTORS[args.keypoints], Faults(args.noise_px, args.lost),
                                  seed + 1000 * (number - 1))
        _require_somebody(clip, name)
        write(out / f"{name}{suffix}", clip)
        write_camera(out / f"{name}.camera.json", camera)
        written += [out / f"{name}{suffix}", out / f"{name}.camera.json"]
    return written


def _cameras(motion: Motion, args: argparse.Namespace, seed: int) -> list[PinholeCamera]:
    if not args.camera:
        return cameras_round(motion, args.views)
    view = VIEWS.get(str(args.camera))
    if view and not args.camera.exists():
        from bridge.engine.views import camera_before

        return [camera_before(view, motion, seed)]
    camera, placed = _read(args.camera)
    if not placed:
        raise InputInvalid(f"{args.camera}: does not say where it stands: rotation and translation")
    if camera.moves and len(camera.rotation) < len(motion):
        raise InputInvalid(f"{args.camera}: moves for {len(camera.rotation)} frames, {motion.name} for {len(motion)}")
    return [camera.frames(slice(0, len(motion)))]


def _read(path: Path) -> tuple[PinholeCamera, bool]:
    try:
        return read_camera(path)
    except InputMissing as error:
        raise InputMissing(f"{error}; views without a file are {', '.join(VIEWS)}") from None


def _require_somebody(clip: KeypointClip, name: str) -> None:
    if not clip.confidence.any():
        raise InputInvalid(f"{name}: nobody is in the camera's picture in any frame")
