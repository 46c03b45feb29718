"""The guidance against a slow plain twin: a dense Gaussian posterior mean in the 66 turns and the root, by frame."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from models.samplers.coupling import coupling
from models.samplers.guidance import LONGEST_STEP, Estimate, correct
from models.samplers.measurement import Measurement
from models.samplers.rows import tracker_rows
from models.samplers.spread import posterior_spread
from models.samplers.system import LEAST_ROOT_INFORMATION, RootPrior

Scenes = Callable[..., Any]
Lose = Callable[..., Measurement]
DEFAULT, MANY = (15, 20, 21), (15, 20, 21, 0, 7, 8)


def root_prior(scene: Any) -> RootPrior:
    """Somewhere near, known well upwards, a little sideways, and not at all along X."""
    noise = torch.randn(scene.root.shape, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    spread = torch.tensor([0.0, 100.0, 4.0], dtype=torch.float64)
    return RootPrior(scene.root + 0.1 * noise, spread.expand_as(scene.root).clone())


def skew(turns: Tensor) -> Tensor:
    """(22, 3) -> (22, 3, 3)."""
    x, y, z = turns.unbind(-1)
    zero = torch.zeros_like(x)
    return torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).reshape(-1, 3, 3)


def twin_places(turns: Tensor, rotations: Tensor, levers: Tensor) -> Tensor:
    """(3M,) tracker places from the root, for one frame: joints turned in the world by `turns` (66,)."""
    turned = torch.linalg.matrix_exp(skew(turns.reshape(22, 3))) @ rotations
    return torch.cat([(turned @ lever.unsqueeze(-1)).sum((0, 2)) for lever in levers])


def twin_rows(measured: Measurement, b: int, t: int) -> Tensor:
    """Which of the 3M rows of a frame are known, tracker-major."""
    return measured.position_known[b, t].repeat_interleave(3)


def twin_jacobian(rotations: Tensor, levers: Tensor) -> Tensor:
    """(3M, 69): by automatic differentiation; the root's three columns last."""
    turns = torch.zeros(66, dtype=torch.float64)
    by_turns = torch.autograd.functional.jacobian(lambda w: twin_places(w, rotations, levers), turns)
    return torch.cat([by_turns, torch.eye(3, dtype=torch.float64).repeat(len(levers), 1)], dim=1)


def twin_covariance(variance: Tensor, information: Tensor) -> Tensor:
    return torch.diag(torch.cat([variance.repeat_interleave(3), 1 / (information + LEAST_ROOT_INFORMATION)]))


def twin_fused(rotations: Tensor, covariance: Tensor, measured: Measurement, b: int, t: int) -> tuple[Tensor, Tensor]:
    """Rotations and covariance (66, 66) of one frame once its trackers' rotations are known, as a Kalman filter has."""
    known = [tracker for tracker in range(len(measured.joints)) if measured.rotation_known[b, t, tracker]]
    if not known:
        return rotations, covariance
    reads = torch.cat([torch.eye(66, dtype=torch.float64)[3 * measured.joints[k] :][:3] for k in known])
    between = torch.stack([measured.rotations[b, t, k] @ rotations[measured.joints[k]].T for k in known])
    turn = torch.from_numpy(Rotation.from_matrix(between.numpy()).as_rotvec()).flatten()
    noise = torch.diag(measured.rotation_sd[b, t, known].square().repeat_interleave(3))
    gain = covariance @ reads.T @ torch.linalg.inv(reads @ covariance @ reads.T + noise)
    turns = Rotation.from_rotvec((gain @ turn).reshape(22, 3).numpy()).as_matrix()
    return torch.from_numpy(turns) @ rotations, covariance - gain @ reads @ covariance


def twin_noise(measured: Measurement, b: int, t: int, rows: Tensor) -> Tensor:
    return torch.diag(measured.position_sd[b, t].square().repeat_interleave(3)[rows])


def twin_correct(
    guess: Tensor, variance: Tensor, together: Tensor, measured: Measurement, root: RootPrior, repeats: int,
    b: int, t: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """One frame: rotations, root, variance after fusing and `repeats` posterior means."""
    sd = variance[b, t].sqrt().repeat_interleave(3)
    rotations, fused = twin_fused(guess[b, t], sd[:, None] * together * sd, measured, b, t)
    covariance, rows = twin_covariance(variance[b, t], root.information[b, t]), twin_rows(measured, b, t)
    covariance[:66, :66] = fused
    for _ in range(repeats):
        jacobian = twin_jacobian(rotations, measured.levers[b])[rows]
        places = twin_places(torch.zeros(66, dtype=torch.float64), rotations, measured.levers[b])
        residual = (measured.positions[b, t] - root.mean[b, t]).flatten() - places
        noise = twin_noise(measured, b, t, rows)
        gain = covariance @ jacobian.T @ torch.linalg.inv(jacobian @ covariance @ jacobian.T + noise)
        step = gain @ residual[rows]
        turn = step[:66].reshape(22, 3)
        turn = turn * min(1.0, LONGEST_STEP / float(turn.norm(dim=-1).max()))
        turned: Tensor = torch.from_numpy(Rotation.from_rotvec(turn.numpy()).as_matrix())
        rotations = turned @ rotations
    return rotations, root.mean[b, t] + step[66:], fused.diagonal().reshape(22, 3).mean(-1)


def twin_variance(estimate: Estimate, measured: Measurement, root: RootPrior, b: int, t: int) -> Tensor:
    rows = twin_rows(measured, b, t)
    covariance = twin_covariance(estimate.variance[b, t], root.information[b, t])
    jacobian = twin_jacobian(estimate.rotations[b, t], measured.levers[b])[rows]
    noise = twin_noise(measured, b, t, rows)
    explained = covariance @ jacobian.T @ torch.linalg.inv(jacobian @ covariance @ jacobian.T + noise) @ jacobian
    left = (covariance - explained @ covariance).diagonal()[:66]
    mean: Tensor = left.reshape(22, 3).mean(-1)
    return mean


def frames_of(values: Tensor) -> list[tuple[int, int]]:
    return [(b, t) for b in range(values.shape[0]) for t in range(values.shape[1])]


def single(value: Any) -> Any:
    """The same dataclass in float32."""
    floats = {
        part.name: getattr(value, part.name).float()
        for part in fields(value)
        if isinstance(getattr(value, part.name), Tensor) and getattr(value, part.name).is_floating_point()
    }
    return replace(value, **floats)


@pytest.mark.parametrize("coupled", [False, True])
@pytest.mark.parametrize(("joints", "repeats"), [(DEFAULT, 1), (DEFAULT, 3), (MANY, 2), ((20,), 2)])
def test_it_is_the_dense_posterior_mean(
    scene: Scenes, lose: Lose, joints: tuple[int, ...], repeats: int, coupled: bool
) -> None:
    s = scene(joints)
    together = torch.from_numpy(coupling()).double() if coupled else None
    measured, root = lose(s.measured, len(joints) - 1, slice(1, 2)) if len(joints) > 1 else s.measured, root_prior(s)
    estimate = correct(s.guess, s.variance, measured, root, repeats, None, together)
    rough = correct(s.guess.float(), s.variance.float(), single(measured), single(root), repeats, None, together)
    alike = torch.eye(66, dtype=torch.float64) if together is None else together
    for b, t in frames_of(s.root):
        rotations, place, variance = twin_correct(s.guess, s.variance, alike, measured, root, repeats, b, t)
        for found in (estimate, rough):
            torch.testing.assert_close(found.rotations[b, t].double(), rotations, atol=1e-4, rtol=0)
            torch.testing.assert_close(found.root[b, t].double(), place, atol=1e-4, rtol=0)
        torch.testing.assert_close(estimate.variance[b, t], variance, atol=1e-9, rtol=0)


@pytest.mark.parametrize("joints", [DEFAULT, MANY])
def test_the_variance_left_is_the_dense_posterior_s(scene: Scenes, lose: Lose, joints: tuple[int, ...]) -> None:
    s = scene(joints)
    measured, root = lose(s.measured, 1, slice(1, 2)), root_prior(s)
    estimate = correct(s.guess, s.variance, measured, root, 1)
    left = posterior_spread(estimate, tracker_rows(measured), root, s.joint_levers).rotation.square()
    for b, t in frames_of(s.root):
        torch.testing.assert_close(left[b, t], twin_variance(estimate, measured, root, b, t), atol=1e-7, rtol=0)
    assert (left <= estimate.variance + 1e-12).all()
