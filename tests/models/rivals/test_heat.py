from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.evaluation.problems.detector import heatmaps_of
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import neutral_offsets
from models.rivals.heat import HeatConfig, fitness, lift_heat
from models.rivals.posterior import Descent
from models.rivals.sightlines import windows_of
from models.samplers.measurement_heatmaps import Heatmaps, log_likelihood
from models.solver import Solver
from tests.models.rivals.test_sightlines import looked_at

Moving = Callable[..., tuple[Tensor, Tensor]]


def test_the_fitness_is_that_of_the_points_as_they_are_seen(tiny_solver: Solver, swaying_body: Moving) -> None:
    """Of a true pose it is that of its own pixels; of another one it is less."""
    rotations, root = swaying_body(41)
    seen = looked_at(rotations, root, "moving")
    windows = windows_of(tiny_solver, neutral_offsets(), [seen])
    maps: Heatmaps = heatmaps_of(seen)
    found = fitness(windows.sight, seen.camera, maps, rotations[None])
    torch.testing.assert_close(found, log_likelihood(maps, seen.points[None])[0].sum(-1), atol=0.05, rtol=0)
    random = torch.Generator().manual_seed(0)
    other = rotvec_to_matrix(0.3 * torch.randn(1, 41, 22, 3, generator=random)) @ rotations
    assert (fitness(windows.sight, seen.camera, maps, other) < found - 1).all()


def test_maps_pull_towards_what_they_show(t_pose_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(45, amount=0.2)
    seen = [looked_at(rotations, root, "eye level")]
    free, led = (lift_heat(t_pose_solver, t_pose_solver.forward, neutral_offsets(), seen, heatmaps_of(seen[0]),
                           HeatConfig(Descent(30, 1.0), weight=weight))[0] for weight in (0.0, 1.0))
    assert led.score > free.score + 1 and led.passes_per_frame == 30 * 2 / 45
