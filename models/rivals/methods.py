"""The trained rivals as methods of the evaluation. Their root is the published one: the measured head decides."""
from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from models.body import Body, Readings
from models.evaluation.methods import Live, Method, root_from_head
from models.group import group_of, measure
from models.kinematics.rotations import sixd_to_matrix, turn_windows
from models.kinematics.skeleton import JOINT_COUNT
from models.live import Answer, Turn
from models.prior.checkpoint import Trained
from models.prior.denoiser import SIGMA_MAX, SIGMA_MIN, denoise_centred
from models.prior.network import Network
from models.prior.precision import Forward
from models.rivals.diffusion import Bodiffusion
from models.rivals.network import Regressor
from models.rivals.regression import Regression, regress
from models.rivals.sight import Sight, encode_sight, head_frame, sight_of, with_bones
from models.samplers.ddim import ddim, edm_levels
from models.samplers.lowpass import smooth_window
from models.samplers.windows import OverlapSum, window_starts
from models.solver import SolverConfig

STEPS = 1  # of BoDiffusion's chain: of 1 to 10, from noise or from its mean, this served it best on validation windows
BATCH = 64  # windows that go through a regressor together


def bodiffusion(kind: Bodiffusion, rival: Trained[Network], forward: Forward, config: SolverConfig) -> Method:
    """A chain in every window from the mean of its noise, nothing; windows are blended and smoothed as ours are."""
    window, levels = rival.config.frames, edm_levels(STEPS, SIGMA_MAX, SIGMA_MIN)

    @torch.no_grad()
    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        frames = len(readings)
        sight = sight_of([body], measure([body], [readings]))
        starts, blended = window_starts(max(frames, window), window, config.stride), OverlapSum(frames, 132, window)
        for first in range(0, len(starts), config.batch):
            batch = starts[first : first + config.batch]
            at = torch.tensor(batch)[:, None] + torch.arange(window)
            poses = diffuse(kind, rival, forward, sight.windows(at.clamp(max=frames - 1)), levels)
            blended.add_all(batch, smooth_window(poses, config.sampler.keep_hz, config.sampler.stop_hz))
        rotations = sixd_to_matrix(blended.mean().unflatten(-1, (-1, 6)))
        return rotations, root_from_head(body, readings, rotations)

    return Method(kind.name, solve, STEPS / config.stride)


def diffuse(
    kind: Bodiffusion, rival: Trained[Network], forward: Forward, sight: Sight, levels: Sequence[float]
) -> Tensor:
    """Global 6D rotations of windows in the world, (B, T, 132)."""
    turn, under = head_frame(sight, rival.config.frames // 2)
    told, statistics = encode_sight(sight, turn, under), rival.statistics

    def denoise(x: Tensor, sigma: float) -> Tensor:
        return denoise_centred(forward, statistics.sigma_data, x, told, x.new_full((len(x),), sigma))

    nothing = told.new_zeros(*told.shape[:2], JOINT_COUNT * 6)
    poses = ddim(denoise, nothing, levels) + statistics.mean
    return turn_windows(kind.in_world(poses), turn.mT).flatten(-2)


def regressor(kind: Regression, rival: Trained[Regressor], forward: Callable[[Tensor], Tensor]) -> Method:
    """Every frame from the window that ends there: offline as live."""
    window = rival.config.frames

    @torch.no_grad()
    def solve(body: Body, readings: Readings) -> tuple[Tensor, Tensor]:
        sight = sight_of([body], measure([body], [readings]))
        at = (torch.arange(len(readings))[:, None] + torch.arange(1 - window, 1)).clamp(min=0)
        parts = [newest(kind, rival, forward, body.offsets[None], sight.windows(some)) for some in at.split(BATCH)]
        rotations = torch.cat(parts)
        return rotations, root_from_head(body, readings, rotations)

    @torch.inference_mode()
    def answer(turns: Sequence[Turn]) -> list[Answer]:
        bodies, readings = [turn.body for turn in turns], [turn.readings for turn in turns]
        sight = sight_of(bodies, measure(bodies, readings))
        rotations = newest(kind, rival, forward, group_of(bodies).offsets, sight)
        roots = [root_from_head(body, reading, rotation.expand(window, -1, -1, -1))[-1]
                 for body, reading, rotation in zip(bodies, readings, rotations, strict=True)]
        return [Answer(rotation, root, torch.zeros(JOINT_COUNT), turn.history)
                for turn, rotation, root in zip(turns, rotations, roots, strict=True)]

    return Method(kind.name, solve, 1.0, Live(answer, window, as_offline=True))


def newest(
    kind: Regression, rival: Trained[Regressor], forward: Callable[[Tensor], Tensor], offsets: Tensor, sight: Sight
) -> Tensor:
    """Global rotations of the last frame of windows, worn by bodies with `offsets` (B or 1, 22, 3): (B, 22, 3, 3)."""
    turn, under = head_frame(sight, rival.config.frames - 1)
    told = encode_sight(sight, turn, under)
    if kind.bones:
        told = with_bones(told, offsets.expand(len(told), -1, -1))
    guess = regress(forward, rival.statistics, told)[:, -1]
    return turn.mT[:, None] @ sixd_to_matrix(guess)
