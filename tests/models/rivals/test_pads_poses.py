"""PADS for poses: known joints pull the others along, noise is taken out, and the same seed does the same."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from models.kinematics.rotations import geodesic_angle
from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, neutral_offsets
from models.problems.known import Known
from models.rivals.pads_poses import PosesConfig, clean_pads, fill_pads
from models.rivals.posterior import Descent
from models.solver import Solver

Moving = Callable[..., tuple[Tensor, Tensor]]
ARM = [JOINT_INDEX[name] for name in ("L_shoulder", "L_elbow")]


def test_what_is_known_stays_and_a_seed_is_a_motion(tiny_solver: Solver, swaying_body: Moving) -> None:
    rotations, root = swaying_body(60)
    everything = torch.ones(60, JOINT_COUNT, dtype=torch.bool)
    known = Known(rotations, everything, root, everything[:, 0], neutral_offsets()).without(ARM, slice(20, 50))
    one, same, other = (fill_pads(tiny_solver, tiny_solver.forward, known, PosesConfig(Descent(3, 1.0), seed=seed))
                        for seed in (0, 0, 1))
    assert torch.equal(one.rotations[known.rotation_known], rotations[known.rotation_known])
    assert torch.equal(one.rotations, same.rotations)
    assert not torch.allclose(one.rotations, other.rotations, atol=1e-3)


def test_what_is_given_pulls(t_pose_solver: Solver, swaying_body: Moving) -> None:
    """A prior that knows one pose, somebody who stands otherwise: the pull brings the answer nearer to them."""
    rotations = swaying_body(50, amount=0.3)[0]
    off = [geodesic_angle(clean_pads(t_pose_solver, t_pose_solver.forward, rotations, neutral_offsets(),
                                     PosesConfig(Descent(30, 0.3), zeta)), rotations).mean() for zeta in (0.0, 1.0)]
    assert off[1] < off[0]
