"""One door for every file with motion or readings in it: by suffix and content to the reader that knows the format."""
from __future__ import annotations

import logging
from pathlib import Path

from bridge.capture.amass import RestJoints, is_amass, read_recording, read_tree
from bridge.capture.bvh import read_bvh
from bridge.capture.csv import read_csv
from bridge.capture.mcap import read_recording as read_mcap
from bridge.capture.motion_npz import KEYS, archive_names, is_archive, read_archive
from bridge.capture.npz_file import npz_keys
from bridge.capture.steady import LEAST_FRAMES
from bridge.capture.suffixes import CAPTURE_SUFFIXES, MOTION_SUFFIXES, SESSION_SUFFIXES
from bridge.capture.vmc import read_vmc
from bridge.errors import InputInvalid, InputMissing, TooShort
from bridge.frames import Motion, Session
from bridge.simulate import as_session

NAMED = 5  # clips listed in an error
log = logging.getLogger(__name__)


def load_motions(path: Path, split: int | None = None, bodies: RestJoints | None = None) -> list[Motion]:
    """Every clip of a motion archive or of a folder of AMASS recordings (of one split: 0 train, 1 validation, 2 test).

    A single AMASS or BVH file is one clip and in whatever split is asked for. `bodies` shapes AMASS bodies; without it
    they are the neutral one. Raises InputMissing, InputInvalid, NotFinite, TooShort.
    """
    if path.is_dir():
        return list(read_tree(path, split, bodies))
    if path.suffix.lower() == ".bvh":
        return [read_bvh(path)]
    keys = npz_keys(path)
    if is_archive(keys):
        return read_archive(path, lambda name, clip_split: split is None or clip_split == split)
    if is_amass(keys):
        return [read_recording(path, bodies)]
    raise InputInvalid(f"{path}: neither a motion archive ({', '.join(KEYS[:3])}, ...) nor AMASS (poses, trans, ...)")


def load_session(path: Path) -> Session:
    """A session file (.mcap), a table (.csv), captured VMC (.pcap, .pcapng, .oscdump), or known motion (.npz, .bvh) as
    simulated trackers with the truth.

    Of a motion archive `archive.npz#clip` is one clip, `archive.npz` the first. Raises InputMissing, InputInvalid,
    UnitInvalid, NotFinite, TooShort, TrackerUnknown.
    """
    file, clip = _file_and_clip(path)
    suffix = file.suffix.lower()
    if suffix not in SESSION_SUFFIXES:
        kind = "a folder" if file.is_dir() else f"a file of kind {suffix or '(none)'}"
        raise InputInvalid(f"{file}: {kind} is no session; allowed are {', '.join(SESSION_SUFFIXES)}")
    if not file.is_file():
        raise InputMissing(f"{file}: no such file")
    if suffix in MOTION_SUFFIXES:
        return _motion_session(file, clip)
    if suffix in CAPTURE_SUFFIXES:
        return read_vmc(file)
    return read_csv(file) if suffix == ".csv" else _mcap_session(file)


def _file_and_clip(path: Path) -> tuple[Path, str]:
    """`archive.npz#clip` -> archive.npz and clip; a file that is there under the whole name keeps it."""
    name, mark, clip = path.name.partition("#")
    return (path.with_name(name), clip) if mark and name and not path.exists() else (path, "")


def _mcap_session(path: Path) -> Session:
    recording = read_mcap(path)
    if recording.damage:
        log.warning("%s: %s", path, recording.damage)
    try:
        return recording.session()
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error


def _motion_session(path: Path, clip: str) -> Session:
    of_many = path.suffix.lower() == ".npz" and is_archive(npz_keys(path))
    motion = _one_clip(path, clip) if of_many else load_motions(path)[0]
    if len(motion) < LEAST_FRAMES:
        raise TooShort(f"{path}: {motion.name} has {len(motion)} frames, {LEAST_FRAMES} are needed")
    return as_session(motion)


def _one_clip(path: Path, clip: str) -> Motion:
    names = archive_names(path)
    if not names:
        raise InputInvalid(f"{path}: an archive without clips")
    if clip not in ("", *names):
        alike = [name for name in names if clip in name] or names
        raise InputInvalid(f"{path}: no clip {clip!r} among its {len(names)}: {', '.join(alike[:NAMED])}, ...")
    if not clip and len(names) > 1:
        log.warning("%s: taking %s, the first of %d clips; %s#NAME takes another", path, names[0], len(names), path)
    return read_archive(path, lambda name, split: name == (clip or names[0]))[0]
