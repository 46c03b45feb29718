"""What a lift leaves: files of every hypothesis that is written, the cameras, and the receipt."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bridge.commands.formats import Formats
from bridge.commands.outputs import write_motion
from bridge.farm.receipt import Parts, begin_anew, write_receipt
from bridge.frames import Skeleton
from bridge.keypoints.camera_file import write_camera
from bridge.keypoints.lifting import LiftedMotion, LiftOrder
from bridge.sheet import draw_sheet
from bridge.sheet_pictures import pictures_of

STATURE_M = 1.70  # of the neutral adult
LEANING_M = 0.12  # off plumb by more, people were hardly upright
UNSURE = 0.2  # share of its height by which a camera may be off, standard deviation: of more it is said


def write_lifted(
    out: Path, name: str, found: Sequence[LiftedMotion], formats: Formats, parts: Parts, about: dict[str, Any]
) -> None:
    """NAME.*, NAME.h2.*, ..., NAME.camera.json, NAME.camera2.json, ...; the receipt last."""
    begin_anew(out, name)
    written = []
    for number, view in enumerate(found[0].views, start=1):
        written.append(out / f"{name}.camera{number if number > 1 else ''}.json")
        write_camera(written[-1], view.camera)
    for number, one in enumerate(found, start=1):
        written += _write_one(out, f"{name}.h{number}" if number > 1 else name, one, formats)
    write_receipt(out, name, parts, written, about)


def _write_one(out: Path, name: str, one: LiftedMotion, formats: Formats) -> list[Path]:
    motion, view = one.motion, one.views[0]
    return write_motion(out, name, motion, formats,
                        lambda path: draw_sheet(path, motion, pictures=pictures_of(motion, view)))


def about(order: LiftOrder, found: Sequence[LiftedMotion]) -> dict[str, Any]:
    """What a row and a receipt say of a lift; JSON."""
    best = found[0]
    seen = [float((view.clip.confidence > 0).mean()) for view in order.views]
    return {"frames": len(best.motion), "rate_hz": round(best.motion.rate_hz, 3),
            "seen_percent": round(100 * sum(seen) / len(seen), 1), "camera": _where(best),
            "height_m": round(stature_m(best.motion.skeleton), 2), "off_px": round(best.missed_px, 1),
            "hypotheses": len(found), "scores": [round(one.score, 3) for one in found],
            "passes_per_frame": round(best.passes_per_frame, 3),
            "off_plumb_m": best.stand and round(best.stand.off_plumb_m, 3),
            "bones": {name: [round(one.times, 3), round(one.sd, 3)] for name, one in best.bones.items()},
            "focal_times": round(best.focal, 3),
            "camera_height_sd": best.stand and round(best.stand.height_share, 3)}


def _where(best: LiftedMotion) -> str:
    stands = best.views[0].camera.stands
    if best.stand is None:
        return stands
    return f"{stands}, give or take {100 * best.stand.height_share:.0f} % and {best.stand.pitch_sd_deg:.1f} deg"


def found_bones(about: dict[str, Any]) -> str:
    """Of a body that was not told, in words; "" where it was."""
    bones: dict[str, list[float]] = about.get("bones") or {}
    if len(bones) < 2:
        return ""
    parts = ", ".join(f"{name} {times:.2f}" for name, (times, _) in bones.items() if name != "size")
    return (f"bones found, times the usual adult's: {parts}, on a body {about['height_m']:.2f} m tall, each give or "
            f"take {100 * max(sd for _, sd in bones.values()):.0f} %; --body has them from posebridge calibrate")


def doubts(about: dict[str, Any]) -> list[str]:
    """What speaks against what was told, or makes it little better than a guess where the camera stands, a line each.
    """
    if (about.get("focal_times") or 1.0) != 1.0:
        return [f"a body of that size over that floor does not go with the camera's focal length: lifted with "
                f"{about['focal_times']:.2f} times it; --camera, --person-height and --floor say these"]
    if (about.get("off_plumb_m") or 0) > LEANING_M:
        return [f"hardly upright ({about['off_plumb_m']:g} m off plumb), so that where the camera is is little better "
                "than a guess; --camera or --camera-height says it"]
    if (about.get("camera_height_sd") or 0) > UNSURE:
        return [f"the clip hardly tells where the camera is ({about['camera']}); somebody who walks nearer or "
                "away tells more, --camera says it, or --camera-height with --camera-pitch"]
    return []


def stature_m(skeleton: Skeleton) -> float:
    """How tall somebody of these bones is, about."""
    return STATURE_M * skeleton.standing_head_height_m / Skeleton().standing_head_height_m
