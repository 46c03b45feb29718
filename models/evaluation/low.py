"""Clips for the section on what is done low: whatever there is of it, and as much again made of the same clips."""
from __future__ import annotations

from collections.abc import Sequence

from models.evaluation.actions import LOW, WALKING, group_of
from models.training.dataset import Clip
from models.training.synthesis import SynthesisConfig, synthesise

MADE = SynthesisConfig(clips=5, kinds=("crouch", "bend", "lunge", "kneel", "chair"))
WALKS = 24  # clips of walking to compare with, spread over those there are


def low_clips(clips: Sequence[Clip], seed: int) -> list[Clip]:
    """The clips in which people are low, others made of those who stand, and walks."""
    walks = [clip for clip in clips if group_of(clip) == WALKING]
    low = [clip for clip in clips if group_of(clip) in LOW]
    return [*low, *synthesise(clips, MADE, seed), *walks[:: -(-len(walks) // WALKS) or 1]]
