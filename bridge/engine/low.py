"""Clips for the section on what is done low: whatever the split has of it, and as much again made of its own clips."""
from __future__ import annotations

from bridge.config_commands import EvaluateOptions
from bridge.engine.data import read_split
from models.evaluation.actions import LOW, WALKING, group_of
from models.training.dataset import Clip
from models.training.synthesis import SynthesisConfig, synthesise

MADE = SynthesisConfig(clips=5, kinds=("crouch", "bend", "lunge", "kneel", "chair"))
WALKS = 24  # clips of walking to compare with, spread over those there are


def low_clips(options: EvaluateOptions) -> list[Clip]:
    """All clips of the split in which people are low, others made of the split's own people who stand, and walks.

    `options.limit` does not hold here: such clips are few.
    """
    clips = read_split(options, options.split)
    walks = [clip for clip in clips if group_of(clip) == WALKING]
    low = [clip for clip in clips if group_of(clip) in LOW]
    return [*low, *synthesise(clips, MADE, options.seed), *walks[:: -(-len(walks) // WALKS) or 1]]
