"""OpenPose's folders: NAME_000000000012_keypoints.json is frame 12, with the people seen in it. A number that is
missing is a frame in which nobody was seen. The files say neither the rate nor the picture's size, which is needed of
those whose keypoints are shares of it (scaled.py)."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from bridge.errors import InputInvalid
from bridge.export.atomic import replacing
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import Found, Numbers, Told, keypoints, numbered, read_json, seen_only
from bridge.keypoints.people import tracks
from bridge.keypoints.scaled import as_pixels

DETECTOR = DETECTORS["openpose"]
FILE = re.compile(r"(?P<name>.*?)_?(?P<number>\d+)_keypoints\.json")
OTHERS = {18: "COCO-18", 15: "MPI-15", 21: "hands"}  # by their count, for an error that helps
VERSION = 1.3


def is_openpose(folder: Path) -> bool:
    """Whether a folder is one of these."""
    return any(FILE.fullmatch(path.name) for path in folder.glob("*_keypoints.json"))


def read_openpose(folder: Path, told: Told) -> Found:
    """Raises InputInvalid, NotFinite, InputMissing, each with the file and the person; UsageError where the picture's
    size is needed and nobody says it."""
    files: dict[int, Path] = {}
    names = set()
    for path in sorted(folder.glob("*_keypoints.json")):
        if match := FILE.fullmatch(path.name):
            names.add(match["name"])
            files[int(match["number"])] = path
    if len(names) > 1:
        raise InputInvalid(f"{folder}: frames of {len(names)} videos ({', '.join(sorted(names)[:3])}); one is allowed")
    if not files:
        raise InputInvalid(f"{folder}: no NAME_000000000000_keypoints.json in this folder")
    first, frames = min(files), numbered(list(files), folder, "frames")
    people = [_people(files[first + frame]) if first + frame in files else [] for frame in range(frames)]
    return Found(DETECTOR.name, _tracks(people, told, folder), name=names.pop() or folder.name)


def read_frame(path: Path, told: Told) -> Found:
    """One file alone: one frame."""
    return Found(DETECTOR.name, _tracks([_people(path)], told, path), name=path.stem.removesuffix("_keypoints"))


def _tracks(frames: list[list[Numbers]], told: Told, path: Path) -> tuple[Numbers, ...]:
    frames = seen_only(frames, path)
    pixels = iter(as_pixels([one for people in frames for one in people], told.size_px, path, centred=True))
    return tracks([[next(pixels) for _ in people] for people in frames], len(DETECTOR))


def _people(path: Path) -> list[Numbers]:
    content = read_json(path)
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise InputInvalid(f'{path}: no list "people" in it; OpenPose writes one')
    return [_person(one, f"{path}: person {number}") for number, one in enumerate(people, start=1)]


def _person(one: Any, where: str) -> Numbers:
    values = one.get("pose_keypoints_2d") if isinstance(one, dict) else None
    if not isinstance(values, list):
        raise InputInvalid(f'{where} has no list "pose_keypoints_2d"')
    count = len(values) / 3
    if count in OTHERS:
        raise InputInvalid(f"{where} has {OTHERS[int(count)]} keypoints; BODY_25 is read (--model_pose BODY_25)")
    return keypoints(values, len(DETECTOR), f"{where}: pose_keypoints_2d")


def write_openpose(folder: Path, clip: KeypointClip) -> None:
    """The clip as OpenPose would have left it. A frame without keypoints has a file without people."""
    name = clip.name or folder.name
    for frame in range(len(clip)):
        rows = np.concatenate([clip.points_px[frame], clip.confidence[frame, :, None]], -1)
        rows[rows[:, 2] == 0] = 0
        person = {"person_id": [-1], "pose_keypoints_2d": [round(float(value), 3) for value in rows.flat]}
        people = [person] if rows[:, 2].any() else []
        with replacing(folder / f"{name}_{frame:012d}_keypoints.json") as unfinished:
            unfinished.write_text(json.dumps({"version": VERSION, "people": people}), encoding="utf-8")
