"""Live mode under evaluation: clips side by side are answered as each would be alone."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from models.evaluation.clips import make_trial
from models.evaluation.live import live_latency_ms, live_solutions, window_ending_at
from models.evaluation.methods import Live, ours
from models.evaluation.sensors import SensorConfig
from models.solver import Solver
from models.training.dataset import Clip

Clips = Callable[..., Clip]


def _live(solver: Solver) -> Live:
    live = ours(solver).live
    assert live is not None
    return live


def test_a_window_ends_at_its_frame_and_begins_with_the_first_reading_held(clip: Clips) -> None:
    readings = make_trial(clip(60), "default", SensorConfig()).readings
    late, early = window_ending_at(readings, 50, 41), window_ending_at(readings, 3, 41)
    assert torch.equal(late.positions, readings.positions[10:51])
    assert torch.equal(early.positions[37:], readings.positions[:4])
    assert torch.equal(early.xyzw[:38], readings.xyzw[:1].expand(38, -1, -1))


def test_clips_of_different_lengths_are_answered_as_each_alone(tiny_solver: Solver, clip: Clips) -> None:
    trials = [make_trial(clip(frames, seed), "default", SensorConfig()) for seed, frames in enumerate((5, 12, 8))]
    for trial, (rotations, root) in zip(trials, live_solutions(_live(tiny_solver), trials), strict=True):
        assert len(rotations) == len(root) == len(trial.readings)
        ((alone, place),) = live_solutions(_live(tiny_solver), [trial])
        torch.testing.assert_close(rotations, alone, atol=2e-5, rtol=0)
        torch.testing.assert_close(root, place, atol=2e-5, rtol=0)


def test_an_answer_does_not_look_ahead(tiny_solver: Solver, clip: Clips) -> None:
    trial = make_trial(clip(20), "default", SensorConfig())
    later = trial.readings.positions.clone()
    later[12:] += 0.5
    changed = replace(trial, readings=replace(trial.readings, positions=later))
    (before, _), (after, _) = live_solutions(_live(tiny_solver), [trial, changed])
    torch.testing.assert_close(before[:12], after[:12], atol=1e-6, rtol=0)
    assert not torch.allclose(before[12:], after[12:], atol=1e-3)


def test_latency_is_of_as_many_frames_as_asked_even_of_a_short_clip(tiny_solver: Solver, clip: Clips) -> None:
    spent = live_latency_ms(_live(tiny_solver), make_trial(clip(6), "default", SensorConfig()), 10, warm_up=2)
    assert len(spent) == 10 and min(spent) > 0
