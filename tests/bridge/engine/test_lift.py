"""From keypoints at any rate to motion at that rate; and a camera that nobody described."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from bridge.demo_motion.shipped import demo_session
from bridge.engine.lift import HEIGHT_SD, Lifter, camera_of, motion_of, placed, seen_of, stand_of, unsure_of
from bridge.engine.solver import load_solver_prior
from bridge.engine.views import camera_before
from bridge.errors import InputInvalid, TooShort, UsageError
from bridge.frames import Motion, Skeleton
from bridge.keypoints.camera import camera_of_fov, posed
from bridge.keypoints.clip import KeypointClip
from bridge.keypoints.detectors import DETECTORS
from bridge.keypoints.lifting import LiftOrder, View
from bridge.keypoints.reprojected import missed_px
from bridge.keypoints.simulate import Faults, cameras_round, simulate_keypoints
from bridge.motion import joint_positions
from bridge.resample_motion import resample_motion
from models.kinematics.forward import local_to_global
from models.kinematics.rotations import xyzw_to_matrix
from models.problems.lift import LiftConfig, lift
from models.problems.lift_body import BONES, PART_SD, SIZE_SD, Constants, Unsure
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.solver import Solver, solver_of


@pytest.fixture(scope="module")
def solver() -> Solver:
    return solver_of(load_solver_prior(None))


@pytest.fixture(scope="module")
def walk() -> Motion:
    truth = demo_session().truth
    assert truth is not None
    cut = slice(120, 300)
    return replace(truth, root_position_m=truth.root_position_m[cut], local_xyzw=truth.local_xyzw[cut], name="walk")


def view_of(motion: Motion, rate_hz: float, number: int = 0, detector: str = "openpose", placed: bool = True) -> View:
    some = resample_motion(motion, rate_hz)
    camera = cameras_round(motion, 2)[number]
    clip = simulate_keypoints(some, camera, DETECTORS[detector], Faults(3.0, 0.1), seed=number)
    return View(clip, camera if placed else camera_of_fov(camera.size_px, 60), placed)


def error_cm(found: Motion, truth: Motion) -> float:
    places, true = joint_positions(found), joint_positions(resample_motion(truth, found.rate_hz))[: len(found)]
    return float(np.linalg.norm((places - places[:, :1]) - (true - true[:, :1]), axis=-1).mean() * 100)


class Asked:
    """In the solver's place: keeps what it was asked and gives the truth back, as often as hypotheses were."""

    def __init__(self, truth: Motion) -> None:
        self.truth, self.calls = truth, list[tuple[list[Seen], LiftConfig, float | None]]()

    def __call__(
        self, solver: Solver, offsets: torch.Tensor, seen: Sequence[Seen], config: LiftConfig, floor: float | None,
        report: Callable[[float], None],
    ) -> list[Lifted]:
        self.calls.append((list(seen), config, floor))
        report(1.0)
        cut = slice(0, len(seen[0]))
        rotations = local_to_global(xyzw_to_matrix(torch.from_numpy(self.truth.local_xyzw[cut])))
        root = torch.from_numpy(self.truth.root_position_m[cut])
        return [Lifted(rotations, root, torch.zeros(len(root), 4), -float(number), 0.2, offsets)
                for number in range(config.hypotheses)]


@pytest.mark.parametrize("rate_hz", [24.0, 25.0, 29.97, 30.0, 50.0, 60.0, 120.0])
def test_the_motion_has_the_clip_s_rate_and_frames(solver: Solver, walk: Motion, rate_hz: float) -> None:
    asked, view = Asked(walk), view_of(walk, rate_hz)
    (found,) = Lifter(solver, asked).lift(LiftOrder((view,)))
    assert len(found.motion) == len(view.clip) and found.motion.rate_hz == rate_hz
    assert error_cm(found.motion, walk) < 0.3
    assert found.missed_px < 8 and found.stand is None
    (seen,) = asked.calls[0][0]
    assert abs(len(seen) - 60 * len(view.clip) / rate_hz) <= 60 / rate_hz + 1


def test_what_the_solver_is_told(solver: Solver, walk: Motion) -> None:
    asked = Asked(walk)
    order = LiftOrder((view_of(walk, 30.0), view_of(walk, 25.0, 1, "coco")), size_known=False, floor_m=None,
                      hypotheses=3, seed=7)
    told: list[float] = []
    found = Lifter(solver, asked).lift(order, told.append)
    (seen, config, floor), = asked.calls
    assert len(found) == 3 and told == [1.0] and floor is None
    assert (config.hypotheses, config.seed) == (3, 7) and config.unsure == Unsure(size_sd=SIZE_SD)
    assert len(seen[0]) == len(seen[1]) and [len(view.joints) for view in seen] == [25, 17]
    assert all(2 < view.sd < 8 for view in seen)
    torch.testing.assert_close(seen[0].camera.rotation[0].double(), torch.from_numpy(order.views[0].camera.rotation))


def test_what_is_not_known(walk: Motion) -> None:
    view = view_of(walk, 30.0)
    for size, body, unsure in (
        (True, True, Unsure()), (False, True, Unsure(SIZE_SD)), (False, False, Unsure(SIZE_SD, PART_SD)),
        (True, False, Unsure(SIZE_SD, PART_SD, HEIGHT_SD)),
    ):
        order = LiftOrder((view,), size_known=size, bones_known=body)
        assert unsure_of(order) == unsure


def test_what_was_found_is_told(solver: Solver, walk: Motion) -> None:
    """Bones by name, as far as they were asked."""
    found = Constants(0.01 * torch.arange(len(BONES) + 1).double(), 0.1 * torch.ones(len(BONES) + 1).double())

    def solve(*asked: object) -> list[Lifted]:
        return [replace(one, constants=found) for one in Asked(walk)(*asked)]  # type: ignore[arg-type]

    view = view_of(walk, 60.0)
    for size, body, names in ((True, True, ()), (False, True, BONES[:1]), (False, False, BONES)):
        (one,) = Lifter(solver, solve).lift(LiftOrder((view,), size_known=size, bones_known=body))
        assert tuple(one.bones) == names
    assert one.bones["thighs"].times == pytest.approx(np.exp(0.01 * BONES.index("thighs")))
    assert one.bones["size"].sd == pytest.approx(0.1)


def test_a_focal_length_that_was_not_believed_is_the_camera_s(solver: Solver, walk: Motion) -> None:
    def solve(*asked: object) -> list[Lifted]:
        return [replace(one, focal=0.9) for one in Asked(walk)(*asked)]  # type: ignore[arg-type]

    view = view_of(walk, 60.0)
    told, found = (Lifter(solver, how).lift(LiftOrder((view,)))[0] for how in (Asked(walk), solve))
    assert (told.focal, found.focal) == (1.0, 0.9)
    np.testing.assert_allclose(told.views[0].camera.focal_px, view.camera.focal_px)
    np.testing.assert_allclose(found.views[0].camera.focal_px, 0.9 * view.camera.focal_px)
    assert found.missed_px > told.missed_px


def test_a_camera_that_was_placed_by_its_focal_length_keeps_it(solver: Solver, walk: Motion) -> None:
    asked, view = Asked(walk), view_of(walk, 60.0)
    for placed_view in (view, replace(view, placed=False)):
        Lifter(solver, asked).lift(LiftOrder((placed_view,)))
    assert [config.focal is None for _, config, _ in asked.calls] == [False, True]


def test_unseen_keypoints_stay_unseen(walk: Motion) -> None:
    view = view_of(walk, 30.0)
    view.clip.confidence[10:20] = 0
    seen = seen_of(view, Skeleton())
    assert not seen.confidence[20:39].any() and seen.confidence[:19].any() and seen.confidence[40:].any()


def test_a_walk_is_lifted_by_the_real_solver(solver: Solver, walk: Motion) -> None:
    view = view_of(walk, 30.0)
    short = replace(view.clip, points_px=view.clip.points_px[:36], confidence=view.clip.confidence[:36])
    order = LiftOrder((replace(view, clip=short),), walk.skeleton)
    (found,) = Lifter(solver).lift(order)
    assert error_cm(found.motion, walk) < 6.0
    root = resample_motion(walk, 30.0).root_position_m[:36]
    assert np.linalg.norm(found.motion.root_position_m - root, axis=-1).mean() < 0.12
    assert missed_px(found.motion, order.views) < 12


def test_where_a_camera_stands_is_found_from_who_walks_before_it(walk: Motion) -> None:
    """Somebody who comes nearer by some metres, through a camera 1.9 m high that looks 12 degrees down."""
    camera = posed(camera_of_fov((1280, 720), 60), 1.9, 12.0)
    nearer = np.linspace(-7, -3, len(walk))[:, None] * np.array([0, 0, 1])
    way = walk.root_position_m * [0, 1, 0] + nearer
    coming = replace(walk, root_position_m=way.astype(np.float32))
    clip = simulate_keypoints(coming, camera, DETECTORS["coco"], Faults(3.0, 0.1))
    stand = stand_of(View(clip, camera_of_fov((1280, 720), 60), False), walk.skeleton)
    assert np.degrees(stand.pitch) == pytest.approx(12, abs=2) and stand.height == pytest.approx(1.9, rel=0.05)
    (view,), found = placed([View(clip, camera_of_fov((1280, 720), 60), False)], walk.skeleton)
    assert view.placed and found is not None and found.off_plumb_m < 0.1 and found.height_share < 0.3
    assert view.camera.place_m[1] == pytest.approx(stand.height) and abs(view.camera.roll_deg) < 2


def test_a_camera_that_moves_is_on_the_solver_s_clock(walk: Motion) -> None:
    """Seen at 30 Hz, told at 60: where it is in every other frame is as the file says, and between, between."""
    some = resample_motion(walk, 30.0)
    camera = camera_before("moving", some, 3)
    clip = simulate_keypoints(some, camera, DETECTORS["coco"], Faults(0.0), seed=0)
    seen = seen_of(View(clip, camera, True), walk.skeleton)
    assert len(seen.camera.rotation) == len(seen) == 2 * len(clip) - 1
    places = seen.camera.place.numpy()
    np.testing.assert_allclose(places[::2], camera.place_m, atol=1e-4)
    np.testing.assert_allclose(places[1::2], (places[:-1:2] + places[2::2]) / 2, atol=1e-4)
    whole = np.linalg.det(seen.camera.rotation.numpy())
    np.testing.assert_allclose(whole, 1, atol=1e-5)


def test_several_cameras_must_say_where_they_stand(solver: Solver, walk: Motion) -> None:
    views = view_of(walk, 30.0), view_of(walk, 30.0, 1, placed=False)
    with pytest.raises(UsageError, match="several cameras must each say"):
        Lifter(solver, Asked(walk)).lift(LiftOrder(views))


def test_too_short_and_too_little_seen_are_said(solver: Solver, walk: Motion) -> None:
    view = view_of(walk, 30.0)
    short = KeypointClip("openpose", view.clip.points_px[:1], view.clip.confidence[:1], 30.0, (1920, 1080), "short")
    with pytest.raises(TooShort, match="short: 1 frames"):
        Lifter(solver, Asked(walk)).lift(LiftOrder((View(short, view.camera, True),)))
    hardly = replace(view.clip, confidence=np.where(np.arange(25) < 2, view.clip.confidence, 0).astype(np.float32))
    with pytest.raises(InputInvalid, match="walk: no frame has keypoints worth"):
        Lifter(solver, lift).lift(LiftOrder((View(hardly, view.camera, True),)))
    with pytest.raises(InputInvalid, match="where the camera stands cannot be found"):
        placed([View(hardly, view.camera, False)], Skeleton())


def test_the_last_frame_of_a_slow_clip_is_there(walk: Motion) -> None:
    """At 24 Hz the last frame may be after the last one at 60 Hz."""
    clip = view_of(walk, 24.0).clip
    for count in (5, 6, 7, 8):
        short = replace(clip, points_px=clip.points_px[:count], confidence=clip.confidence[:count])
        frames = int((count - 1) / 24 * 60 + 1e-6) + 1
        rotations = local_to_global(xyzw_to_matrix(torch.from_numpy(walk.local_xyzw[:frames])))
        found = motion_of(rotations, torch.from_numpy(walk.root_position_m[:frames]),
                          torch.from_numpy(walk.skeleton.offsets_m), short)
        assert len(found) == count


def test_the_camera_in_torch_has_the_same_numbers() -> None:
    camera = posed(camera_of_fov((1280, 720), 60), 1.9, 12.0)
    assert camera_of(camera).place[0].numpy() == pytest.approx(camera.place_m)
