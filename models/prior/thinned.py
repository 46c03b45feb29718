"""A network asked about every third frame of a window alone, the frames between from those: a third of the work.

Bodies move below 9 Hz (lowpass.py), so that twenty frames a second hold their motion; rotary positions tell the network
when each of them was. On validation clips it errs as it does when asked about every frame: live 4.79 cm and 11.8 deg
both ways, offline 4.13 cm for 4.14; live jitter is 290 for 250 m/s^3, that of the truth 480. Where trackers come or go
within the window every frame counts, and is asked about; so it is in a pass that begins with a noisy motion.
"""
from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.branches import anywhere
from models.prior.condition import presence_changes
from models.prior.folded import FoldedNetwork, Precision
from models.prior.network import Network
from models.prior.precision import Forward
from models.prior.runtime import fast_forward

EVERY = 3


def thinned_forward(network: Network, run: Callable[[Network], Forward] = fast_forward) -> Forward:
    """The network as a function, which `run` makes of one."""
    frames, kept = network.config.frames, _kept(network.config.frames)
    spread = torch.from_numpy(_between(frames))  # (frames, kept)
    whole, some = run(network), run(thinned(network))

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        if motion.any() or changes.all():
            return whole(motion, condition, log_level)
        steady = ~changes
        answer = some(motion[:, kept][steady], condition[:, kept][steady], log_level[steady])
        answer = spread.to(answer) @ answer
        if steady.all():
            return answer
        mixed = answer.new_empty(len(motion), *answer.shape[1:])
        mixed[steady], mixed[changes] = answer, whole(motion[changes], condition[changes], log_level[changes])
        return mixed

    return forward


def planned_forward(network: Network, precision: Precision) -> Forward:
    """The same from nothing, by a plan (branches.py): every third frame is asked about, and where the plan takes
    branches every frame too, for sessions whose trackers come or go."""
    some, kept = thinned(network), _kept(network.config.frames)
    between = torch.from_numpy(_between(network.config.frames)).to(network.cos.device)
    whole, few = FoldedNetwork(network, precision), FoldedNetwork(some, precision)

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        answer = between @ few(condition[:, kept])
        return torch.where(changes[:, None, None], whole(condition), answer) if anywhere(changes) else answer

    return forward


def _between(frames: int) -> NDArray[np.float32]:
    """(frames, kept): every frame by its neighbours among the kept ones."""
    at = np.arange(frames)
    kept = at[_kept(frames)]
    between = np.stack([np.interp(at, kept, row) for row in np.eye(len(kept))], axis=1)
    return between.astype(np.float32)


def thinned(network: Network) -> Network:
    """The same network, and the same weights, for windows of those frames alone."""
    kept, tensors = _kept(network.config.frames), [*network.parameters(), *network.buffers()]
    shared = {id(tensor): tensor for tensor in tensors}
    some = copy.deepcopy(network, shared)
    some.cos, some.sin = network.cos[kept], network.sin[kept]
    some.config = replace(network.config, frames=len(some.cos))
    return some


def _kept(frames: int) -> slice:
    """The newest and every third before it."""
    return slice((frames - 1) % EVERY, frames, EVERY)
