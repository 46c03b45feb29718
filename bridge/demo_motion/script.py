"""The story of the demo: what happens when. Times in seconds, angles in degrees, lengths in metres.

Stand, walk, turn round and walk back, reach up, reach forward, crouch to the floor, turn to the side, wave, stand.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from bridge.demo_motion.ease import Keys
from bridge.demo_motion.feet import Step
from bridge.demo_motion.walk import Stance, stride

DURATION_S = 20.5
LEFT, RIGHT = 0, 1

OUT_AND_BACK = [(0.3, 0.0), (0.5, 0.0), (0.52, 0.0), (0.45, 20.0), (0.38, 38.0), (0.36, 42.0), (0.38, 40.0),
                (0.45, 34.0), (0.52, 6.0), (0.45, 0.0), (0.28, 0.0), (0.0, 0.0)]
ASIDE = [(0.05, -30.0), (0.08, -35.0), (0.0, 0.0)]
WALK_S, ASIDE_S = 0.9, 15.0


@dataclass(frozen=True)
class ArmGoal:
    """A hand goes to a point, given from the stance it is reached from: (left, up, forward)."""

    side: int
    stance: Stance
    point_m: tuple[float, float, float]
    weight: Keys  # 0 = the arm hangs and swings, 1 = the wrist is at the point
    elbow_to: tuple[float, float, float]  # left, up, forward: where the elbow points
    palm_down_deg: float = 0.0  # turn of the forearm, from the palm facing inward
    shrug_deg: float = 0.0  # the collar bone raised
    protract_deg: float = 0.0  # the collar bone brought forward
    wave_m: float = 0.0
    wave_s: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Script:
    """Steps, hands and the bends of the body."""

    steps: list[Step]
    goals: list[ArmGoal]
    crouch_m: Keys = ((0.0, 0.0),)
    tiptoe_deg: Keys = ((0.0, 0.0),)
    hips_back_m: Keys = ((0.0, 0.0),)
    pelvis_pitch_deg: Keys = ((0.0, 0.0),)
    trunk_pitch_deg: Keys = ((0.0, 0.0),)
    trunk_roll_deg: Keys = ((0.0, 0.0),)
    trunk_yaw_deg: Keys = ((0.0, 0.0),)
    head_pitch_deg: Keys = ((0.0, 0.0),)
    head_yaw_deg: Keys = ((0.0, 0.0),)
    start: Stance = field(default_factory=Stance)
    duration_s: float = DURATION_S


def demo_script() -> Script:
    """The shipped demo."""
    walking, home = stride(Stance(), OUT_AND_BACK, WALK_S, RIGHT)
    turning, aside = stride(home, ASIDE, ASIDE_S, RIGHT)
    up, forward, down = _held(7.9, 8.8, 9.3, 10.0), _held(10.05, 10.9, 11.3, 12.1), _held(12.2, 13.2, 13.7, 14.7)
    wave = _held(16.1, 17.0, 18.7, 19.6)
    return Script(
        steps=[*walking, *turning],
        goals=[
            ArmGoal(RIGHT, home, (-0.22, 1.86, 0.2), up, (-0.8, 0.0, 0.5), palm_down_deg=20, shrug_deg=22),
            *(ArmGoal(side, home, (outward * 0.16, 1.22, 0.55), forward, (outward * 0.5, -1.0, 0.0),
                      palm_down_deg=55, protract_deg=12) for side, outward in ((LEFT, 1), (RIGHT, -1))),
            ArmGoal(LEFT, home, (0.18, 0.26, 0.4), down, (0.6, 0.1, -0.6), palm_down_deg=40, protract_deg=10),
            ArmGoal(RIGHT, aside, (-0.42, 1.5, 0.2), wave, (-0.7, -0.8, -0.1), shrug_deg=8, wave_m=0.11,
                    wave_s=(16.5, 19.1)),
        ],
        crouch_m=_scaled(down, 0.45),
        tiptoe_deg=_scaled(down, 22.0),
        hips_back_m=_scaled(down, 0.05),
        pelvis_pitch_deg=_scaled(down, 26.0),
        trunk_pitch_deg=_joined(2.0, (up, -5.0), (forward, 12.0), (down, 40.0)),
        trunk_roll_deg=_joined(0.0, (up, 7.0), (down, -8.0)),
        trunk_yaw_deg=_joined(0.0, (up, 8.0), (down, -12.0)),
        head_pitch_deg=_joined(6.0, (up, -24.0), (forward, 10.0), (down, 30.0)),
        head_yaw_deg=_joined(0.0, (up, -12.0), (down, 10.0), (wave, -14.0)),
    )


def _held(start_s: float, there_s: float, leave_s: float, back_s: float) -> Keys:
    """0, 1 from `there_s` to `leave_s`, 0."""
    return ((start_s, 0.0), (there_s, 1.0), (leave_s, 1.0), (back_s, 0.0))


def _scaled(keys: Keys, amount: float) -> Keys:
    return tuple((when, value * amount) for when, value in keys)


def _joined(rest: float, *spans: tuple[Keys, float]) -> Keys:
    """The rest value, and each value while its span (0..1) is held; spans must follow one another."""
    keys = [(0.0, rest)]
    for span, value in spans:
        keys += [(when, rest + share * (value - rest)) for when, share in span]
    return keys
