"""What a clip says it shows, as the sources say it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.evaluation.actions import GROUPS, LOW, WALKING, group_of
from models.training.dataset import Clip

Clips = Callable[..., Clip]
SAID = {
    "walk": WALKING, "walking_extra": WALKING, "walk-back": WALKING, "walk-turn-left": "turning while walking",
    "run": "running", "dash": "running", "jog_left_circle": "running", "squat": "squatting", "sneak": "sneaking",
    "lie_down_floor": "lying", "put_on_floor_right_hand": "to the floor", "playground_climb_hang_sit": "sitting",
    "elbow_to_knee": "bending", "bow": "bending", "kick_front_left": "kicking", "hop_both_legs": "jumping",
    "side_jump": "jumping", "modern_dance": "dancing", "raise-up-both-hands": "hands", "washwindow": "hands",
    "rotate_arms_backward": "hands", "throw_basketball": "sport", "single_foot_balance": "other",
}


@pytest.mark.parametrize("action", SAID)
def test_each_action_has_its_group(clip: Clips, action: str) -> None:
    assert group_of(replace(clip(5), action=action, name="sit")) == SAID[action]


def test_a_name_stands_in_for_an_action(clip: Clips) -> None:
    assert group_of(replace(clip(5), name="Transitions_mocap/s1/walkingBow_poses")) == "bending"
    assert group_of(replace(clip(5), name="Transitions_mocap/s1/07_01_poses")) == "other"
    assert group_of(replace(clip(5), name="KIT/3/SitDown03_poses")) == "sitting"
    assert group_of(clip(5)) == "other"


def test_the_low_ones_are_groups() -> None:
    assert set(LOW) <= GROUPS.keys() and WALKING not in LOW
