from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.skeleton import neutral_offsets
from models.rivals.pads import PadsConfig, lift_pads
from models.rivals.posterior import Descent
from models.solver import Solver
from tests.models.rivals.test_sightlines import looked_at

Moving = Callable[..., tuple[Tensor, Tensor]]


def test_pixels_pull_towards_the_truth(t_pose_solver: Solver, swaying_body: Moving) -> None:
    """A prior that knows one pose, somebody who stands otherwise: with the pull it is nearer to the keypoints."""
    rotations, root = swaying_body(45, amount=0.3)
    seen, offsets = [looked_at(rotations, root, "eye level")], neutral_offsets()
    free, led = (lift_pads(t_pose_solver, t_pose_solver.forward, offsets, seen, PadsConfig(Descent(40, 0.3), zeta))[0]
                 for zeta in (0.0, 0.3))
    assert led.score > free.score
    off = [float((positions_from_pelvis(one.rotations, offsets) - positions_from_pelvis(rotations, offsets)).norm(
        dim=-1).mean()) for one in (free, led)]
    assert off[1] < off[0] and led.passes_per_frame == 40 * 2 / 45


def test_hypotheses_are_in_order_and_the_seeds(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(45)
    found, same = (lift_pads(tiny_solver, tiny_solver.forward, neutral_offsets(), [looked_at(rotations, root)],
                             PadsConfig(Descent(2, 1.0)), hypotheses=2) for _ in range(2))
    assert found[0].score > found[1].score and torch.equal(found[0].rotations, same[0].rotations)
