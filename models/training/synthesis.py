"""Crouching, bending, reaching, lunging, kneeling and sitting, made of real clips of people who stand.

The pelvis is led along a smooth path, the feet stay where they stand or step, legs follow by two-bone inverse
kinematics, the trunk leans so that the weight stays over the feet, and the real motion of trunk and arms goes on.
What no body does is thrown away.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch

from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import FEET
from models.training.dataset import Clip
from models.training.limits import humanly_possible
from models.training.plans import KINDS, Plan
from models.training.stance import Stance, course, feet_of, find_stance, pelvis_path, with_hand, with_legs
from models.training.style import with_posture

BALANCING = 3  # rounds of moving the pelvis until the weight is where it was over the feet
MISSED_M = 0.005  # by which an ankle may miss its place


@dataclass(frozen=True)
class SynthesisConfig:
    """How many clips of each kind are made; zero makes none."""

    clips: int = 0
    kinds: tuple[str, ...] = tuple(KINDS)
    tries: int = 6  # per clip, where bodies refuse


def synthesise(clips: Sequence[Clip], config: SynthesisConfig, seed: int = 0) -> list[Clip]:
    """New clips, of sources "synthesis/KIND". The random order depends on the seed alone."""
    if not config.clips:
        return []
    random = torch.Generator().manual_seed(seed)
    standing = [stance for stance in map(find_stance, clips) if stance]
    return [clip for kind in config.kinds if standing for clip in _of_kind(kind, standing, config, random)]


def _of_kind(kind: str, standing: list[Stance], config: SynthesisConfig, random: torch.Generator) -> list[Clip]:
    made: list[Clip] = []
    for _ in range(config.clips * config.tries):
        if len(made) == config.clips:
            break
        stance = standing[int(torch.randint(len(standing), (), generator=random))]
        clip = perform(stance, KINDS[kind](partial(_uniform, random)), random)
        made += [replace(clip, source=f"synthesis/{kind}", action=kind)] if clip else []
    return made


def _uniform(random: torch.Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=random))


def perform(stance: Stance, plan: Plan, random: torch.Generator) -> Clip | None:
    """A real clip led to the plan's fullest moment and perhaps back; None where no body would."""
    share = course(stance, plan, random)
    if share is None:
        return None
    ankles, soles = feet_of(stance, plan, share)
    rotations = local_to_global(with_posture(global_to_local(stance.rotations)[None], plan.turns(share)[None]))[0]
    rotations[:, list(FEET[:2])], rotations[:, list(FEET[2:])] = soles, stance.toes
    root, missed = stance.clip.root, torch.zeros(())
    for _ in range(BALANCING):
        rotations, missed = with_legs(stance, plan, share, rotations, root, ankles)
        root = pelvis_path(stance, plan, share, rotations, ankles)
    rotations, missed = with_legs(stance, plan, share, rotations, root, ankles)
    for side in plan.hands:
        rotations = with_hand(stance, plan, share, rotations, root, side)
    made = replace(stance.clip, local_xyzw=matrix_to_xyzw(global_to_local(rotations)), root=root)
    return made if missed < MISSED_M and humanly_possible(rotations, made) else None
