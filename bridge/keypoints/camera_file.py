"""A camera in a file. JSON:

    {"width": 1920, "height": 1080, "fx": 1500, "fy": 1500, "cx": 960, "cy": 540, "distortion": [k1, k2, p1, p2, k3],
     "rotation": [[...], [...], [...]] or [rx, ry, rz], "translation": [x, y, z], "up": "y"}

Pixels, metres. `distortion` is in OpenCV's order, 4, 5 or 8 numbers; it may be left out. `rotation` (a matrix or a
rotation vector, radians) and `translation` lead from the world to the camera, whose x is right, y down and z ahead;
both may be left out, then where it stands is found from who is seen. `up` is that world's axis that is up, y or z.

A camera that moves has, in their place, "frames": [{"rotation": ..., "translation": ...}, ...], one for each frame of
the video.

Also what OpenCV's FileStorage writes as YAML: camera_matrix, distortion_coefficients, image_width, image_height, and
perhaps rvec or R, and tvec or T.
"""
from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from bridge import checks
from bridge.errors import InputInvalid, InputMissing, UnitInvalid
from bridge.export.atomic import replacing
from bridge.keypoints.camera import Numbers, PinholeCamera
from bridge.keypoints.found import numbers, read_json, size_of

LENSES = (4, 5, 8)
YAML = (".yml", ".yaml")
BEGINNING = 4096  # characters in which a camera's file says that it is one
FOCAL_SHARE = (0.1, 50.0)  # of the longer side
FROM_Y_UP = {"y": np.eye(3), "z": np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])}  # our world to the file's
MATRIX = re.compile(r"(\w+):\s*!!opencv-matrix\s+rows:\s*(\d+)\s+cols:\s*(\d+)\s+dt:\s*\w+\s+data:\s*\[([^\]]*)\]")
NUMBER = re.compile(r"^(\w+):\s*([-+.\deE]+)\s*$", re.MULTILINE)
OPENCV = {"image_width": "width", "image_height": "height", "distortion_coefficients": "distortion",
          "dist_coeffs": "distortion", "rvec": "rotation", "R": "rotation", "tvec": "translation", "T": "translation"}


def is_camera(path: Path) -> bool:
    """Whether a file seems to be a camera's, by how it begins."""
    if not path.is_file() or path.suffix.lower() not in (".json", *YAML):
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        beginning = file.read(BEGINNING)
    return path.suffix.lower() in YAML or (beginning.lstrip().startswith("{") and all(
        f'"{key}"' in beginning for key in ("fx", "fy", "cx", "cy")))


def read_camera(path: Path) -> tuple[PinholeCamera, bool]:
    """The camera, and whether the file says where it stands.

    Raises InputMissing, InputInvalid, NotFinite, UnitInvalid, each with the key.
    """
    content = _opencv(path) if path.suffix.lower() in YAML else read_json(path)
    if not isinstance(content, dict):
        raise InputInvalid(f"{path}: a camera is an object with width, height, fx, fy, cx, cy")
    missing = [key for key in ("width", "height", "fx", "fy", "cx", "cy") if key not in content]
    if missing:
        raise InputInvalid(f"{path}: a camera lacks {', '.join(missing)}")
    size = size_of(content["width"], content["height"], f"{path}: width and height")
    focal, centre = (numbers([content[key] for key in keys], (2,), f"{path}: {' and '.join(keys)}")
                     for keys in (("fx", "fy"), ("cx", "cy")))
    for value in focal:
        checks.between(float(value) / max(size), *FOCAL_SHARE, f"{path}: fx or fy over the picture's longer side", "")
    camera = PinholeCamera(size, focal, centre, _lens(content.get("distortion"), path))
    if content.get("frames") is not None:
        return _moving(camera, content, path), True
    said = [key for key in ("rotation", "translation") if content.get(key) is not None]
    if len(said) == 1:
        raise InputInvalid(f"{path}: {said[0]} alone; where a camera stands is rotation and translation, or neither")
    return (_standing(camera, content, path), True) if said else (camera, False)


def write_camera(path: Path, camera: PinholeCamera) -> None:
    """The camera with where it stands, or how it moves."""
    (fx, fy), (cx, cy) = camera.focal_px.tolist(), camera.centre_px.tolist()
    (wide, high), lens = camera.size_px, camera.distortion.tolist()
    content: dict[str, Any] = {"width": wide, "height": high, "fx": fx, "fy": fy, "cx": cx, "cy": cy,
                               "distortion": lens, "up": "y"}
    stands = [{"rotation": turn, "translation": shift} for turn, shift in zip(
        camera.rotation.reshape(-1, 3, 3).tolist(), camera.translation.reshape(-1, 3).tolist(), strict=True)]
    content |= {"frames": stands} if camera.moves else stands[0]
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _lens(values: Any, path: Path) -> Numbers:
    lens = np.zeros(8)
    if values is not None:
        count = np.size(values)
        if count not in LENSES:
            raise InputInvalid(f"{path}: distortion has {count} numbers; {', '.join(map(str, LENSES))} are allowed")
        lens[:count] = numbers(values, (count,), f"{path}: distortion")
    return lens


def _moving(camera: PinholeCamera, content: dict[str, Any], path: Path) -> PinholeCamera:
    rows = content["frames"]
    wrong = [key for key in ("rotation", "translation") if content.get(key) is not None]
    if not isinstance(rows, list) or not rows or wrong:
        raise InputInvalid(f"{path}: frames is a list with a rotation and a translation for each frame, and then "
                           f"neither is beside it; got {wrong[0] if wrong else str(rows)[:40]}")
    stands = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or "rotation" not in row or "translation" not in row:
            raise InputInvalid(f"{path}: frame {number} has no rotation and translation")
        stands.append(_standing(camera, {"up": content.get("up", "y"), **row}, path))
    return replace(camera, rotation=np.stack([each.rotation for each in stands]),
                   translation=np.stack([each.translation for each in stands]))


def _standing(camera: PinholeCamera, content: dict[str, Any], path: Path) -> PinholeCamera:
    turn, up = content["rotation"], content.get("up", "y")
    if up not in FROM_Y_UP:
        raise InputInvalid(f"{path}: up is {up!r}; y and z are allowed")
    if np.size(turn) == 3:
        rotation = Rotation.from_rotvec(numbers(turn, (3,), f"{path}: rotation")).as_matrix()
    else:
        rotation = numbers(turn, (3, 3), f"{path}: rotation")
    off = np.abs(rotation @ rotation.T - np.eye(3)).max()
    if off > checks.UNIT_TOLERANCE or np.linalg.det(rotation) < 0:
        raise UnitInvalid(f"{path}: rotation is no rotation: its columns are {off:.2g} from square, and right-handed "
                          f"ones have determinant 1, not {np.linalg.det(rotation):.2g}")
    left, _, right = np.linalg.svd(rotation @ FROM_Y_UP[up])
    shift = numbers(content["translation"], (3,), f"{path}: translation")
    checks.within(shift.astype(np.float32), checks.REACH_M, f"{path}: translation")
    return replace(camera, rotation=left @ right, translation=shift)


def _opencv(path: Path) -> dict[str, Any]:
    """FileStorage's YAML by our names."""
    if not path.is_file():
        raise InputMissing(f"{path}: no such file")
    text = path.read_text(encoding="utf-8", errors="replace")
    found: dict[str, Any] = {}
    for name, value in NUMBER.findall(text):
        found[OPENCV.get(name, name)] = value
    for name, rows, columns, data in MATRIX.findall(text):
        values = numbers(data.replace(",", " ").split(), (int(rows) * int(columns),), f"{path}: {name}").tolist()
        if name in ("camera_matrix", "K") and len(values) == 9:
            found |= {"fx": values[0], "cx": values[2], "fy": values[4], "cy": values[5]}
        else:
            found[OPENCV.get(name, name)] = values
    return found
