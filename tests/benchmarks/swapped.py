"""Measure how soon controllers on the wrong hands are seen, and how often right ones are called wrong.

    python tests/benchmarks/swapped.py --data bandai.npz hdm05.npz --limit 60
    python tests/benchmarks/swapped.py --data bandai.npz hdm05.npz --limit 60 --fit

One row for each way to wear them, over clips of the validation split: the share of time called wrong though right, the
share of clips of SOON_S or longer that are called wrong by then when they are, and the share of clips of WHOLE_S or
longer that are repaired when wrong, and when right. --fit says the weights of the training split instead.
"""
from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from bridge.engine.data import load_clips
from models.body import Body, Readings
from models.evaluation.clips import make_trial
from models.evaluation.sensors import SensorConfig
from models.kinematics.rotations import matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.skeleton import L_WRIST, R_WRIST
from models.samplers.streaming import RATE_HZ
from models.swap import exchanged, looks_swapped, swap_evidence, swap_signs, worn_swapped
from models.swap_rule import WEIGHTS, WHOLE_S

TRAIN, VALIDATION = 0, 1
SOON_S = 2.0
NOISE = SensorConfig(position_sd=0.002, rotation_sd=0.02)
WEARINGS = {"on wrists": NOISE, "in fists": NOISE, "hands lost": replace(NOISE, hands_lost=0.3)}
Worn = tuple[Body, Readings]


def in_fists(body: Body, readings: Readings) -> Worn:
    """Controllers alike that point ahead in either hand, so that their mounts differ."""
    turns = torch.zeros(len(body.joints), 3)
    for joint, angle in ((L_WRIST, -math.pi / 2), (R_WRIST, math.pi / 2)):
        turns[body.joints.index(joint), 1] = angle
    mounts = rotvec_to_matrix(turns)
    turned = replace(readings, xyzw=matrix_to_xyzw(xyzw_to_matrix(readings.xyzw) @ mounts))
    return replace(body, mount_rotations=mounts), turned


def worn(paths: list[Path], split: int, limit: int, wearing: str) -> list[Worn]:
    clips = [clip for path in paths for clip in load_clips([path], split, limit)]
    trials = [make_trial(clip, "default", WEARINGS[wearing]) for clip in clips]
    pairs = [(trial.body, trial.readings) for trial in trials]
    return [in_fists(*pair) for pair in pairs] if wearing == "in fists" else pairs


def fitted(everyone: list[Worn]) -> Tensor:
    """Weights by logistic regression: right and wrong wearings mirror each other, so there is no bias."""
    signs = torch.cat([-swap_signs(*one) for one in everyone]).double()
    weights = torch.zeros(len(WEIGHTS), dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> float:
        search.zero_grad()
        value = torch.nn.functional.softplus(-signs @ weights).mean() + 1e-3 * weights.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value.item()

    search.step(loss)
    return weights.detach()


def row(everyone: list[Worn]) -> list[float]:
    right = [swap_evidence(*one) for one in everyone]
    wrong = [swap_evidence(body, exchanged(body, readings)) for body, readings in everyone]
    alarms = torch.cat([looks_swapped(one) for one in right]).double().mean()
    soon = [looks_swapped(one[: round(SOON_S * RATE_HZ)]).any() for one in wrong if len(one) >= SOON_S * RATE_HZ]
    long = [index for index, one in enumerate(wrong) if len(one) >= WHOLE_S * RATE_HZ]
    repaired = [sum(worn_swapped(side[index]) for index in long) / max(len(long), 1) for side in (wrong, right)]
    return [100 * float(alarms), 100 * sum(map(float, soon)) / len(soon), *(100 * share for share in repaired)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--limit", type=int, default=60, help="clips of each file")
    parser.add_argument("--fit", action="store_true", help="say the weights of the training split")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.fit:
        everyone = [one for wearing in ("on wrists", "in fists")
                    for one in worn(given.data, TRAIN, given.limit, wearing)]
        print("weights", " ".join(f"{weight:.2f}" for weight in fitted(everyone).tolist()))
        return
    print(f"{'wearing':12} {'false %':>10} {'soon %':>10} {'repaired %':>10} {'wrongly %':>10}")
    for wearing in WEARINGS:
        found = row(worn(given.data, VALIDATION, given.limit, wearing))
        print(f"{wearing:12} " + " ".join(f"{value:10.3f}" for value in found), flush=True)


if __name__ == "__main__":
    main()
