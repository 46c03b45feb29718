"""Clips solved together by the shipped prior: as alone but for rounding, whoever is there too. On a CPU the way that is
taken is the same; on a GPU it is also the one that the product takes."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from bridge.demo_motion import demo_motion
from bridge.engine.crowd import CrowdClips
from bridge.engine.gather import rows_of
from bridge.engine.interface import Clip, ClipProgress, EngineInfo
from bridge.engine.solver import SolverEngine, load_engine, load_solver_prior
from bridge.frames import JOINT_INDEX, Motion, Setup, Skeleton, Tracker
from bridge.motion import joint_positions
from bridge.simulate import simulate_trackers
from models.crowd.together import crowd_solver
from models.prior.checkpoint import Prior
from models.solver import Solver, solver_of

MEAN_CM, MEAN_DEG, MOST_CM = 0.05, 0.1, 2.0  # from a clip that is solved alone, or among others, in TF32
FRAMES = (200, 60, 30, 130, 90, 41)


@pytest.fixture(scope="module")
def prior() -> Prior:
    return load_solver_prior(None)


@pytest.fixture(scope="module")
def engine(prior: Prior) -> SolverEngine:
    """On a CPU, as if that were worth it there."""
    crowd = CrowdClips(crowd_solver(Solver(prior, prior.network), "float32"), frames=400)
    return SolverEngine(solver_of(prior), EngineInfo("", "cpu"), crowd=crowd)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    """Of two kinds, two rates and several bodies; in one a hand is lost for a while."""
    four = (*Setup().trackers, Tracker(JOINT_INDEX["pelvis"]))
    made = []
    for place, frames in enumerate(FRAMES):
        skeleton = Skeleton(np.float32(0.9 + 0.05 * place) * Setup().skeleton.offsets_m)
        setup = Setup(skeleton, four) if place == 3 else Setup(skeleton)
        whole = simulate_trackers(demo_motion(90.0 if place == 4 else 60.0), setup, seed=place)
        made.append((setup, rows_of(whole, 100 * place, 100 * place + frames)))
    lost = made[0][1]
    valid = lost.position_valid.copy()
    valid[50:80, 1] = False
    made[0] = made[0][0], replace(lost, position_valid=valid, rotation_valid=lost.rotation_valid & valid)
    return made


def solved(steps: Iterator[tuple[int, ClipProgress]]) -> dict[int, Motion]:
    return {place: step.motion for place, step in steps if step.motion is not None}


def same(one: Motion, other: Motion) -> None:
    assert (len(one), one.rate_hz) == (len(other), other.rate_hz)
    away = 100 * np.linalg.norm(joint_positions(one) - joint_positions(other), axis=-1)
    cosine = np.abs((one.local_xyzw * other.local_xyzw).sum(-1)).clip(max=1)
    assert away.mean() < MEAN_CM and away.max() < MOST_CM and np.rad2deg(2 * np.arccos(cosine)).mean() < MEAN_DEG
    assert one.confidence is not None and other.confidence is not None
    assert np.abs(one.confidence - other.confidence).mean() < 0.01


def test_together_is_as_alone(engine: SolverEngine, clips: list[Clip]) -> None:
    found = solved(engine.solve_clips(clips[:4]))
    assert sorted(found) == [0, 1, 2, 3]
    for place, motion in found.items():
        same(motion, solved(engine.solve_clips([clips[place]]))[0])
        same(motion, list(engine.solve_clip(*clips[place]))[-1].motion)  # type: ignore[arg-type]


def test_progress_is_told_of_each_and_never_goes_back(engine: SolverEngine, clips: list[Clip]) -> None:
    told: dict[int, list[int]] = {}
    for place, step in engine.solve_clips([clips[0], clips[4]]):
        assert step.frames_total == FRAMES[4 if place else 0]
        told.setdefault(place, []).append(step.frames_done)
    assert all(len(done) > 2 and done == sorted(done) for done in told.values())
    assert [done[-1] for _, done in sorted(told.items())] == [FRAMES[0], FRAMES[4]]


@pytest.mark.parametrize(("open_session", "places"), [(True, [1, 5]), (False, [0, 0, 0])])
def test_each_is_alone_beside_a_session_or_if_it_is_too_long(
    engine: SolverEngine, clips: list[Clip], open_session: bool, places: list[int]
) -> None:
    """To the last bit."""
    asked = [clips[place] for place in places]
    if open_session:
        engine.open(3, Setup())
    try:
        found = solved(engine.solve_clips(asked))
        for place, (setup, clip) in enumerate(asked):
            alone = list(engine.solve_clip(setup, clip))[-1].motion
            assert alone is not None and np.array_equal(found[place].local_xyzw, alone.local_xyzw)
    finally:
        engine.close(3)


@dataclass(frozen=True)
class Full(CrowdClips):
    """A device that has no room."""

    def solve(self, clips: Sequence[Clip]) -> Iterator[tuple[int, ClipProgress]]:
        raise torch.OutOfMemoryError("no room")
        yield


def test_without_room_fewer_are_tried_and_one_is_solved_piece_by_piece(prior: Prior, clips: list[Clip]) -> None:
    solver = Solver(prior, prior.network)
    full = SolverEngine(solver_of(prior), EngineInfo("", "cpu"), crowd=Full(crowd_solver(solver, "float32")))
    with pytest.raises(torch.OutOfMemoryError):
        list(full.solve_clips(clips[:2]))
    assert len(solved(full.solve_clips([clips[2]]))[0]) == FRAMES[2]


def test_an_engine_on_a_cpu_solves_each_alone() -> None:
    engine = load_engine(device="cpu", threads=1)
    assert engine.frames_together == 0 and engine.info().frames_at_once == 0


@pytest.fixture(scope="module")
def there() -> SolverEngine:
    return load_engine(device="cuda")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.timeout(300)
def test_on_a_gpu_together_is_as_alone_and_as_on_a_cpu(
    there: SolverEngine, engine: SolverEngine, clips: list[Clip]
) -> None:
    assert there.frames_together > 10_000 and there.info().frames_at_once > there.frames_together and there.lanes == 2
    many = [clips[place % len(clips)] for place in range(40)]
    among_many, among_few = solved(there.solve_clips(many)), solved(there.solve_clips(clips))
    for place in range(len(clips)):
        same(among_many[place], among_few[place])
        same(among_many[place], solved(there.solve_clips([clips[place]]))[0])
        same(among_many[place], list(engine.solve_clip(*clips[place]))[-1].motion)  # type: ignore[arg-type]
