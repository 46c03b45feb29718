"""The session that comes with the package: the demo's person as a headset and two controllers saw it."""
from __future__ import annotations

from math import radians
from pathlib import Path

from bridge.demo_motion.body import demo_motion
from bridge.frames import SOLVER_RATE_HZ, SensorNoise, Session, Setup
from bridge.simulate import Loss, as_session

PATH = Path(__file__).resolve().parent.parent / "assets" / "demo.mcap"
NOISE = SensorNoise(position_sd_m=0.002, rotation_sd_rad=radians(0.5))
LEFT_HAND_LOST = Loss(tracker=1, start_s=6.0, end_s=7.0)  # on the way back, the arm swinging
SEED = 20


def demo_session(rate_hz: float = SOLVER_RATE_HZ) -> Session:
    """Readings with noise, the left hand lost for a second, and the truth."""
    return as_session(demo_motion(rate_hz), SEED, Setup(noise=NOISE), [LEFT_HAND_LOST])
