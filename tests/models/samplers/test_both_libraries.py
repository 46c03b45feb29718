"""What serves live frames in numpy is what serves sequences in torch: the same text, and the same answers."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
import torch

from models.samplers.coupling import coupling
from models.samplers.guidance import correct
from models.samplers.handover import Handover, hand_over
from models.samplers.lowpass import smooth_newest, smooth_window
from models.samplers.measurement import Measurement
from models.samplers.root import standing_root
from models.samplers.rows import Floor, tracker_rows
from models.samplers.sensing import sense
from models.samplers.spread import posterior_spread
from models.samplers.steadying import Steadied, steady
from models.samplers.unreachable import correct_within_reach


def in_numpy(thing: Any) -> Any:
    """Tensors within, as numpy arrays."""
    if is_dataclass(thing):
        return type(thing)(*(in_numpy(getattr(thing, field.name)) for field in fields(thing)))  # type: ignore[operator]
    return thing.numpy() if isinstance(thing, torch.Tensor) else thing


def agree(one: Any, other: Any, atol: float = 2e-5) -> None:
    if is_dataclass(one):
        for field in fields(one):
            agree(getattr(one, field.name), getattr(other, field.name), atol)
    elif isinstance(one, torch.Tensor):
        assert isinstance(other, np.ndarray) and other.dtype == one.numpy().dtype
        np.testing.assert_allclose(one.numpy(), other, rtol=1e-4, atol=atol)


def both(function: Callable[..., Any], *given: Any) -> Any:
    """What the function says of tensors, if it says the same of arrays."""
    said = function(*given)
    agree(said, function(*map(in_numpy, given)))
    return said


@pytest.fixture
def lossy(scene: Callable[..., Any], lose: Callable[..., Measurement]) -> Any:
    """A scene of live sessions' size, and its measurement with losses and a jump."""
    s = scene(batch=3, frames=41, dtype=torch.float32)
    return s, lose(lose(s.measured, 1, slice(10, 20)), 2, slice(0, 41))


def test_what_is_sensed(lossy: Any) -> None:
    _, measured = lossy
    still = measured.positions[:, :1].repeat(1, 41, 1, 1) + 1e-3 * measured.positions
    still[:, 30, 0] += 3.0
    turned = measured.rotations[:, :1].repeat(1, 41, 1, 1, 1)
    said = both(sense, Measurement(measured.joints, measured.levers, still, measured.position_known, turned,
                                   measured.rotation_known, measured.position_sd, measured.rotation_sd))
    assert said.rejected[:, 30, 0].all() and not said.measured.position_known[:, :, 2].any()


def test_what_is_corrected_and_how_sure_it_is(lossy: Any) -> None:
    s, measured = lossy
    newest, guess, variance = measured.newest(), s.guess[:, -1:], s.variance[:, -1:]
    floors = torch.tensor([0.0, math.nan, -0.2])
    height = torch.full((3, 4), 0.05)
    root = both(standing_root, guess, s.offsets, height, floors, 0.1)
    floor = Floor(s.joint_levers[:, [10, 11]], torch.tensor([[5.0, 5.0], [math.nan, math.nan], [0.0, 0.0]]), 0.02)
    estimate = both(correct_within_reach, guess, variance, newest, root, 4, floor, coupling())
    both(correct, guess, variance, newest, root, 2)
    rows, of_numpy = tracker_rows(newest), tracker_rows(in_numpy(newest))
    agree(posterior_spread(estimate, rows, root, s.joint_levers),
          posterior_spread(in_numpy(estimate), of_numpy, in_numpy(root), s.joint_levers.numpy()))


def test_what_is_smoothed() -> None:
    values = torch.randn(2, 41, 5, generator=torch.Generator().manual_seed(0))
    whole = both(smooth_window, values, 6.0, 9.0)
    torch.testing.assert_close(both(smooth_newest, values, 6.0, 9.0), whole[:, -1:])


def test_what_changes_its_mind(scene: Callable[..., Any]) -> None:
    s = scene(batch=3, frames=12, away=0.5, dtype=torch.float32)
    told: dict[str, Any] = {}
    for frame in range(12):
        now_s = torch.full((3,), 1 + frame / 60, dtype=torch.float64)
        heard, counting = torch.tensor([[True, frame % 4 < 2, False]] * 3), torch.zeros(3, 22, dtype=torch.bool)
        counting[:, 15] = True
        counting[:, 20] = frame % 4 < 2
        solved, root = s.guess[:, frame], s.root[:, 0]
        before = told.get("steadied") or Steadied.none(now_s, solved)
        told["steadied"] = both(steady, solved, s.offsets, counting, now_s, before)
        before = told.get("handover") or Handover.none(heard, now_s, solved)
        told["handover"] = both(hand_over, told["steadied"].answered, root, s.offsets, heard, now_s, before)
    assert not torch.equal(told["handover"].rotations, solved)


