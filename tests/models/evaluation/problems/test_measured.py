from __future__ import annotations

import torch

from models.evaluation.problems.measured import Measured, middle_of, spread_over
from models.evaluation.records import Record
from models.training.dataset import Clip


def clip(frames: int, name: str = "") -> Clip:
    counted = torch.arange(frames, dtype=torch.float32)
    return Clip(counted[:, None, None].expand(-1, 22, 4), counted[:, None].expand(-1, 3), torch.zeros(22, 3), "s",
                name=name)


def test_a_piece_is_the_middle() -> None:
    cut = middle_of(clip(200), 2.0)
    assert cut.root[:, 0].tolist() == list(range(40, 160)) and torch.equal(cut.local_xyzw[:, 0, 0], cut.root[:, 0])
    assert len(middle_of(clip(50), 2.0).root) == 50


def test_few_clips_are_spread_over_all() -> None:
    clips = [clip(3, str(number)) for number in range(10)]
    assert [one.name for one in spread_over(clips, 2)] == ["2", "7"]
    assert len(spread_over(clips, 11)) == 10


def test_values_are_means_weighted_by_frames() -> None:
    records = [Record("s", "g", frames, {"error": error}, torch.zeros(22)) for frames, error in ((1, 1.0), (3, 2.0))]
    assert Measured("c", "m", records).values == {"error": 1.75}
