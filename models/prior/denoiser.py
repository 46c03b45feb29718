"""From the network to denoiser(x, sigma) -> x0: EDM preconditioning (Karras et al. 2022) in the head's heading frame.

x is the window's 22 global 6D rotations in the world, (B, T, 132), plus Gaussian noise of standard deviation sigma.
A network may say more than the motion: 22 logarithms of the joints' spread, then 4 logits of foot contact.
Each window is turned about the vertical so that the head's heading at its middle frame is zero: the result is then
exactly equivariant to yaw. A turn is linear in 6D and leaves isotropic noise as it is.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from models.confidence import gaussian_reach
from models.guess import Denoiser, Guess, Guesser
from models.kinematics.arrays import Array, alike, filled, library, picked, through_torch
from models.kinematics.branches import anywhere
from models.kinematics.mirror import mirror_poses
from models.kinematics.rotations import about_y, heading, turn_windows
from models.kinematics.skeleton import FEET, JOINT_COUNT
from models.prior.condition import Cues, encode, nearest_known, presence_changes
from models.prior.mirrored import mean_of_both, mirror_condition
from models.prior.precision import Forward, Sparse


@dataclass(frozen=True)
class Statistics:
    """What the training split says about motion in the heading frame."""

    mean: Tensor  # (132,) mean 6D pose
    sigma_data: float  # standard deviation around it, one number
    joint_sd: Tensor  # (22,) radians: how far the first guess is from the truth, per axis
    spread_gain: Tensor = field(default_factory=lambda: torch.ones(JOINT_COUNT))  # true over said spread, measured
    reach: Tensor = field(default_factory=gaussian_reach)  # (2, LEVELS, 22), see confidence.py


    def on_cpu(self) -> Statistics:
        """For the solver, which is there."""
        mean, joint_sd, gain, reach = (part.cpu() for part in (self.mean, self.joint_sd, self.spread_gain, self.reach))
        return Statistics(mean, self.sigma_data, joint_sd, gain, reach)


SIGMA_MIN, SIGMA_MAX = 0.01, 8.0
SAID = JOINT_COUNT + len(FEET)
USUAL_SD = 0.28  # radians: the spread whose logarithm the network says as zero
LOG_SPREAD = (-3.0, 1.5)  # limits of what it says


def guess_centred(
    network: Forward, sigma_data: float, noisy: Array, condition: Array, sigma: Array
) -> tuple[Array, Array]:
    """EDM's D for centred poses in the heading frame: noisy (B, T, 132), sigma (B,) -> x0 less its mean, and the rest
    of what the network says (B, T, said)."""
    sigma = sigma[:, None, None]
    maths, width = library(noisy), noisy.shape[-1]
    total = maths.sqrt(sigma**2 + sigma_data**2)
    raw = through_torch(network, noisy / total, condition, maths.log(sigma[:, 0, 0]) / 4)
    return noisy * (sigma_data / total) ** 2 + raw[..., :width] * (sigma * sigma_data / total), raw[..., width:]


def denoise_centred(
    network: Forward, sigma_data: float, noisy: Array, condition: Array, sigma: Array
) -> Array:
    """The motion of `guess_centred` alone."""
    return guess_centred(network, sigma_data, noisy, condition, sigma)[0]


def said_spread(said: Array) -> Array:
    """(..., SAID) -> (..., 22) radians."""
    return USUAL_SD * library(said).exp(said[..., :JOINT_COUNT].clip(*LOG_SPREAD))


def level_spread(joint_sd: Tensor, sigma: float) -> Tensor:
    """A spread that nobody said: the first guess's and the noise level in parallel. (22,) radians."""
    return joint_sd if math.isinf(sigma) else sigma * joint_sd / (sigma**2 + joint_sd.square()).sqrt()


def first_known_heading(cues: Cues) -> Array:
    """The head's heading at the middle frame, or where the head is lost there at the nearest frame with it, (B,).

    In a window that never saw the head it is what the cues say besides, or zero: what its readings hold then is
    nobody's heading.
    """
    known = cues.rotation_known[..., 0]
    nearest = nearest_known(known, known.shape[1] // 2)
    unseen = 0.0 if cues.heading is None else cues.heading
    return library(known).where(known.any(1), heading(picked(cues.rotations[:, :, 0], nearest)), unseen)


def make_denoiser(network: Forward, statistics: Statistics, cues: Cues) -> Denoiser:
    """The motion of `make_guesser` alone."""
    guess = make_guesser(network, statistics, cues)
    return lambda x, sigma: guess(x, sigma).poses


def make_guesser(network: Forward, statistics: Statistics, cues: Cues, both_ways: bool = False) -> Guesser:
    """The prior's guess at windows in the world frame, given their cues; `both_ways`: the mean of what it says of them
    and of their mirror images, see mirrored.py.

    Noise above SIGMA_MAX is scaled down to it with the signal: at such levels the input says nothing anyway, and
    the network sees only what it was trained on.
    """
    turn = about_y(-first_known_heading(cues))
    condition = encode(cues, turn)
    if both_ways:
        condition = library(condition).concat([condition, mirror_condition(condition)])

    sparse = network if isinstance(network, Sparse) else None
    if sparse and sparse.steady_alone and anywhere(presence_changes(condition)):
        sparse = None

    def guess(x: Tensor, sigma: float) -> Guess:
        level = min(max(sigma, SIGMA_MIN), SIGMA_MAX)
        maths, mean = library(x), alike(statistics.mean, x)
        if sparse and math.isinf(sigma):
            found = _few(sparse, statistics, condition)
            found = mean_of_both(found) if both_ways else found
            return _filled(replace(found, poses=turn_windows(found.poses, turn.mT)), sparse)
        noisy = filled((*condition.shape[:2], x.shape[-1]), 0.0, x)  # from nothing
        if not math.isinf(sigma):
            turned = turn_windows(x, turn)
            turned = maths.concat([turned, mirror_poses(turned)]) if both_ways else turned
            noisy = (turned - mean) * (SIGMA_MAX / max(sigma, SIGMA_MAX))
        levels = filled((noisy.shape[0],), level, x)
        clean, said = guess_centred(network, statistics.sigma_data, noisy, condition, levels)
        found = _said(clean + mean, said, statistics, sigma)
        found = mean_of_both(found) if both_ways else found
        return replace(found, poses=turn_windows(found.poses, turn.mT))

    return guess


def _few(network: Sparse, statistics: Statistics, condition: Array) -> Guess:
    """From nothing, of the frames that are asked about, in the heading frame."""
    levels = filled((len(condition),), math.log(SIGMA_MAX) / 4, condition)
    raw, width, mean = through_torch(network.few, condition, levels), len(statistics.mean), statistics.mean
    scale = SIGMA_MAX * statistics.sigma_data / math.hypot(SIGMA_MAX, statistics.sigma_data)  # as in guess_centred
    return _said(raw[..., :width] * scale + alike(mean, raw), raw[..., width:], statistics, math.inf)


def _filled(guess: Guess, network: Sparse) -> Guess:
    """Of all frames."""
    between = alike(network.between, guess.poses)
    contact = None if guess.contact is None else between @ guess.contact
    return Guess(between @ guess.poses, between @ guess.joint_sd, contact)


def _said(poses: Array, said: Array, statistics: Statistics, sigma: float) -> Guess:
    """Poses in the heading frame (B, T, 132) with what else the network says of them."""
    maths = library(poses)
    if not said.shape[-1]:
        spread = alike(level_spread(statistics.joint_sd, sigma), poses)
        return Guess(poses, maths.broadcast_to(spread, (*poses.shape[:2], JOINT_COUNT)))
    contact = 1 / (1 + maths.exp(-said[..., JOINT_COUNT:]))
    return Guess(poses, said_spread(said) * alike(statistics.spread_gain, poses), contact)
