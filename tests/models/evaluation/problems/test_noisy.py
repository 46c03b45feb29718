"""Noise as large as it says, rivals, and the share that is left."""
from __future__ import annotations

import pytest
import torch

from models.evaluation.problems.noisy import NoiseCase, lowpassed, measure_noise, methods, noise_cases, noisy_of
from models.kinematics.forward import global_to_local, local_to_global
from models.kinematics.rotations import geodesic_angle, xyzw_to_matrix
from models.solver import Solver
from tests.models.evaluation.problems.test_gaps import moving


def test_noise_is_as_large_as_it_says_and_the_same_for_a_seed() -> None:
    clip, case = moving(400), NoiseCase("", 0.05, 0.1)
    rotations, root = noisy_of(clip, case)
    assert float((root - clip.root).std()) == pytest.approx(0.05, rel=0.1)
    turned = geodesic_angle(global_to_local(rotations), xyzw_to_matrix(clip.local_xyzw))
    assert float(turned.square().mean().sqrt()) == pytest.approx(0.1 * 3**0.5, rel=0.05)
    assert torch.equal(noisy_of(clip, case)[0], rotations)
    assert not torch.equal(noisy_of(clip, NoiseCase("", 0.05, 0.1, seed=1))[0], rotations)


def test_a_lowpass_gives_rotations_and_keeps_what_is_slow() -> None:
    clip = moving()
    rotations = local_to_global(xyzw_to_matrix(clip.local_xyzw))
    smooth, root = lowpassed(rotations, clip.root, clip.offsets)
    assert geodesic_angle(smooth, rotations).max() < 0.02
    assert torch.allclose(torch.det(smooth), torch.ones(smooth.shape[:2]), atol=1e-4)
    assert torch.allclose(root, clip.root, atol=1e-3)


def test_shares_are_of_the_inputs_error(tiny_solver: Solver) -> None:
    case = noise_cases(0)[1]
    as_it_is = measure_noise("as it is", methods(tiny_solver)["as it is"], case, [moving()])
    assert as_it_is.values["share_pct"] == pytest.approx(100)
    ours = measure_noise("ours", methods(tiny_solver)["ours"], NoiseCase("", 0.02, 0.005), [moving()])
    assert ours.values["share_pct"] < 60
    assert measure_noise("x", methods(tiny_solver)["as it is"], noise_cases(0)[0], [moving()]).values["mpjpe_cm"] == 0
