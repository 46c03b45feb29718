"""Draws rank by how near they are to the others, and how little their keypoints miss beside theirs."""
from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.kinematics.forward import positions_from_pelvis
from models.kinematics.rotations import rotvec_to_matrix
from models.kinematics.skeleton import JOINT_COUNT, neutral_offsets
from models.problems.lifted import ALIKE, Lifted, ranked

T = 60


def drawn(count: int, frames: int = T) -> list[Lifted]:
    random = torch.Generator().manual_seed(0)
    turns = 0.2 * torch.randn(count, frames, JOINT_COUNT, 3, generator=random)
    missed = 5 + torch.rand(count, frames, generator=random)
    return [Lifted(rotvec_to_matrix(turn), torch.zeros(frames, 3), torch.zeros(frames, 4), 0.0, 0.1, neutral_offsets(),
                   missed=miss) for turn, miss in zip(turns, missed, strict=True)]


def by_number(hypotheses: list[Lifted], found: list[Lifted]) -> list[int]:
    return [next(at for at, one in enumerate(hypotheses) if one.rotations is each.rotations) for each in found]


def slow_scores(hypotheses: list[Lifted]) -> Tensor:
    """As `ranked` says them, one by one."""
    places = [positions_from_pelvis(one.rotations, one.offsets) for one in hypotheses]
    scores = torch.zeros(len(hypotheses), T)
    for at, own in enumerate(places):
        others = [other for number, other in enumerate(places) if number != at]
        for frame in range(T):
            near = slice(max(0, frame - ALIKE // 2), frame + ALIKE // 2 + 1)
            misses = [one.missed[near].mean() for one in hypotheses if one.missed is not None]
            apart = [float((own[frame] - other[frame]).norm(dim=-1).mean()) * 100 for other in others]
            scores[at, frame] = -sum(apart) / len(apart) * (misses[at] / torch.stack(misses).mean()) ** 2
    return scores


def test_scores_are_those_of_a_slow_twin() -> None:
    hypotheses = drawn(4)
    found, slow = ranked(hypotheses), slow_scores(hypotheses)
    for one, at in zip(found, by_number(hypotheses, found), strict=True):
        assert one.scores is not None
        torch.testing.assert_close(one.scores, slow[at], rtol=1e-4, atol=1e-4)
        assert one.score == pytest.approx(float(slow[at].mean()), rel=1e-4)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_who_is_far_from_all_others_is_last_and_so_is_whose_keypoints_miss() -> None:
    hypotheses = drawn(4)
    away = rotvec_to_matrix(torch.tensor([1.0, 0.0, 0.0]))
    hypotheses[1] = replace(hypotheses[1], rotations=away @ hypotheses[1].rotations)
    assert by_number(hypotheses, ranked(hypotheses))[-1] == 1
    hypotheses = drawn(4)
    hypotheses[2] = replace(hypotheses[2], missed=torch.full((T,), 12.0))
    assert by_number(hypotheses, ranked(hypotheses))[-1] == 2


def test_alone_or_all_exact_there_is_still_an_order() -> None:
    assert ranked(drawn(1, 3))[0].score == 0.0
    exact = [replace(one, missed=torch.zeros(5)) for one in drawn(3, 5)]
    assert all(one.scores is not None and bool(one.scores.isfinite().all()) for one in ranked(exact))
