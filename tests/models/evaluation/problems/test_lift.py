from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from models.evaluation.problems.detector import DetectorConfig
from models.evaluation.problems.lift import SECTIONS, LiftCase, LiftMethod, lift_cases, measure_lift, trial_of
from models.kinematics.camera import project
from models.kinematics.forward import global_to_local, positions_from_pelvis
from models.kinematics.rotations import matrix_to_xyzw
from models.kinematics.skeleton import neutral_offsets
from models.problems.lift_body import Unsure
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.training.dataset import Clip

Moving = Callable[..., tuple[Tensor, Tensor]]
CLEAN = DetectorConfig(noise=0.0, wander=0.0)


@pytest.fixture
def clip(swaying_body: Moving) -> Clip:
    rotations, root = swaying_body(60)
    return Clip(matrix_to_xyzw(global_to_local(rotations)), root, neutral_offsets(), "sway", name="one")


def test_a_trial_is_the_clip_as_it_is_seen(clip: Clip, swaying_body: Moving) -> None:
    trial = trial_of(clip, LiftCase("a", "orbit", CLEAN, focal=0.9))
    rotations, root = swaying_body(60)
    torch.testing.assert_close(trial.rotations, rotations, atol=1e-5, rtol=0)
    places = positions_from_pelvis(rotations, clip.offsets) + root[:, None]
    torch.testing.assert_close(trial.places, places, atol=1e-5, rtol=0)
    right = trial_of(clip, LiftCase("a", "orbit", CLEAN)).seen
    torch.testing.assert_close(right.points[:, 3], project(right.camera, places[:, [4]])[:, 0], atol=0.01, rtol=0)
    assert torch.equal(trial.seen.points, right.points)
    torch.testing.assert_close(trial.seen.camera.focal, 0.9 * right.camera.focal)


def test_who_knows_the_truth_errs_not_and_the_order_is_measured(clip: Clip) -> None:
    """Hypotheses that are wrong by more and more, in order."""
    trial, told = trial_of(clip, LiftCase("a")), list[tuple[int, float | None]]()

    def knowing(
        offsets: Tensor, seen: Sequence[Seen], hypotheses: int, floor: float | None, bones: Unsure | None
    ) -> list[Lifted]:
        told.append((hypotheses, floor))
        return [Lifted(trial.rotations.roll(3 * number, 0), clip.root, torch.zeros(60, 4), -float(number), 0.5, offsets,
                       scores=torch.full((60,), -float(number)))
                for number in range(hypotheses)]

    done: list[int] = []
    one, several = (measure_lift(LiftMethod("knowing", knowing), LiftCase("a", hypotheses=count), [clip], done.append)
                    for count in (1, 4))
    assert told == [(1, 0.0), (4, 0.0)] and done == [60, 60]
    assert one.values["world_mpjpe_cm"] < 1e-2 and one.values["jitter"] == one.values["jitter_truth"]
    assert one.values["passes_per_frame"] == 0.5 and several.values["passes_per_frame"] == 2.0
    assert several.values["spearman"] == pytest.approx(1.0) and several.values["best_mpjpe_cm"] < 1e-2
    assert several.values["any_mpjpe_cm"] > 0.1 and several.values["frames_spearman"] > 0.5


def test_sections_begin_with_the_usual_case() -> None:
    for section in SECTIONS:
        cases = lift_cases(section, seed=3)
        usual = cases[0]
        assert (usual.view, usual.detector, usual.focal) == ("eye level", DetectorConfig(seed=3), 1.0)
        assert len({case.name for case in cases}) == len(cases)
