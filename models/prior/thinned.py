"""A network asked about every third frame of a window alone, the frames between from those: a third of the work.

Bodies move below 9 Hz (lowpass.py), so that twenty frames a second hold their motion; rotary positions tell the network
when each of them was. On validation clips it errs as it does when asked about every frame: live 4.79 cm and 11.8 deg
both ways, offline 4.13 cm for 4.14; live jitter is 290 for 250 m/s^3, that of the truth 480. Where trackers come or go
within the window every frame counts, and is asked about; so it is in a pass that begins with a noisy motion.

Where the newest frame alone is wanted, what was long before it is asked about more seldom: nine frames instead of
fourteen. On validation clips live answers err by 1.2 +- 0.6 % less so, with 3 % more jitter (147 clips; six trackers:
0.1 +- 0.1 % less, 1 cm of noise: 1.3 +- 1.0 % less, 100 clips each).
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
from models.prior.precision import Forward, Sparse
from models.prior.runtime import fast_forward

EVERY = 3
BEFORE_NEWEST = (36, 27, 21, 15, 12, 9, 6, 3, 0)  # frames
Kept = Callable[[int], list[int]]  # of so many frames those that are asked about


def every_third(frames: int) -> list[int]:
    """The newest and every third before it."""
    return list(range((frames - 1) % EVERY, frames, EVERY))


def for_newest(frames: int) -> list[int]:
    """What tells the newest most."""
    return [frames - 1 - before for before in BEFORE_NEWEST if before < frames]


def newest_forward(network: Network, run: Callable[[Network], Forward] = fast_forward) -> Thinned:
    """The network as a function that is meant for the newest frame of windows, which `run` makes of one."""
    return Thinned(network, run, for_newest)


def thinned_forward(network: Network, run: Callable[[Network], Forward] = fast_forward) -> Thinned:
    """The network as a function, which `run` makes of one."""
    return Thinned(network, run, every_third)


class Thinned(Sparse):
    """See above; `keep` says which frames are asked about where nothing comes or goes."""

    def __init__(self, network: Network, run: Callable[[Network], Forward], keep: Kept) -> None:
        self._kept, self._motion = keep(network.config.frames), network.config.motion
        self.between = _between(network.config.frames, self._kept)
        self._whole, self._some = run(network), run(thinned(network, keep))

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        if motion.any() or changes.all():
            return self._whole(motion, condition, log_level)
        between, steady = torch.from_numpy(self.between).to(motion), ~changes
        if steady.all():
            return between @ self.few(condition, log_level)
        answer = between @ self.few(condition[steady], log_level[steady])
        mixed = answer.new_empty(len(motion), *answer.shape[1:])
        mixed[steady] = answer
        mixed[changes] = self._whole(motion[changes], condition[changes], log_level[changes])
        return mixed

    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        nothing = condition.new_zeros(len(condition), len(self._kept), self._motion)
        return self._some(nothing, condition[:, self._kept], log_level)


def planned_forward(network: Network, precision: Precision) -> Forward:
    """`newest_forward` from nothing, by a plan (branches.py): few frames are asked about, and where the plan takes
    branches every frame too, for sessions whose trackers come or go."""
    some, kept = thinned(network, for_newest), for_newest(network.config.frames)
    between = torch.from_numpy(_between(network.config.frames, kept)).to(network.cos.device)
    whole, few = FoldedNetwork(network, precision), FoldedNetwork(some, precision)

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        answer = between @ few(condition[:, kept])
        return torch.where(changes[:, None, None], whole(condition), answer) if anywhere(changes) else answer

    return forward


def _between(frames: int, kept: list[int]) -> NDArray[np.float32]:
    """(frames, kept): every frame by its neighbours among the kept ones."""
    at = np.arange(frames)
    between = np.stack([np.interp(at, kept, row) for row in np.eye(len(kept))], axis=1)
    return between.astype(np.float32)


def thinned(network: Network, keep: Kept = every_third) -> Network:
    """The same network, and the same weights, for windows of those frames alone."""
    kept, tensors = keep(network.config.frames), [*network.parameters(), *network.buffers()]
    shared = {id(tensor): tensor for tensor in tensors}
    some = copy.deepcopy(network, shared)
    some.cos, some.sin = network.cos[kept], network.sin[kept]
    some.config = replace(network.config, frames=len(some.cos))
    return some
