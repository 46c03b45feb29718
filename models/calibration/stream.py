"""Calibration that never ends: bones and mounts from the postures of ordinary motion, applied too slowly to be seen.

An information filter over a few scales and mounts. Evidence is forgotten slowly, what was known before it never is.
Time is an argument; a session may run at any rate and pause.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.body import Body
from models.calibration.belief import Belief
from models.calibration.evidence import EvidenceConfig, evidence, first_belief
from models.calibration.factors import PARTS, FactorPrior, values_count, with_values
from models.calibration.posture import Postures


@dataclass(frozen=True)
class StreamConfig:
    """How fast a stream is learned from, forgotten and followed."""

    every_s: float = 0.25  # between postures that are looked at
    settle_s: float = 1.0  # a guess's error lasts about that long: a posture every so often counts whole
    forget_s: float = 180.0
    scale_rate: float = 0.005  # a second: how fast a bone may grow
    mount_rate: float = 0.003  # metres a second
    prior: FactorPrior = field(default_factory=FactorPrior)
    evidence: EvidenceConfig = field(default_factory=EvidenceConfig)


class Stream:
    """One session's calibration. Feed it every posture; wear `body` while solving."""

    def __init__(self, body: Body, config: StreamConfig | None = None) -> None:
        """body: as told; what is estimated are its errors."""
        self.told = body
        self.config = config or StreamConfig()
        self.belief = first_belief(body, self.config.prior, self.config.evidence)
        self.applied = torch.zeros(values_count(body), dtype=torch.float64)
        self._looked_s: float | None = None
        self._stepped_s: float | None = None

    def observe(self, time_s: float, posture: Postures) -> bool:
        """Learn from one posture, F = 1; False where it is too soon for another one.

        It must be the prior's guess, see guess.py: rotations that were pulled onto the trackers, or guessed from
        places in units of the told body, already hide what is wrong with the bones.
        """
        since = math.inf if self._looked_s is None else time_s - self._looked_s
        if 0 <= since < self.config.every_s - 1e-6:
            return False
        if 0 <= since < math.inf:
            self.belief = self.belief.forgotten(math.exp(-since / self.config.forget_s))
        weight = min(1.0, since / self.config.settle_s) if since > 0 else self.config.every_s
        added = evidence(posture, self.told, self.belief, torch.tensor([weight]), self.config.evidence)
        self.belief = self.belief.added(*added)
        self._looked_s = time_s
        return True

    def body(self, time_s: float) -> Body:
        """The body to solve for now: a little nearer to what is believed than the last time it was asked for."""
        elapsed = 0.0 if self._stepped_s is None else max(0.0, time_s - self._stepped_s)
        self._stepped_s = time_s
        self.applied = stepped(self.applied, self.belief.mean[: len(self.applied)], elapsed, self.config)
        return with_values(self.told, self.applied)


def stepped(applied: Tensor, wanted: Tensor, elapsed_s: float, config: StreamConfig) -> Tensor:
    """Unknowns (N,) on their way, no faster than the config allows."""
    rates = torch.full_like(applied, config.mount_rate)
    rates[: len(PARTS)] = math.log1p(config.scale_rate)
    return applied + (wanted - applied).clamp(-rates * elapsed_s, rates * elapsed_s)


def stream_belief(body: Body, postures: Postures, every_s: float, config: StreamConfig | None = None) -> Belief:
    """What a whole session, one posture every `every_s`, says at its end."""
    stream = Stream(body, config)
    for index in range(len(postures)):
        stream.observe(index * every_s, postures.only(index))
    return stream.belief
