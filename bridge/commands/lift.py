"""Turn 2D keypoints into full-body motion. Each FILE is what a detector found in one video: COCO-17 JSON (results or
annotations), a folder of OpenPose BODY_25, MediaPipe landmarks (JSON, CSV), arrays (T, K, 2 or 3) in .npz or .npy
(Human3.6M-17), or our own .npz. It leaves NAME.bvh, NAME.npz and NAME.png in --out, or what --formats says: the picture
first, whose top row has the keypoints with the body over them; and NAME.camera.json, the camera as it was used.

The camera comes from a file (--camera), or has a field of view (--fov; 60 degrees across the longer side if not said).
A file NAME.camera.json among FILEs, as posebridge simulate leaves them, is that of NAME. Where it stands comes from its
file, from --camera-height, or is found from the person, who then should be upright most of the time and walk nearer or
away: their height (--person-height, 1.70 m if not said) sets the scale, and where they stay at one distance you are
told how little is known. Of a camera that says where it stands, the person's size is found where it is not told. How
long their bones are for their size is found too, unless --body says it; if it does, a focal length that cannot go with
such a body over that floor is made better, and you are told. The world is ours: metres, Y up, the floor at zero; a
camera found or levelled looks along -Z from over the origin, so that who faces it faces +Z.

NAME.solved.json says what results were made of; is all of that the same, they are up to date and nothing is made."""
from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path

from bridge.commands import formats, workshop
from bridge.commands.console import table
from bridge.commands.folders import make_folder
from bridge.commands.lift_job import Job, jobs_of, order_of, parts_of
from bridge.commands.lift_results import about, doubts, found_bones, write_lifted
from bridge.commands.workshop import Workshop, workshop_of
from bridge.errors import PoseBridgeError, UsageError
from bridge.farm.identity import of_private_daemon
from bridge.farm.receipt import Parts, read_receipt, what_changed
from bridge.farm.row import CURRENT, DONE, FAILED, Row
from bridge.keypoints.camera import USUAL_FOV_DEG
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import RATES_HZ, SIZES_PX
from bridge.report import exit_code, line_of, say

EXAMPLES = """examples:
  posebridge lift openpose/take1 --out lifted --rate 30 --size 1920x1080       a folder of take1_..._keypoints.json
  posebridge lift results.json --out lifted --rate 25 --size 1280x720 --person-height 1.82
  posebridge lift landmarks.json --out lifted --rate 30 --size 1080x1920 --fov 70 --fov-axis vertical
  posebridge lift take.npz --out lifted --camera camera.json --body me.json    a calibrated camera, a calibrated body
  posebridge lift take.npz --out lifted --camera-height 1.5 --camera-pitch 5   on a tripod, 5 degrees down
  posebridge lift take.npz --out lifted --hypotheses 10 --all-hypotheses       NAME.h2.bvh, ... as well, by likelihood
  posebridge lift --view left.json:left-camera.json --view right.json:right-camera.json --rate 30 --out lifted
to try it:
  posebridge simulate walk.bvh --out seen --keypoints openpose
  posebridge lift seen/walk --out lifted --rate 30 --camera seen/walk.camera.json"""
HEADINGS = ("file", "frames", "Hz", "seen %", "camera", "body m", "off px", "hypotheses", "result")
HEIGHTS_M, CAMERAS_M, FOVS_DEG = (0.5, 2.6), (-10.0, 100.0), (5.0, 170.0)


def arguments(parser: argparse.ArgumentParser, on_daemon: bool = False) -> None:
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="keypoints, each lifted by itself")
    parser.add_argument("--view", action="append", metavar="FILE:CAMERA",
                        help="keypoints and their camera's file; once for each camera that took the same moments")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    _seen(parser.add_argument_group("what was seen"))
    _camera(parser.add_argument_group("the camera"))
    who = parser.add_argument_group("the person")
    who.add_argument("--body", type=Path, metavar="FILE", help="bones as posebridge calibrate wrote them")
    who.add_argument("--person-height", type=float, metavar="M", help="how tall they are, barefoot")
    formats.arguments(parser, on_daemon)
    how = parser.add_argument_group("how")
    how.add_argument("--hypotheses", type=int, default=5, metavar="K", help="so many; the likeliest one is written")
    how.add_argument("--all-hypotheses", action="store_true", help="write all: NAME.h2.*, ... by likelihood")
    how.add_argument("--seed", type=int, default=0, metavar="N", help="of the hypotheses; the same, the same")
    if not on_daemon:
        workshop.arguments(how)
        how.add_argument("--force", action="store_true", help="make again what is up to date")


def _seen(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--rate", type=float, metavar="HZ", help="frames a second, where the file does not say")
    group.add_argument("--size", type=size, metavar="WxH", help="of the pictures in pixels, where nothing else says")
    group.add_argument("--default-rate", type=float, metavar="HZ", help="where neither the file nor --rate says")
    group.add_argument("--default-size", type=size, metavar="WxH", help="where nothing else says, nor --size")
    group.add_argument("--person", type=int, metavar="N",
                       help="of several, from 1 by how large and how long they are seen; posebridge info lists them")
    group.add_argument("--detector", choices=tuple(DETECTORS), help="whose keypoints an array without names has")


def _camera(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--camera", type=Path, metavar="FILE",
                       help='JSON: width, height, fx, fy, cx, cy, distortion (OpenCV\'s order), rotation (matrix or '
                            'vector) and translation from the world to the camera, "up": y or z; or OpenCV\'s YAML')
    group.add_argument("--fov", type=float, metavar="DEG", help=f"field of view (else {USUAL_FOV_DEG:g} degrees)")
    group.add_argument("--fov-axis", choices=("long", "horizontal", "vertical"), default="long",
                       help="the side of the picture that it is across")
    group.add_argument("--camera-height", type=float, metavar="M", help="over the floor; the camera is level then")
    group.add_argument("--camera-pitch", type=float, default=0.0, metavar="DEG", help="how far it looks down then")
    group.add_argument("--floor", type=floor, default="0", metavar="M",
                       help="its height in the world of the camera's file, or unknown")


def size(text: str) -> tuple[int, int]:
    """1920x1080 -> (1920, 1080)."""
    match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", text)
    sides = [int(side) for side in match.groups()] if match else []
    if not sides or not all(SIZES_PX[0] <= side <= SIZES_PX[1] for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; as 1920x1080, {SIZES_PX[0]} to {SIZES_PX[1]} each")
    return sides[0], sides[1]


def floor(text: str) -> float | None:
    """Metres, or None for unknown."""
    return None if text == "unknown" else float(text)


def run(args: argparse.Namespace) -> int:
    check(args)
    jobs, kinds = jobs_of(args), formats.chosen(args)
    who, out, shop = _who(args, kinds), make_folder(args.out), workshop_of(args)
    rows = [Row(str(job.files[0][0]), job.name) for job in jobs]
    for job, row in zip(jobs, rows, strict=True):
        try:
            _lift(job, row, args, kinds, who, shop)
        except (PoseBridgeError, OSError, MemoryError) as error:
            row.state, row.code, row.said = FAILED, exit_code(error), line_of(error)
            say(row.said, row.code)
    print(table(HEADINGS, [_cells(row) for row in rows]))
    _say_what_is_doubtful(rows)
    print(f"{out}: {sum(row.state == DONE for row in rows)} lifted, {sum(row.state == CURRENT for row in rows)} up to "
          f"date, {sum(row.state == FAILED for row in rows)} failed")
    return next((row.code for row in rows if row.code), 0)


def one(args: argparse.Namespace, name: str, shop: Workshop) -> int:
    """The only file's motion, or that of all views, left under this name in --out; how many frames that has."""
    job, kinds = replace(jobs_of(args)[0], name=name), formats.chosen(args)
    row = Row(str(job.files[0][0]), name)
    _lift(job, row, args, kinds, _who(args, kinds), shop)
    return int(row.about["frames"])


def _who(args: argparse.Namespace, kinds: formats.Formats) -> Parts:
    """What all results depend on. Raises ModelMissing, InputMissing."""
    return {"lift": of_private_daemon(None, args.weights), **kinds.parts()}


def check(args: argparse.Namespace) -> None:
    """Raises UsageError for what cannot be; reads no file."""
    limits = {"rate": RATES_HZ, "default_rate": RATES_HZ, "person_height": HEIGHTS_M, "camera_height": CAMERAS_M,
              "fov": FOVS_DEG, "camera_pitch": (-90.0, 90.0), "hypotheses": (1, 100), "threads": (1, 1024),
              "floor": (-100.0, 100.0)}
    for name, (low, high) in limits.items():
        value = getattr(args, name, None)
        if value is not None and not low <= value <= high:
            raise UsageError(f"--{name.replace('_', '-')} {value:g}: {low:g} to {high:g} is allowed")
    if args.body and args.person_height:
        raise UsageError("--body says how large they are, and so does --person-height: give one of them")
    if args.camera and args.fov:
        raise UsageError("--camera says what its field of view is: leave out --fov")
    if args.camera_pitch and args.camera_height is None:
        raise UsageError("--camera-pitch is of a camera whose --camera-height is told")
    jobs_of(args)


def _lift(
    job: Job, row: Row, args: argparse.Namespace, kinds: formats.Formats, who: Parts, shop: Workshop
) -> None:
    """One job to the end of its row."""
    parts, kept = {**who, **parts_of(job, args)}, read_receipt(args.out, job.name)
    if not args.force and what_changed(kept, parts) is None and kept:
        row.state, row.code, row.about = CURRENT, 0, kept["about"]
        return
    order = order_of(job, args)
    lifter = shop.lifter()
    with shop.sharing(f"lifting {job.name}") as report:
        found = lifter.lift(order, report)
    row.about = about(order, found)
    write_lifted(args.out, job.name, found if args.all_hypotheses else found[:1], kinds, parts, row.about)
    row.state, row.code = DONE, 0


def _cells(row: Row) -> list[str]:
    known = [str(row.about.get(name, "-")) for name in (
        "frames", "rate_hz", "seen_percent", "camera", "height_m", "off_px", "hypotheses")]
    return [Path(row.source).name or row.source, *known, row.state]


def _say_what_is_doubtful(rows: list[Row]) -> None:
    for row in rows:
        for line in (found_bones(row.about), *doubts(row.about)) if row.state == DONE else ():
            if line:
                say(f"{row.name}: {line}", 0)
