"""Some frames of a solved clip as results of their own, exactly as they are in the results of the whole."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.commands.formats import Formats
from bridge.commands.outputs import USUAL, write_solved
from bridge.errors import UsageError
from bridge.export.bvh import write_bvh
from bridge.farm.frame_range import WHY_WHOLE, step_of
from bridge.frames import Motion, Session, TrackerClip
from bridge.resample_motion import continuous_quaternions

Rows = NDArray[np.intp]


def write_part(
    folder: Path, name: str, motion: Motion, session: Session, rows: Rows, formats: Formats = USUAL
) -> list[Path]:
    """As write_solved; each file is whole or absent. The rate is that of the rows, or the clip's if they are uneven.

    Raises UsageError for a character.
    """
    if formats.character:
        raise UsageError(f"a character takes whole sessions: {WHY_WHOLE}")
    truth = session.truth if session.truth and len(session.truth) == len(motion) else None
    part = replace(session, clip=cut_clip(session.clip, rows), truth=truth and cut_motion(truth, rows))
    motion = replace(motion, local_xyzw=continuous_quaternions(motion.local_xyzw))  # of q and -q the whole's
    written = write_solved(folder, name, cut_motion(motion, rows), part, formats)
    for bvh in (path for path in written if path.suffix == ".bvh"):
        write_bvh(bvh, motion, formats.bvh, rows, step_of(rows) or 1)
    return written


def cut_motion(motion: Motion, rows: Rows) -> Motion:
    confidence = None if motion.confidence is None else motion.confidence[rows]
    return replace(motion, rate_hz=motion.rate_hz / (step_of(rows) or 1), root_position_m=motion.root_position_m[rows],
                   local_xyzw=motion.local_xyzw[rows], confidence=confidence)


def cut_clip(clip: TrackerClip, rows: Rows) -> TrackerClip:
    return TrackerClip(clip.rate_hz / (step_of(rows) or 1), clip.positions_m[rows], clip.rotations_xyzw[rows],
                       clip.position_valid[rows], clip.rotation_valid[rows])
