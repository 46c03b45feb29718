"""Measure calibration: how wrong bones are before and after, and what they cost in the pose.

    python tests/benchmarks/calibration.py --data a.npz b.npz --limit 4 --json calibration.json

Each person is a clip's own body; the solver is told another one, its bones wrong by a few per cent. Standing is the
clip's frame that is nearest to it, held for two seconds, with the sway of the quietest real two seconds of the data;
clips in which nobody stands are left out. The T-pose is held as inexactly as people do (by a seeded draw), at any
heading, with the same sway. Moving is 20 s of the person's clips, one after the other. All with the trackers' usual
noise; the validation split unless told otherwise.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from bridge.commands.console import table
from bridge.config_commands import SPLITS
from bridge.engine.data import load_clips
from bridge.engine.solver import choose_device, load_solver_prior
from models.body import Body, Readings
from models.calibration.calibrate import POSES, calibrated
from models.calibration.factors import PARTS
from models.calibration.still import RATE_HZ, STILL_S
from models.evaluation.clips import Trial, make_trial
from models.evaluation.metrics import clip_metrics
from models.evaluation.sensors import SensorConfig
from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import about_y, matrix_to_rotvec, matrix_to_xyzw, rotvec_to_matrix, xyzw_to_matrix
from models.kinematics.scaling import body_factors
from models.kinematics.skeleton import HEAD, JOINT_COUNT, JOINT_NAMES, standing_height
from models.prior.thinned import thinned_forward
from models.solver import Solver
from models.training.dataset import Clip

WRONG = ("default", "Armx1.03", "Armx0.97", "UBx1.03", "UBx0.97", "Allx1.03", "Allx0.97")
STILL_FRAMES = round(STILL_S * RATE_HZ)
MOVING_FRAMES = round(20 * RATE_HZ)
SENSORS = SensorConfig(position_sd=0.002, rotation_sd=0.01)
HELD_DEG = {"collar": 4, "shoulder": 6, "elbow": 6, "wrist": 8, "head": 6, "neck": 3, "spine": 2}  # of a T-pose


@dataclass(frozen=True)
class Person:
    """A clip's performer: what is solved, how well with the true bones, and what each pose reads."""

    trial: Trial
    mpjpe: float  # cm
    readings: dict[str, Readings]


@dataclass(frozen=True)
class Outcome:
    """One person told one body."""

    bones_before: Tensor  # (parts,) error of the logarithm of each part's scale
    bones_after: Tensor
    said_sd: Tensor
    cost_before: float  # cm of MPJPE, over what the true bones give
    cost_after: float


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="motion archives")
    parser.add_argument("--split", choices=SPLITS, default="validation")
    parser.add_argument("--limit", type=int, default=4, help="people (clips) of each archive")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each clip that are solved")
    parser.add_argument("--poses", default=",".join(POSES), help=f"any of {', '.join(POSES)}")
    parser.add_argument("--told", default=",".join(WRONG), help="bodies the solver is told, as the true one's multiple")
    parser.add_argument("--weights", type=Path, help="another prior than the shipped one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    return parser.parse_args()


def quietest_sway(clips: Sequence[Clip]) -> tuple[Tensor, Tensor]:
    """Local turns (120, 22, 3) and root steps (120, 3) around their mean, of the stillest two seconds there are."""
    best = (torch.inf, clips[0], 0)
    for clip in (clip for clip in clips if len(clip.root) >= STILL_FRAMES):
        cut = make_trial(clip, "default", SensorConfig()).readings.positions.unfold(0, STILL_FRAMES, 5)
        sway = cut.var(-1).sum(2).amax(-1)
        best = min(best, (float(sway.min()), clip, 5 * int(sway.argmin())), key=lambda one: one[0])
    _, clip, start = best
    held = slice(start, start + STILL_FRAMES)
    local = xyzw_to_matrix(clip.local_xyzw[held])
    return matrix_to_rotvec(local[STILL_FRAMES // 2].mT @ local), clip.root[held] - clip.root[held].mean(0)


def most_upright(clip: Clip) -> int | None:
    """The frame that is nearest to standing: head as high as then and level, slow. None where nobody stands."""
    trial = make_trial(clip, "default", SensorConfig())
    height = trial.places[:, HEAD, 1] / standing_height(clip.offsets, HEAD)
    speed = torch.nn.functional.pad(trial.places.diff(dim=0).norm(dim=-1).mean(-1) * RATE_HZ, (1, 0), value=9.0)
    tilt = trial.rotations[:, HEAD, 1, 1].clamp(-1, 1).acos()
    best = int(((height - 0.985).abs() + 0.1 * speed + 0.05 * tilt).argmin())
    return best if abs(float(height[best]) - 0.985) < 0.04 and float(tilt[best]) < 0.5 else None


def held(clip: Clip, local: Tensor, root: Tensor, sway: tuple[Tensor, Tensor], seed: int) -> Readings:
    """A posture (22, 3, 3), (3,) held with sway."""
    turns, steps = sway
    moving = local @ rotvec_to_matrix(turns)
    still = replace(clip, local_xyzw=matrix_to_xyzw(moving), root=root + steps * torch.tensor([1.0, 0.0, 1.0]))
    return make_trial(still, "default", replace(SENSORS, seed=seed)).readings


def t_pose(clip: Clip, seed: int) -> tuple[Tensor, Tensor]:
    """As somebody holds it who was asked to: local rotations (22, 3, 3) and root (3,)."""
    random = torch.Generator().manual_seed(seed)
    degrees = [next((sd for part, sd in HELD_DEG.items() if part in name), 0) for name in JOINT_NAMES]
    spread = torch.deg2rad(torch.tensor(degrees))[:, None]
    local = rotvec_to_matrix(spread * torch.randn(JOINT_COUNT, 3, generator=random))
    local[0] = about_y(torch.rand((), generator=random) * 6.28)
    height = 0.99 * (standing_height(clip.offsets, HEAD) - positions_from_pelvis(
        torch.eye(3).expand(JOINT_COUNT, 3, 3), clip.offsets)[HEAD, 1])
    return local, torch.stack([torch.zeros(()), height, torch.zeros(())])


def joined(clips: Sequence[Clip], first: int, seed: int) -> Readings:
    """20 s of one performer's clips, from `first` on."""
    same = [clip for clip in clips[first:] + clips[:first] if torch.equal(clip.offsets, clips[first].offsets)]
    parts, frames = [], 0
    for number, clip in enumerate(same):
        parts.append(make_trial(clip, "default", replace(SENSORS, seed=seed + number)).readings)
        frames += len(clip.root)
        if frames >= MOVING_FRAMES:
            break
    return Readings(*(torch.cat(cut)[:MOVING_FRAMES] for cut in zip(*(part.parts for part in parts), strict=True)))


def person(
    solver: Solver, clips: list[Clip], index: int, at: int, sway: tuple[Tensor, Tensor], chosen: argparse.Namespace
) -> Person:
    """The performer of a clip, who stands in frame `at`."""
    clip, seed, frames = clips[index], chosen.seed, round(chosen.seconds * RATE_HZ)
    first = replace(clip, local_xyzw=clip.local_xyzw[:frames], root=clip.root[:frames])
    trial = make_trial(first, "default", replace(SENSORS, seed=seed))
    makers = {
        "standing": lambda: held(clip, xyzw_to_matrix(clip.local_xyzw[at]), clip.root[at], sway, seed),
        "t-pose": lambda: held(clip, *t_pose(clip, seed + index), sway, seed),
        "moving": lambda: joined(clips, index, seed),
    }
    readings = {pose: makers[pose]() for pose in chosen.poses.split(",")}
    return Person(trial, mpjpe(solver, trial, trial.body), readings)


def mpjpe(solver: Solver, trial: Trial, body: Body) -> float:
    solution = solver.sequence(body, trial.readings)
    places = positions_from_pelvis(solution.rotations, body.offsets) + solution.root[:, None]
    return clip_metrics(solution.rotations, places, trial.rotations, trial.places, trial.floor)["mpjpe_cm"]


def part_errors(offsets: Tensor, true: Tensor) -> Tensor:
    """(parts,) logarithm of how much longer the bones of each part are than they should be."""
    longest = [max(joints, key=lambda joint: float(true[joint].norm())) for joints in PARTS.values()]
    return torch.stack([(offsets[joint].norm() / true[joint].norm()).log() for joint in longest])


def outcomes(solver: Solver, people: list[Person], told: str, poses: Sequence[str]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {pose: [] for pose in poses}
    for one in people:
        true = one.trial.body
        wrong = replace(true, offsets=true.offsets * body_factors(told)[:, None])
        before = mpjpe(solver, one.trial, wrong) - one.mpjpe
        for pose in poses:
            body, calibration = calibrated(solver, wrong, one.readings[pose], pose)
            said = calibration.covariance.diagonal()[: len(PARTS)].sqrt()
            errors = part_errors(wrong.offsets, true.offsets), part_errors(body.offsets, true.offsets)
            found[pose].append(Outcome(*errors, said, before, mpjpe(solver, one.trial, body) - one.mpjpe))
    return found


def figures(told: str, pose: str, found: list[Outcome]) -> dict[str, float | str]:
    """Means over people; bones as rms over people and parts, per cent."""
    after = torch.stack([one.bones_after for one in found])
    said = torch.stack([one.said_sd for one in found])
    names = list(PARTS)
    arms = after[:, [names.index("upper arms"), names.index("forearms")]].mean(1)

    def rms(values: Tensor) -> float:
        return 100 * float(values.square().mean().sqrt())

    return {
        "told": told, "pose": pose, "people": float(len(found)),
        "bones before %": rms(torch.stack([one.bones_before for one in found])), "bones after %": rms(after),
        "arms after %": rms(arms), "torso after %": rms(after[:, names.index("torso")]),
        "error / said sd": float((after / said).square().mean().sqrt()),
        "cost before cm": sum(one.cost_before for one in found) / len(found),
        "cost after cm": sum(one.cost_after for one in found) / len(found),
    }


def people_of(solver: Solver, chosen: argparse.Namespace) -> list[Person]:
    """As many of each archive as asked for, spread evenly over those who stand."""
    split = SPLITS.index(chosen.split)
    archives = [[clip for clip in load_clips([path], split) if clip.floor] for path in chosen.data]
    sway = quietest_sway([clip for clips in archives for clip in clips])
    people: list[Person] = []
    for clips in archives:
        standing = [(index, at) for index, clip in enumerate(clips) if (at := most_upright(clip)) is not None]
        count = min(chosen.limit, len(standing))
        picked = [standing[round((place + 0.5) * len(standing) / count - 0.5)] for place in range(count)]
        people += [person(solver, clips, index, at, sway, chosen) for index, at in picked]
    return people


def main() -> None:
    chosen = options()
    torch.set_num_threads(1)
    prior = load_solver_prior(chosen.weights).to(choose_device("cpu"))
    solver = Solver(prior, thinned_forward(prior.network))
    people, rows = people_of(solver, chosen), []
    print(f"{len(people)} people, MPJPE with the true bones {sum(one.mpjpe for one in people) / len(people):.2f} cm")
    for told in chosen.told.split(","):
        found = outcomes(solver, people, told, chosen.poses.split(","))
        rows += [figures(told, pose, one) for pose, one in found.items()]
    cells = [[value if isinstance(value, str) else f"{value:.2f}" for value in row.values()] for row in rows]
    print(table(list(rows[0]), cells))
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
