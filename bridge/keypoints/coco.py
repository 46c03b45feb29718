"""COCO's JSON with 17 keypoints: results, a list of {image_id, category_id, keypoints, score} as detectors write them,
or annotations, {"images": [...], "annotations": [...]}. Pictures are the frames of one video, by their numbers; what
is missing between them is a frame in which nobody was seen."""
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
from bridge.keypoints.found import Found, Numbers, Told, keypoints, numbered, seen_only, size_of
from bridge.keypoints.people import tracks
from bridge.keypoints.scaled import as_pixels

DETECTOR = DETECTORS["coco"]
PERSON = 1  # category_id


def is_results(content: Any) -> bool:
    return isinstance(content, list) and bool(content) and isinstance(content[0], dict) and "image_id" in content[0]


def is_annotations(content: Any) -> bool:
    return isinstance(content, dict) and "annotations" in content


def read_results(path: Path, content: list[Any], told: Told) -> Found:
    """Raises InputInvalid or NotFinite, with the row; UsageError for shares of a picture whose size nobody says."""
    rows = [(_number(_part(one, "image_id", f"{path}: row {row}"), f"{path}: row {row}: image_id"),
             _person(one, f"{path}: row {row}")) for row, one in enumerate(content, start=1) if _is_person(one)]
    if not rows:
        raise InputInvalid(f"{path}: no row of category {PERSON}, a person")
    frames = _in_frames(rows, [number for number, _ in rows], told.size_px, path)
    return Found(DETECTOR.name, tracks(frames, len(DETECTOR)), name=path.stem)


def read_annotations(path: Path, content: dict[str, Any], told: Told) -> Found:
    """As `read_results` does."""
    images, annotations = content.get("images"), content["annotations"]
    if not isinstance(images, list) or not images or not isinstance(annotations, list):
        raise InputInvalid(f'{path}: annotations need a list "images" with a row for every picture')
    numbers, sizes = dict[Any, int](), set()
    for row, image in enumerate(images, start=1):
        where = f"{path}: image {row}"
        key = _key(image, "id", where)
        numbers[key] = _number(image.get("file_name", key), where)
        if "width" in image and "height" in image:
            sizes.add(size_of(image["width"], image["height"], f"{where}: width and height"))
    if len(sizes) > 1:
        raise InputInvalid(f"{path}: pictures of {len(sizes)} sizes; those of one video have one")
    rows = []
    for row, one in enumerate(annotations, start=1):
        if _is_person(one) and _part(one, "keypoints", f"{path}: annotation {row}"):
            where = f"{path}: annotation {row}"
            key = _key(one, "image_id", where)
            if key not in numbers:
                raise InputInvalid(f"{where}: image_id {key!r} is none of images")
            rows.append((numbers[key], _person(one, where)))
    size = sizes.pop() if sizes else None
    frames = _in_frames(rows, list(numbers.values()), size or told.size_px, path)
    return Found(DETECTOR.name, tracks(frames, len(DETECTOR)), size_px=size, name=path.stem)


def _key(one: Any, key: str, where: str) -> int | str:
    """An image's id: a number or a text."""
    name = _part(one, key, where)
    if not isinstance(name, int | str):
        raise InputInvalid(f"{where}: {key} is {name!r}; a number or a text is allowed")
    return name


def _part(one: Any, key: str, where: str) -> Any:
    if not isinstance(one, dict) or key not in one:
        raise InputInvalid(f'{where} has no "{key}"')
    return one[key]


def _is_person(one: Any) -> bool:
    return not isinstance(one, dict) or one.get("category_id", PERSON) == PERSON


def _person(one: Any, where: str) -> Numbers:
    values = _part(one, "keypoints", where)
    confidence = values[2::3] if isinstance(values, list) else []
    found = keypoints(values, len(DETECTOR), f"{where}: keypoints")
    flags = {value for value in confidence if value is not None and value == value}  # NaN is unlike itself
    if 2 in flags and flags <= {0, 1, 2}:  # COCO's own flags: 1 is marked but hidden, 2 is seen
        found[:, 2] = np.array(confidence, dtype=np.float64) / 2
    return found


def _number(value: Any, where: str) -> int:
    """A picture's number: itself, or the last digits of its file's name."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    digits = re.findall(r"\d+", Path(value).stem) if isinstance(value, str) else []
    if not digits or len(digits[-1]) > 18:
        raise InputInvalid(f"{where} is {value!r}; a frame's number, or a file's name that ends with it, is allowed")
    return int(digits[-1])


def _in_frames(
    rows: list[tuple[int, Numbers]], numbers: list[int], size_px: tuple[int, int] | None, path: Path
) -> list[list[Numbers]]:
    """Who is in each frame from the first picture to the last, in pixels."""
    frames: list[list[Numbers]] = [[] for _ in range(numbered(numbers, path, "pictures"))]
    first = min(numbers)
    (people,) = seen_only([[one for _, one in rows]], path)
    for (number, _), one in zip(rows, as_pixels(people, size_px, path), strict=True):
        frames[number - first].append(one)
    return frames


def write_results(path: Path, clip: KeypointClip) -> None:
    """The clip as a list of results. The picture's number is the frame's."""
    rows = []
    for frame in range(len(clip)):
        values = np.concatenate([clip.points_px[frame], clip.confidence[frame, :, None]], -1)
        values[values[:, 2] == 0] = 0
        if frame in (0, len(clip) - 1) or values[:, 2].any():  # the first and the last say how long it is
            rows.append({"image_id": frame, "category_id": PERSON, "score": round(float(values[:, 2].mean()), 4),
                         "keypoints": [round(float(value), 3) for value in values.flat]})
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(rows), encoding="utf-8")
