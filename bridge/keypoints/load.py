"""One door for every file of 2D keypoints: by its content to the reader that knows the format."""
from __future__ import annotations

import csv
import logging
from pathlib import Path

import numpy as np

from bridge.capture.npz_file import npz_keys
from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.keypoints import arrays, coco, mediapipe, mediapipe_csv, openpose
from bridge.keypoints.camera_file import is_camera
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.found import Found, Numbers, Told, read_json

log = logging.getLogger(__name__)
OTHERS = 0.3  # of the frames of the one who is taken: who is seen in so many is told of
SUFFIXES = (".json", ".npz", ".npy", ".csv")
FORMS = ("COCO results or annotations, an OpenPose BODY_25 folder, MediaPipe landmarks (JSON, CSV), arrays (T, K, 2|3) "
         "in .npz or .npy")


def is_keypoints(path: Path) -> bool:
    """Whether a file or folder seems to hold 2D keypoints, rather than sessions or motion."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return openpose.is_openpose(path)
    if suffix == ".npz" and path.is_file():
        return arrays.is_keypoints(npz_keys(path))
    if suffix == ".csv" and path.is_file():
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            return mediapipe_csv.is_table(next(csv.reader([file.readline()]), []))
    return suffix in (".json", ".npy") and not is_camera(path)


def find_keypoints(path: Path, told: Told | None = None) -> Found:
    """All people in a file. Raises InputMissing, InputInvalid, NotFinite, UnitInvalid, UsageError."""
    told = told or Told()
    if path.is_dir():
        return openpose.read_openpose(path, told)
    if not path.is_file():
        raise InputMissing(f"{path}: no such file or folder")
    match path.suffix.lower():
        case ".npz":
            return arrays.read_npz(path, told)
        case ".npy":
            return arrays.read_npy(path, told)
        case ".csv":
            return mediapipe_csv.read_table(path, told)
        case ".json":
            return _json(path, told)
        case suffix:
            raise InputInvalid(f"{path}: a file of kind {suffix or '(none)'}; allowed are {FORMS}")


def load_keypoints(path: Path, told: Told | None = None) -> KeypointClip:
    """One person's keypoints. Raises what `find_keypoints` does; UsageError where nobody says the rate, or the person
    that is asked for is not there."""
    told = told or Told()
    found = find_keypoints(path, told)
    for said, meant, flag in ((found.rate_hz, told.rate_hz, "--rate"), (found.size_px, told.size_px, "the size told")):
        if said and meant and said != meant:
            raise UsageError(f"{path} says {said}, {flag} {meant}: leave it out, or the file is another's")
    rate = found.rate_hz or told.rate_hz or told.default_rate_hz
    if rate is None:
        raise UsageError(f"{path} does not say how many frames a second it has; --rate HZ does")
    if told.person is not None and not 1 <= told.person <= len(found.people):
        raise UsageError(f"--person {told.person}: {path} has people 1 to {len(found.people)}")
    person = found.people[(told.person or 1) - 1]
    others = sum(_seen(one) > OTHERS * _seen(person) for one in found.people) - 1
    if told.person is None and others:
        log.warning("%s: %d more people are in it; taking person 1, the largest for longest: --person N takes another",
                    path, others)
    if not person[..., 2].any():
        raise InputInvalid(f"{path}: nobody is seen in its {len(person)} frames")
    return KeypointClip(found.detector, person[..., :2].astype(np.float32), person[..., 2].astype(np.float32), rate,
                        found.size_px or told.usual_size_px, found.name or path.stem)


def _seen(person: Numbers) -> int:
    """In how many frames."""
    return int((person[..., 2] > 0).any(-1).sum())


def _json(path: Path, told: Told) -> Found:
    if is_camera(path):
        raise InputInvalid(f"{path}: a camera, no keypoints; --camera takes it")
    content = read_json(path)
    if coco.is_results(content):
        return coco.read_results(path, content, told)
    if coco.is_annotations(content):
        return coco.read_annotations(path, content, told)
    if isinstance(content, dict) and "people" in content:
        return openpose.read_frame(path, told)
    if mediapipe.is_landmarks(content):
        return mediapipe.read_landmarks(path, content, told)
    raise InputInvalid(f"{path}: JSON, but none of the keypoints that are read: {FORMS}")
