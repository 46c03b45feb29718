"""Where in a session somebody stands still, or holds the T-pose; and if nowhere, what came nearest."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.body import Body, Readings
from models.kinematics.rotations import xyzw_to_matrix
from models.kinematics.skeleton import HEAD, L_WRIST, R_WRIST, descent_matrix, standing_height

RATE_HZ = 60.0
STILL_S = 2.0
STEP = 6  # frames between the windows that are looked at
STILL_M = 0.02  # how far the head sways from its mean; hands twice as far
TILT_RAD = 0.6  # of the head, at most
HEIGHT_SHARES = (0.75, 1.3)  # of the told standing head height: children and giants stand, nobody sits
SPAN_SHARES = (0.75, 1.3)  # of the told T-pose's wrist span
DROOP = 0.45  # tangent of the wrist line or of an arm against the horizontal, at most
SAME_HEIGHT_M = 0.03


class PoseNotFound(ValueError):
    """The pose that was asked for never occurs; the message says what came nearest."""


@dataclass(frozen=True)
class Window:
    """A stretch in which the pose is held."""

    start: int  # frame
    end: int
    sway: float  # metres: of the tracker that moves most

    @property
    def frames(self) -> slice:
        return slice(self.start, self.end)


@dataclass(frozen=True)
class _Held:
    """All windows of a session: their first frames, means and sways."""

    starts: Tensor  # (W,)
    places: Tensor  # (W, M, 3) mean
    sway: Tensor  # (W, M) metres rms around it
    seen: Tensor  # (W, M) bool, throughout
    tilt: Tensor  # (W,) radians, of the head at the middle


def find_standing(body: Body, readings: Readings) -> Window:
    """The tallest and then stillest two seconds, arms anywhere. Raises PoseNotFound."""
    held, length = _held(body, readings), _frames(readings)
    head = body.joints.index(HEAD)
    height = held.places[:, head, 1] - (body.floor_height or 0.0)
    share = height / standing_height(body.offsets, HEAD)
    upright = (held.tilt < TILT_RAD) & (share > HEIGHT_SHARES[0]) & (share < HEIGHT_SHARES[1])
    if body.floor_height is None:
        upright = held.tilt < TILT_RAD
    found = _still(body, held) & upright
    if not found.any():
        raise PoseNotFound(_nearest(body, held, upright, "standing upright"))
    tall = found & (height > height[found].max() - SAME_HEIGHT_M)
    return _stillest(held, tall, length)


def find_t_pose(body: Body, readings: Readings) -> Window:
    """The stillest two seconds with both arms out sideways. Raises PoseNotFound."""
    if not {HEAD, L_WRIST, R_WRIST} <= set(body.joints):
        raise PoseNotFound("a T-pose needs trackers on head, L_wrist and R_wrist")
    held, length = _held(body, readings), _frames(readings)
    head, left, right = (held.places[:, body.joints.index(joint)] for joint in (HEAD, L_WRIST, R_WRIST))
    span = body.offsets[:, 0] @ (descent_matrix()[L_WRIST] - descent_matrix()[R_WRIST])
    apart = (left - right).norm(dim=-1)
    slope = (left - right)[:, 1].abs() / apart
    droop = (head[:, 1] - torch.minimum(left[:, 1], right[:, 1])) / (apart / 2)
    spread = (apart / span > SPAN_SHARES[0]) & (apart / span < SPAN_SHARES[1]) & (slope < DROOP) & (droop < 2 * DROOP)
    upright = spread & (held.tilt < TILT_RAD)
    found = _still(body, held) & upright
    if not found.any():
        raise PoseNotFound(_nearest(body, held, upright, "in a T-pose, both arms out sideways,"))
    return _stillest(held, found, length)


def _frames(readings: Readings) -> int:
    return min(round(STILL_S * RATE_HZ), len(readings))


def _held(body: Body, readings: Readings) -> _Held:
    length = _frames(readings)
    if len(readings) < length or length < RATE_HZ / 2:
        raise PoseNotFound(f"{len(readings) / RATE_HZ:.2g} s are too short; {STILL_S:g} s in the pose are needed")
    if HEAD not in body.joints:
        raise PoseNotFound("a known pose needs a tracker on the head")
    starts = torch.arange(0, len(readings) - length + 1, STEP)
    cut = readings.positions.unfold(0, length, STEP)  # (W, M, 3, length)
    places = cut.mean(-1)
    sway = (cut - places.unsqueeze(-1)).square().sum(2).mean(-1).sqrt()
    known = readings.position_known & readings.rotation_known
    seen = known.unfold(0, length, STEP).all(-1)
    turned = readings.xyzw[starts + length // 2, body.joints.index(HEAD)]
    up = xyzw_to_matrix(turned) @ body.mount_rotations[body.joints.index(HEAD)].T
    return _Held(starts, places, sway, seen, up[:, 1, 1].clamp(-1, 1).acos())


def _allowed(body: Body) -> Tensor:
    """(M,) metres."""
    return torch.tensor([STILL_M if joint == HEAD else 2 * STILL_M for joint in body.joints])


def _still(body: Body, held: _Held) -> Tensor:
    return (held.sway < _allowed(body)).all(-1) & held.seen.all(-1)


def _stillest(held: _Held, among: Tensor, length: int) -> Window:
    worst = held.sway.amax(-1)
    best = int(torch.where(among, worst, torch.inf).argmin())
    start = int(held.starts[best])
    return Window(start, start + length, float(worst[best]))


def _nearest(body: Body, held: _Held, posed: Tensor, what: str) -> str:
    """Why no window will do: nobody took the pose, or nobody held it."""
    if not held.seen.all(-1).any():
        return f"no {STILL_S:g} s in which all trackers are seen"
    among = posed & held.seen.all(-1)
    if not among.any():
        return f"nobody is {what.rstrip(',')} in this session"
    excess = torch.where(among, (held.sway / _allowed(body)).amax(-1), torch.inf)
    best = int(excess.argmin())
    worst = int((held.sway[best] / _allowed(body)).argmax())
    at_s, sway, allowed = held.starts[best] / RATE_HZ, 100 * held.sway[best, worst], 100 * _allowed(body)[worst]
    return (f"nobody is {what} and still for {STILL_S:g} s: the stillest are at {at_s:.1f} s, where a tracker sways "
            f"{sway:.1f} cm; {allowed:.0f} cm are allowed")
