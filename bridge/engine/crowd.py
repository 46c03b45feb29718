"""Clips that wait, solved together on a GPU: one of them by itself leaves it idle.

Two batches are in work at a time, each in a thread of its own. One has the device; what the other needs of the host,
before and after, is done meanwhile.
"""
from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bridge.engine.interface import Clip, ClipProgress
from bridge.engine.tensors import Moved, body_of, motion_of, readings_of
from bridge.frames import SOLVER_RATE_HZ
from bridge.resample import resample_clip
from models.crowd.clips import Worn
from models.crowd.together import FRAMES_AT_ONCE, Solved, Stage, crowd_solver, together_steps
from models.prior.checkpoint import Prior
from models.prior.thinned import thinned_forward
from models.solver import Solver

LANES = 2
Step = tuple[int, ClipProgress]


@dataclass(frozen=True)
class CrowdClips:
    """`solver`: of crowd_solver; `frames`: of a batch."""

    solver: Solver
    frames: int = FRAMES_AT_ONCE
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def takes(self, clips: Sequence[Clip]) -> bool:
        """Whether there is room for them on the device; a longer one is solved piece by piece."""
        return sum(len(clip) for _, clip in clips) <= self.frames

    def solve(self, clips: Sequence[Clip]) -> Iterator[Step]:
        """As interface.Engine.solve_clips."""
        steady = [resample_clip(clip, SOLVER_RATE_HZ) for _, clip in clips]
        worn = [(body_of(setup), readings_of(clip)) for (setup, _), clip in zip(clips, steady, strict=True)]
        for kind in dict.fromkeys(body.kind for body, _ in worn):
            alike = [place for place, (body, _) in enumerate(worn) if body.kind == kind]
            for step in self._steps([worn[place] for place in alike]):
                places = [alike[place] for place in step.places]
                if isinstance(step, Stage):
                    yield from ((place, _share(clips[place], step.share)) for place in places)
                else:
                    yield from _motions(step.moved.cpu(), clips, places, step.frames)

    def _steps(self, worn: Sequence[Worn]) -> Iterator[Stage | _Fetched]:
        """Each made while nobody else has the device."""
        steps = together_steps(self.solver, worn, self.frames)
        while True:
            with self._turn:
                step = next(steps, None)
                here = _Fetched.of(step) if isinstance(step, Solved) else step
            if here is None:
                return
            yield here


@dataclass(frozen=True)
class _Fetched:
    """As Solved, rewritten on the device and to be fetched from there."""

    places: list[int]
    frames: list[int]
    moved: Moved

    @staticmethod
    def of(step: Solved) -> _Fetched:
        return _Fetched(step.places, step.frames, Moved.of(step.whole))


def crowd_of(prior: Prior) -> CrowdClips:
    """For the device that the prior is on."""
    return CrowdClips(crowd_solver(Solver(prior, thinned_forward(prior.network))))


def _motions(moved: Moved, clips: Sequence[Clip], places: Sequence[int], frames: Sequence[int]) -> Iterator[Step]:
    for row, (place, count) in enumerate(zip(places, frames, strict=True)):
        setup, clip = clips[place]
        yield place, ClipProgress(len(clip), len(clip), motion_of(moved.clip(row, count), setup, clip))


def _share(clip: Clip, share: float) -> ClipProgress:
    frames = len(clip[1])
    return ClipProgress(round(share * (frames - 1)), frames)
