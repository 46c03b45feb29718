"""A network asked about few frames of a window, where its newest frame alone is wanted.

What was long before that is asked about more seldom: nine frames instead of the fourteen of thinned.py. On validation
clips live answers err by 1.2 +- 0.6 % less so, with 3 % more jitter (147 clips; six trackers: 0.1 +- 0.1 % less, 1 cm
of noise: 1.3 +- 1.0 % less, 100 clips each).

Where trackers come or go, those beside the changes are among twenty-four: between one from before and one from after a
change everything would be smeared, and as the window moves on the smear would jump from pair to pair. Asked so instead
of about all forty-one, with hands lost a tenth, a third and half of the time, live answers of 24 validation clips err
by 0.0, -0.8 and +0.4 % more and tremble by 6, 7 and 17 % more (sixteen frames: 0.0, -0.5 and +1.4 %; 17, 30 and 55 %),
in three fifths of the time (half).
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kinematics.branches import anywhere
from models.prior.condition import presence, presence_changes
from models.prior.folded import FoldedNetwork, Precision
from models.prior.network import Network
from models.prior.precision import Forward, Sparse
from models.prior.runtime import ChosenForward, chosen_forward, fast_forward
from models.prior.thinned import between, every_third, thinned

BEFORE_NEWEST = (36, 27, 21, 15, 12, 9, 6, 3, 0)  # frames
CHANGING = 24  # frames that are asked about where trackers come or go: no fewer than nine
Flags = NDArray[np.bool_]


def for_newest(frames: int) -> list[int]:
    """What tells the newest most."""
    return [frames - 1 - before for before in BEFORE_NEWEST if before < frames]


def newest_forward(network: Network, run: Callable[[Network], Forward] = fast_forward) -> Newest:
    """The network as a function that is meant for the newest frame of windows, which `run` makes of one."""
    count = min(CHANGING, network.config.frames)
    return Newest(network, run, chosen_forward(network, count) if run is fast_forward else None)


class Newest(Sparse):
    """See above. `chosen` says CHANGING frames of a window, as long as all windows are at one noise level; without one
    all are asked about where trackers come or go."""

    steady_alone = False

    def __init__(self, network: Network, run: Callable[[Network], Forward], chosen: ChosenForward | None) -> None:
        self._kept, self._motion = for_newest(network.config.frames), network.config.motion
        self.between = between(network.config.frames, self._kept)
        self._whole, self._some, self._chosen = run(network), run(thinned(network, for_newest)), chosen

    def __call__(self, motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        if motion.any():
            return self._whole(motion, condition, log_level)
        return torch.from_numpy(self.between).to(motion) @ self.few(condition, log_level)

    def few(self, condition: Tensor, log_level: Tensor) -> Tensor:
        known = presence(condition).numpy()
        comes_or_goes = (known[:, 1:] != known[:, :-1]).any(-1)
        changes = comes_or_goes.any(-1)
        if not changes.any():
            return self._steady(condition, log_level)
        if changes.all():
            return self._changing(condition, log_level, comes_or_goes)
        changing = self._changing(condition[changes], log_level[changes], comes_or_goes[changes])
        answer = changing.new_empty(len(condition), *changing.shape[1:])
        answer[changes], answer[~changes] = changing, self._steady(condition[~changes], log_level[~changes])
        return answer

    def _steady(self, condition: Tensor, log_level: Tensor) -> Tensor:
        nothing = condition.new_zeros(len(condition), len(self._kept), self._motion)
        return self._some(nothing, condition[:, self._kept], log_level)

    def _changing(self, condition: Tensor, log_level: Tensor, comes_or_goes: Flags) -> Tensor:
        """`comes_or_goes`: (B, frames - 1), from one frame to the next."""
        count, frames, _ = condition.shape
        if self._chosen is None:
            return self._whole(condition.new_zeros(count, frames, self._motion), condition, log_level)[:, self._kept]
        chosen = [frames_beside([int(at) for at in np.flatnonzero(row)], self._kept, frames) for row in comes_or_goes]
        rows, at = np.arange(count)[:, None], np.array(chosen)
        answer = self._chosen(torch.from_numpy(condition.numpy()[rows, at]), float(log_level[0]), at)
        return answer[rows, [[row.index(frame) for frame in self._kept] for row in chosen]]


def frames_beside(changes: Sequence[int], always: Sequence[int], frames: int) -> list[int]:
    """CHANGING frames of a window, or all, in their order: first `always`, then those beside changes, each of which is
    between a frame and the next, the later the sooner, then every third, then any."""
    chosen = dict.fromkeys(always)
    for change in reversed(changes):
        chosen |= {change + 1: None, change: None}
    for frame in (*reversed(every_third(frames)), *reversed(range(frames))):
        chosen[frame] = None
    return sorted(islice(chosen, CHANGING))


def planned_forward(network: Network, precision: Precision) -> Forward:
    """`newest_forward` from nothing, by a plan (branches.py): few frames are asked about, and where the plan takes
    branches every frame too, for sessions whose trackers come or go."""
    some, kept = thinned(network, for_newest), for_newest(network.config.frames)
    filled = torch.from_numpy(between(network.config.frames, kept)).to(network.cos.device)
    whole, few = FoldedNetwork(network, precision), FoldedNetwork(some, precision)

    def forward(motion: Tensor, condition: Tensor, log_level: Tensor) -> Tensor:
        changes = presence_changes(condition)
        answer = few(condition[:, kept])
        if anywhere(changes):
            answer = torch.where(changes[:, None, None], whole(condition)[:, kept], answer)
        return filled @ answer

    return forward
