"""Say what is in a file: a session (.mcap, .csv, .pcap) with its body, trackers and how well they were seen, or known
motion (.npz, .bvh, or a folder of AMASS files) with its clips, 2D keypoints (COCO, OpenPose, MediaPipe, arrays) with
the people in them, or a camera as posebridge lift takes one."""
from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bridge.capture.load import load_motions, load_session
from bridge.capture.mcap import read_recording
from bridge.capture.suffixes import MOTION_SUFFIXES
from bridge.commands.console import table, waiting
from bridge.config_commands import SPLITS
from bridge.errors import InputMissing, PoseBridgeError
from bridge.frames import Motion, Session
from bridge.generated.skeleton import JOINT_NAMES
from bridge.keypoints.camera import PinholeCamera
from bridge.keypoints.camera_file import is_camera, read_camera
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import Found, Told
from bridge.keypoints.load import find_keypoints, is_keypoints
from bridge.report import exit_code, line_of, say

EXAMPLES = """examples:
  posebridge info session.mcap
  posebridge info archive.npz --clips        every clip, not only the totals
  posebridge info openpose/take1 results.json      who is seen, as posebridge lift --person numbers them"""

UNKNOWN_PX = (1000, 1000)  # what shares of a picture are multiplied by where nobody says its size
PEOPLE = 10  # listed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE|DIR", help="sessions, motion or keypoints")
    parser.add_argument("--clips", action="store_true", help="list every clip of an archive")


def run(args: argparse.Namespace) -> int:
    codes = []
    for file in args.files:
        try:
            with waiting(f"reading {file.name}"):
                lines = _about(file, args.clips)
            print("\n".join([f"file     {file}", *lines]))
        except (PoseBridgeError, OSError) as error:
            codes.append(say(line_of(error), exit_code(error)))
    return next(iter(codes), 0)


def _about(file: Path, clips: bool) -> list[str]:
    if not file.exists() and not file.with_name(file.name.partition("#")[0]).exists():
        raise InputMissing(f"{file}: no such file or folder")
    if is_camera(file):
        return about_camera(*read_camera(file))
    if is_keypoints(file):
        return about_keypoints(find_keypoints(file, Told(size_px=UNKNOWN_PX)))
    if file.is_dir() and not any(file.rglob("*.npz")):
        raise InputMissing(f"{file}: neither OpenPose's keypoints (NAME_..._keypoints.json) in this folder, nor AMASS "
                           "recordings (.npz) below")
    if file.is_dir() or file.suffix.lower() in MOTION_SUFFIXES:
        return about_motions(load_motions(file), clips)
    session = load_session(file)
    lines = about_session(session) + _hands(session)
    if file.suffix == ".mcap":
        recording = read_recording(file)
        lines.append(f"live     {len(recording.poses)} poses solved live")
        lines += [f"damage   {recording.damage}"] if recording.damage else []
    return lines


def about_session(session: Session) -> list[str]:
    """Facts of a session, a line each, and a table of its trackers."""
    clip, setup = session.clip, session.setup
    floor = "unknown" if setup.floor_height_m is None else f"at {setup.floor_height_m:g} m"
    rows = [
        [JOINT_NAMES[tracker.joint], f"{100 * clip.position_valid[:, index].mean():.1f}",
         f"{100 * clip.rotation_valid[:, index].mean():.1f}"]
        for index, tracker in enumerate(setup.trackers)
    ]
    return [
        f"session  {session.name or '(no name)'}",
        f"length   {len(clip)} frames at {clip.rate_hz:g} Hz, {len(clip) / clip.rate_hz:.2f} s",
        f"body     head {setup.skeleton.standing_head_height_m:.2f} m over the floor; floor {floor}",
        f"noise    {1000 * setup.noise.position_sd_m:.3g} mm, {np.degrees(setup.noise.rotation_sd_rad):.2g} degrees",
        f"truth    {'known' if session.truth else 'not known'}",
        table(("tracker on", "position seen %", "rotation seen %"), rows),
    ]


def _hands(session: Session) -> list[str]:
    """A line if they look exchanged."""
    from bridge.engine.swapped import swap_warning

    warning = swap_warning(session)
    return [f"hands    {warning}"] if warning else []


def about_camera(camera: PinholeCamera, placed: bool) -> list[str]:
    """Facts of a camera, a line each."""
    across, down = camera.fov_deg
    where = "where it stands is not said" if not placed else camera.stands
    return [f"camera   {'x'.join(map(str, camera.size_px))} pixels, {across:.1f} x {down:.1f} degrees, "
            f"{'a lens that bends' if camera.distortion.any() else 'no distortion'}", f"stands   {where}"]


def about_keypoints(found: Found) -> list[str]:
    """Facts of a detector's file, a line each, and a table of who is seen in it."""
    rate = f"{found.rate_hz:g} Hz" if found.rate_hz else "a rate that it does not say (lift --rate)"
    known = found.size_px and found.size_px != UNKNOWN_PX
    size = "x".join(map(str, found.size_px or ())) if known else "a size that it does not say (lift --size, --camera)"
    rows, somebody = list[list[str]](), any(person[..., 2].any() for person in found.people)
    for number, person in enumerate(found.people[:PEOPLE], start=1):
        frames = np.flatnonzero((person[..., 2] > 0).any(-1))
        span = f"{frames[0]} to {frames[-1]}" if len(frames) else "-"
        sure = person[frames, :, 2].mean() if len(frames) else 0.0
        rows.append([str(number), str(len(frames)), span, f"{100 * (person[frames, :, 2] > 0).mean():.1f}"
                     if len(frames) else "-", f"{sure:.2f}"])
    facts = [
        f"keypoints {DETECTORS[found.detector].title} of {found.name or '(no name)'}",
        f"length   {len(found)} frames at {rate}",
        f"pictures of {size}",
    ]
    if not somebody:
        return [*facts, "people   nobody is seen"]
    return [
        *facts, f"people   {len(found.people)}" + (f", the first {PEOPLE}:" if len(found.people) > PEOPLE else ""),
        table(("person", "frames", "from first to last", "keypoints seen %", "confidence"), rows),
    ]


def about_motions(motions: list[Motion], clips: bool) -> list[str]:
    """Totals by split, and each clip if asked for."""
    seconds = [len(motion) / motion.rate_hz for motion in motions]
    rows = [
        [split, str(len(mine)), str(sum(len(motions[one]) for one in mine)), f"{sum(seconds[one] for one in mine):.1f}"]
        for number, split in enumerate(SPLITS)
        if (mine := [one for one, motion in enumerate(motions) if motion.split == number])
    ]
    lines = [table(("split", "clips", "frames", "seconds"), rows)]
    if len(motions) == 1:
        lines.insert(0, f"length   {len(motions[0])} frames at {motions[0].rate_hz:g} Hz, {seconds[0]:.2f} s")
    if clips:
        each = [[motion.name, SPLITS[motion.split], str(len(motion)), f"{motion.rate_hz:g}", f"{length:.2f}"]
                for motion, length in zip(motions, seconds, strict=True)]
        lines += ["", table(("clip", "split", "frames", "Hz", "seconds"), each)]
    return lines
