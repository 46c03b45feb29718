"""What is measured, as data: sections of cases. A case is a body, its trackers and their faults.

Sections without a sweep of their own (kinds, actions, joints, latency) read the records of the usual case; low is the
usual case of other clips (low.py).
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models.evaluation.sensors import USUAL_POSITION_SD, SensorConfig
from models.evaluation.trackers import THREE_POINTS, TRACKER_SETS

TOLD, NOT_TOLD = "told its noise", "not told"


@dataclass(frozen=True)
class Setup:
    """All that a trial depends on besides its clip."""

    body: str = "default"
    trackers: str = THREE_POINTS
    sensors: SensorConfig = field(default_factory=SensorConfig)


@dataclass(frozen=True)
class Case:
    """One line of a section. `at` is its place on the section's curve, `series` which of its curves it is on."""

    name: str
    setup: Setup
    at: float | None = None
    series: str = ""


SECTIONS = {
    "bodies": "Bodies of other proportions",
    "noise": "Position and rotation noise",
    "dropout": "Hands lost in bursts of 0.5 to 2 s",
    "drift": "A hand's tracker that drifts away",
    "mounts": "Trackers mounted otherwise than told",
    "bones": "Bones longer or shorter than told",
    "trackers": "Other sets of trackers",
    "kinds": "Kinds of test clip",
    "actions": "Groups of actions",
    "low": "Low to the ground",
    "joints": "Each joint",
    "reliability": "How far errors go against what was told",
    "latency": "Latency",
}
COMPARING = ("bodies", "kinds", "actions", "low", "joints", "latency")  # the others are about what a fault costs
NOISE_CM = (0.0, 0.2, 1.0, 5.0, 10.0, 20.0)
LOST = (0.0, 0.1, 0.3, 0.5)
DRIFT_M = (0.0, 0.1, 0.3, 1.0, 3.0)
BONES_CM = (0.0, 1.0, 3.0, 10.0)


def cases_of(section: str, bodies: Sequence[str], usual: SensorConfig) -> list[Case]:
    """The cases of a section of SECTIONS; `usual` holds for whatever the section does not vary."""
    base = Setup(sensors=usual)
    sweeps = {
        "bodies": [Case(body, replace(base, body=body), uniform_scale(body)) for body in bodies],
        "noise": _noise(usual),
        "dropout": [_case(f"{share:.0%}", replace(usual, hands_lost=share), 100 * share) for share in LOST],
        "drift": [_case(f"{far:g} m", replace(usual, drift=far), 100 * far) for far in DRIFT_M],
        "mounts": _mounts(usual),
        "bones": _bones(usual),
        "trackers": [Case(name, replace(base, trackers=name)) for name in TRACKER_SETS],
        "reliability": [],  # of priors, not of methods under cases: see reliability.py
    }
    return sweeps.get(section, [Case("default", base)])


def uniform_scale(body: str) -> float | None:
    """How many times as large as the clip's own; None where proportions differ."""
    if body == "default":
        return 1.0
    return float(body[4:]) if body.startswith("Allx") and "*" not in body else None


def _case(name: str, sensors: SensorConfig, at: float | None = None, series: str = "") -> Case:
    return Case(name, Setup(sensors=sensors), at, series)


def _noise(usual: SensorConfig) -> list[Case]:
    """What is no more than the solver believes anyway is not measured twice."""
    cases = []
    for told, series in ((True, TOLD), (False, NOT_TOLD)):
        for noise in NOISE_CM:
            if told or noise / 100 > USUAL_POSITION_SD:
                sensors = replace(usual, position_sd=noise / 100, told_noise=told)
                cases.append(_case(f"{noise:g} cm, {series}", sensors, noise, series))
        turned = replace(usual, rotation_sd=math.radians(5), told_noise=told)
        cases.append(_case(f"5 deg, {series}", turned, None, series))
    return cases


def _mounts(usual: SensorConfig) -> list[Case]:
    def case(name: str, at: float | None, centimetres: float, degrees: float) -> Case:
        return _case(name, replace(usual, mount_shift=centimetres / 100, mount_turn=math.radians(degrees)), at)

    return [
        case("as told", 0.0, 0, 0), case("1 cm, 5 deg", 1.0, 1, 5), case("2 cm, 10 deg", 2.0, 2, 10),
        case("2 cm alone", None, 2, 0), case("10 deg alone", None, 0, 10),
    ]


def _bones(usual: SensorConfig) -> list[Case]:
    return [
        *(_case(f"{error:g} cm", replace(usual, bone_sd=error / 100), error) for error in BONES_CM),
        _case("3 % of each", replace(usual, bone_share_sd=0.03)),
        _case("upper body told 3 % too long", replace(usual, told_body="UBx1.03")),
    ]
