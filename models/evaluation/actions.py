"""Groups of actions, by what a clip says it shows: words by their beginnings, and the first group that fits has it."""
from __future__ import annotations

import re
from fnmatch import fnmatchcase

from models.training.dataset import Clip

WALKING = "walking"
GROUPS: dict[str, tuple[str, ...]] = {
    "lying": ("lie", "lying", "get_up", "roll", "crawl", "push_up"),
    "sitting": ("sit", "chair"),
    "kneeling": ("kneel",),
    "squatting": ("squat", "crouch", "duck"),
    "to the floor": ("floor", "pick_up", "deposit"),
    "lunging": ("lunge",),
    "bending": ("bend", "bow", "scoop", "lean", "elbow_to_knee"),
    "sneaking": ("sneak", "tiptoe"),
    "kicking": ("kick", "soccer"),
    "jumping": ("jump", "hop", "skip"),
    "running": ("run", "jog", "dash"),
    "turning while walking": ("walk*_turn",),
    WALKING: ("walk", "step", "stride"),
    "dancing": ("dance", "dancing", "breakdance"),
    "hands": ("wave", "raise", "bye", "guide", "grab", "rotate_arm", "wash", "call", "respond"),
    "sport": ("throw", "basketball", "shoot", "punch", "slash", "sword", "box"),
}
OTHER = "other"
LOW = ("lying", "sitting", "kneeling", "squatting", "to the floor", "lunging", "bending", "sneaking")


def group_of(clip: Clip) -> str:
    """A name of GROUPS, or OTHER; by the clip's action, or its name where the source tells no action."""
    said = clip.action or clip.name.rsplit("/", 1)[-1]
    words = re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", "_", said).lower())
    line = "_" + "_".join(words)
    fitting = (group for group, starts in GROUPS.items() if any(fnmatchcase(line, f"*_{each}*") for each in starts))
    return next(fitting, OTHER)
