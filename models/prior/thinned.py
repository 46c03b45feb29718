"""A network asked about every third frame of a window alone, the frames between from those: a third of the work.

Bodies move below 9 Hz (lowpass.py), so that twenty frames a second hold their motion; rotary positions tell the network
when each of them was. On validation clips it errs as it does when asked about every frame: live 4.79 cm and 11.8 deg
both ways, offline 4.13 cm for 4.14; live jitter is 290 for 250 m/s^3, that of the truth 480. Where trackers come or go
within the window every frame counts, and is asked about; so it is in a pass that begins with a noisy motion. Where the
newest frame alone is wanted there are fewer still (newest.py).
"""
from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.prior.condition import presence_changes
from models.prior.network import Network
from models.prior.precision import Forward, Sparse
from models.prior.runtime import fast_forward

EVERY = 3
Kept = Callable[[int], list[int]]  # of so many frames those that are asked about


def every_third(frames: int) -> list[int]:
    """The newest and every third before it."""
    return list(range((frames - 1) % EVERY, frames, EVERY))


def thinned_forward(network: Network, run: Callable[[Network], Forward] = fast_forward) -> Thinned:
    """The network as a function, which `run` makes of one."""
    return Thinned(network, run)


class Thinned(Sparse):
    """See above."""

    def __init__(self, network: Network, run: Callable[[Network], Forward]) -> None:
        self._kept, self._motion = every_third(network.config.frames), network.config.motion
        self.between = between(network.config.frames, self._kept)
        self._whole, self._some = run(network), run(thinned(network))

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        if motion.any() or changes.all():
            return self._whole(motion, condition, log_level)
        filled, steady = torch.from_numpy(self.between).to(motion), ~changes
        if steady.all():
            return filled @ self.few(condition, log_level)
        answer = filled @ self.few(condition[steady], log_level[steady])
        mixed = answer.new_empty(len(motion), *answer.shape[1:])
        mixed[steady] = answer
        mixed[changes] = self._whole(motion[changes], condition[changes], log_level[changes])
        return mixed

    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        nothing = condition.new_zeros(len(condition), len(self._kept), self._motion)
        return self._some(nothing, condition[:, self._kept], log_level)


def between(frames: int, kept: list[int]) -> NDArray[np.float32]:
    """(frames, kept): every frame by its neighbours among the kept ones."""
    at = np.arange(frames)
    found = np.stack([np.interp(at, kept, row) for row in np.eye(len(kept))], axis=1)
    return found.astype(np.float32)


def thinned(network: Network, keep: Kept = every_third) -> Network:
    """The same network, and the same weights, for windows of those frames alone."""
    kept, tensors = keep(network.config.frames), [*network.parameters(), *network.buffers()]
    shared = {id(tensor): tensor for tensor in tensors}
    some = copy.deepcopy(network, shared)
    some.cos, some.sin = network.cos[kept], network.sin[kept]
    some.config = replace(network.config, frames=len(some.cos))
    return some
