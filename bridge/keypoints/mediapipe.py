"""MediaPipe's 33 pose landmarks, as people leave them: JSON, a list of frames, each a list of {x, y, z, visibility}, or
an object with "frames" and perhaps "fps", "width", "height"; or CSV, a row a frame, with columns x0 y0 z0 v0 ... (or
from 1), or NOSE_x and so on.

x and y are shares of the picture's width and height, so its size must be known: from the file or from the user. A
frame of null or nothing is one in which nobody was seen. World landmarks (metres) are something else and are refused.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bridge.errors import InputInvalid, UsageError
from bridge.export.atomic import replacing
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.found import Found, Numbers, Told, far, points, rate_of, seen_only, size_of
from bridge.keypoints.people import tracks

DETECTOR = DETECTORS["mediapipe"]
COUNT = len(DETECTOR)
LANDMARKS = ("landmarks", "pose_landmarks", "keypoints")  # what a frame's list is called
RATES = ("fps", "frame_rate", "rate_hz")
FARTHEST = 10.0  # pictures' widths from the picture that a landmark may be: pixels are farther


def is_landmarks(content: Any) -> bool:
    """Whether JSON is frames of landmarks."""
    frames = content.get("frames") if isinstance(content, dict) else content
    if not isinstance(frames, list):
        return False
    first: Any = next((one for one in frames if one), [])
    return not frames or isinstance(first, list) or (isinstance(first, dict) and any(key in first for key in LANDMARKS))


def read_landmarks(path: Path, content: Any, told: Told) -> Found:
    """Raises InputInvalid, NotFinite, each with the frame; UsageError where nobody says the picture's size."""
    about = content if isinstance(content, dict) else {}
    rate = next((rate_of(about[key], f"{path}: {key}") for key in RATES if key in about), None)
    size = told.usual_size_px
    if "width" in about and "height" in about:
        size = size_of(about["width"], about["height"], f"{path}: width and height")
    size = needed(size, path)
    rows = about.get("frames", content)
    frames = [[in_pixels(_person(one, where), size, where) for one in _people(row)]
              for number, row in enumerate(rows, start=1) for where in [f"{path}: frame {number}"]]
    if not frames:
        raise InputInvalid(f"{path}: no frames")
    return Found(DETECTOR.name, tracks(seen_only(frames, path), COUNT), rate, size, path.stem)


def needed(size: tuple[int, int] | None, path: Path) -> tuple[int, int]:
    if size is None:
        raise UsageError(f"{path}: MediaPipe's landmarks are shares of the picture; --size WIDTHxHEIGHT says of what")
    return size


def in_pixels(shares: Numbers, size: tuple[int, int], where: str) -> Numbers:
    """(33, 3) x, y, visibility: from shares of the picture to pixels."""
    if (farthest := far(shares)) > FARTHEST:
        raise InputInvalid(f"{where} reaches {farthest:g}; landmarks are shares of the picture, 0 to 1")
    return np.concatenate([shares[:, :2] * size, np.clip(shares[:, 2:], 0, 1)], -1)


def _people(row: Any) -> list[Any]:
    """The people in one frame: there may be several, or an object about one or more, or nothing."""
    if isinstance(row, dict):
        row = next((row[key] for key in LANDMARKS if key in row), row)
    if not row:
        return []
    return row if isinstance(row, list) and isinstance(row[0], list) and len(row) != COUNT else [row]


def _person(one: Any, where: str) -> Numbers:
    if not isinstance(one, list) or len(one) != COUNT:
        raise InputInvalid(f"{where} has {len(one) if isinstance(one, list) else 'no list of'} landmarks, not {COUNT}")
    rows = [_landmark(each, f"{where}: landmark {number}") for number, each in enumerate(one)]
    return points(rows, COUNT, where)


def _landmark(one: Any, where: str) -> list[Any]:
    if isinstance(one, list) and len(one) >= 2:
        return [one[0], one[1], one[3] if len(one) > 3 else 1.0]
    if not isinstance(one, dict) or "x" not in one or "y" not in one:
        raise InputInvalid(f"{where} is {str(one)[:40]!r}; an object with x, y, z, visibility is allowed")
    return [one["x"], one["y"], one.get("visibility", 1.0)]


def write_landmarks(path: Path, clip: KeypointClip) -> None:
    """The clip as JSON with its rate and size. A frame without keypoints is empty."""
    assert clip.size_px
    frames = []
    for shares, confidence in zip(clip.points_px / clip.size_px, clip.confidence, strict=True):
        seen = [{"x": round(float(x), 6), "y": round(float(y), 6), "z": 0.0, "visibility": round(float(sure), 4)}
                for (x, y), sure in zip(np.where(confidence[:, None] > 0, shares, 0), confidence, strict=True)]
        frames.append(seen if confidence.any() else [])
    content = {"fps": clip.rate_hz, "width": clip.size_px[0], "height": clip.size_px[1], "frames": frames}
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(content), encoding="utf-8")
