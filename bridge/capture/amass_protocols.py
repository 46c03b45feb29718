"""The splits of AMASS that the literature measures on: which data sets, and which of their files are for testing.

amass-p1 (InPose): HumanEva and Transitions are the test, prior and rivals are trained on other sets.
amass-p2 (AvatarPoser and those after it): CMU, BMLrub and HDM05, nine tenths for training, a tenth for testing. The
publishers drew that tenth at random; ours is by the hash of the recording's name, the same on every machine.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.capture.amass import FILE_PATTERNS, recording_name
from bridge.errors import InputInvalid, InputMissing

TENTH = 10


def in_tenth(path: Path) -> bool:
    """Whether a recording is of the tenth that tests, by its name alone."""
    digest = hashlib.sha256(recording_name(path).encode()).digest()
    return int.from_bytes(digest[4:8], "big") % TENTH == 0


@dataclass(frozen=True)
class Protocol:
    """Data sets to be tested on, each by the names its folder goes by, and which files of them."""

    datasets: tuple[tuple[str, ...], ...]
    tests: Callable[[Path], bool]
    bodies: tuple[str, ...]  # that its publishers measured


PROTOCOLS = {
    "amass-p1": Protocol(
        (("HumanEva",), ("Transitions", "Transitions_mocap")), lambda path: True,
        ("default", "UBx1.4", "Armx1.4*Torsox0.7", "UBx0.85", "UBx1.17", "Armx0.85*Torsox1.17"),
    ),
    "amass-p2": Protocol(
        (("CMU",), ("BMLrub", "BioMotionLab_NTroje"), ("HDM05", "MPI_HDM05")), in_tenth, ("default",),
    ),
}


def protocol_files(root: Path, protocol: Protocol) -> dict[str, list[Path]]:
    """Test recordings by the name of their data set's folder under `root`, in order of name.

    Raises InputMissing, naming every folder that is not there, and InputInvalid for one without a test recording.
    """
    if not root.is_dir():
        raise InputMissing(f"{root}: no such folder; a protocol takes the folder that AMASS' data sets are in")
    folders = {names: [root / name for name in names if (root / name).is_dir()] for names in protocol.datasets}
    missing = [" or ".join(names) for names, found in folders.items() if not found]
    if missing:
        raise InputMissing(f"{root}: lacks the AMASS data sets {', '.join(missing)}")
    return {found[0].name: _tests(found[0], protocol) for found in folders.values()}


def _tests(folder: Path, protocol: Protocol) -> list[Path]:
    every: Sequence[Path] = [path for pattern in FILE_PATTERNS for path in folder.rglob(pattern)]
    chosen = sorted(path for path in every if protocol.tests(path))
    if not chosen:
        raise InputInvalid(f"{folder}: {len(every)} AMASS recordings ({' or '.join(FILE_PATTERNS)}), none for testing")
    return chosen
