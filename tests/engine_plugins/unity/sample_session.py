"""The session that the Unity package's desktop sample replays, from the demo's: written by

    python -m tests.engine_plugins.unity.sample_session

Little-endian: "PBR1", rate in Hz and height of the wearer in metres as floats, frames and trackers as 32-bit integers;
then for each frame and tracker (head, left hand, right hand) seven floats: place in metres and rotation x y z w, in
project axes, as of the joint; not-a-number where it was lost.
"""
from __future__ import annotations

import struct

import numpy as np

from bridge.capture.mcap import read_recording
from engine_plugins.blender.posebridge.core.wearer import neutral_height
from tests.engine_plugins.unity.mono import ROOT, SAMPLES

OUT = SAMPLES / "Desktop" / "Session.bytes"
EVERY = 2  # frames of the demo: 30 Hz are enough to replay


def data() -> bytes:
    clip = read_recording(ROOT / "bridge" / "assets" / "demo.mcap").session().clip
    rows = np.concatenate([clip.positions_m, clip.rotations_xyzw], axis=-1).astype("<f4")
    rows[~(clip.position_valid & clip.rotation_valid)] = np.nan
    rows = rows[::EVERY]
    head = struct.pack("<4sffii", b"PBR1", clip.rate_hz / EVERY, neutral_height(), *rows.shape[:2])
    return head + rows.tobytes()


if __name__ == "__main__":
    OUT.write_bytes(data())
