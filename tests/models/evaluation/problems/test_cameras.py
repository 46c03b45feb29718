from __future__ import annotations

import pytest
import torch

from models.evaluation.problems.cameras import SIZE, VIEWS, camera_of, looking, swaying
from models.kinematics.camera import project


def walk(frames: int = 240) -> torch.Tensor:
    along = torch.linspace(-2, 2, frames)
    return torch.stack([along, torch.full_like(along, 0.95), 0.3 * along], -1)


@pytest.mark.parametrize("view", VIEWS)
def test_somebody_is_seen_from_head_to_foot_all_the_time(view: str) -> None:
    for clip in ("a", "b", "c"):
        root = walk()
        body = root[:, None] + torch.tensor([[0.0, 0.85, 0.0], [0.0, -0.95, 0.0], [0.5, 0.5, 0.0], [-0.5, 0.5, 0.0]])
        seen = project(camera_of(view, root, 0, clip), body)
        assert (seen >= 0).all() and (seen <= torch.tensor(SIZE)).all()
        assert (seen[:, 0, 1] < seen[:, 1, 1]).all()  # heads up


def test_cameras_look_upright_at_what_they_should() -> None:
    place, target = torch.tensor([[1.0, 2.0, 5.0]]), torch.tensor([[0.0, 1.0, 0.0]])
    turn = looking(place, target)
    torch.testing.assert_close(turn @ turn.mT, torch.eye(3)[None])
    assert torch.linalg.det(turn)[0] > 0.99
    ahead = (turn @ (target - place)[..., None])[0, :, 0]
    torch.testing.assert_close(ahead, torch.tensor([0.0, 0.0, 27.0**0.5]), atol=1e-5, rtol=0)
    assert (turn @ torch.tensor([0.0, 1.0, 0.0]))[0, 1] < 0  # up is up


def test_a_camera_is_the_seeds_and_the_clips() -> None:
    one, same, other, another = (camera_of("moving", walk(), *key) for key in ((0, "a"), (0, "a"), (1, "a"), (0, "b")))
    assert torch.equal(one.translation, same.translation)
    assert not torch.equal(one.translation, other.translation) and not torch.equal(one.translation, another.translation)


def test_some_cameras_rest_and_some_move() -> None:
    cameras = {view: camera_of(view, walk(), 0, "a") for view in VIEWS}
    assert {view: len(camera.rotation) for view, camera in cameras.items()} == {
        "orbit": 240, "eye level": 1, "low": 1, "moving": 240}
    orbit = cameras["orbit"].place
    steps = orbit.diff(dim=0).norm(dim=-1)
    assert torch.allclose(steps, steps[:1], rtol=1e-3)


def test_swaying_is_slow_and_of_one_deviation() -> None:
    noise = swaying(6000, 8, torch.Generator().manual_seed(0))
    assert abs(float(noise.std()) - 1) < 0.1
    assert float(noise.diff(dim=0).std()) < 0.15
