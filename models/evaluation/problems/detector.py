"""What a keypoint detector makes of a body before a camera: the joints' pixels with all that detectors get wrong."""
from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from models.evaluation.problems.cameras import swaying
from models.evaluation.sensors import bursts, stream
from models.kinematics.camera import Camera, project
from models.kinematics.skeleton import JOINT_INDEX
from models.problems.seen import Seen
from models.samplers.measurement_heatmaps import Heatmaps

BODY_17 = (  # joints as Human3.6M counts them, and where on the joint each keypoint is, metres
    ("pelvis", (0.0, 0.0, 0.0)), ("L_hip", (0.0, 0.0, 0.0)), ("R_hip", (0.0, 0.0, 0.0)),
    ("L_knee", (0.0, 0.0, 0.0)), ("R_knee", (0.0, 0.0, 0.0)), ("L_ankle", (0.0, 0.0, 0.0)),
    ("R_ankle", (0.0, 0.0, 0.0)), ("spine2", (0.0, 0.0, 0.0)), ("neck", (0.0, 0.0, 0.0)),
    ("head", (0.0, 0.06, 0.1)), ("head", (0.0, 0.19, 0.02)), ("L_shoulder", (0.0, 0.0, 0.0)),
    ("R_shoulder", (0.0, 0.0, 0.0)), ("L_elbow", (0.0, 0.0, 0.0)), ("R_elbow", (0.0, 0.0, 0.0)),
    ("L_wrist", (0.0, 0.0, 0.0)), ("R_wrist", (0.0, 0.0, 0.0)),
)
JOINTS = tuple(JOINT_INDEX[name] for name, _ in BODY_17)
SIDES = ((1, 2), (3, 4), (5, 6), (11, 12), (13, 14), (15, 16))  # keypoints that are left and right of a pair
LIMBS = ((3, 5), (4, 6), (13, 15), (14, 16))  # knee and ankle, elbow and wrist
HALVES = (((1, 2), (3, 4), (5, 6)), ((11, 12), (13, 14), (15, 16)))  # legs, arms
SINGLE_S, LIMB_S, SWAP_S = (0.05, 0.4), (0.5, 1.5), (0.1, 0.4)  # how long each goes on
USUAL_HEIGHT = 1.7  # metres: a person of so many is one person size


@dataclass(frozen=True)
class DetectorConfig:
    """How wrong a detector is. Noise is in shares of how high the person stands in the picture."""

    noise: float = 0.004  # standard deviation per axis from frame to frame, of a keypoint seen as usual,
    wander: float = 0.006  # and of what goes slowly
    uneven: float = 0.5  # logarithm's deviation of how much worse or better a keypoint is seen for a while
    lost: float = 0.0  # share of the keypoints that are not seen, singly or a limb at a time
    swapped: float = 0.0  # share of the time in which arms or legs are taken for those of the other side
    seed: int = 0


def mounts() -> Tensor:
    """(17, 3) metres."""
    return torch.tensor([mount for _, mount in BODY_17])


def keypoints_of(rotations: Tensor, places: Tensor) -> Tensor:
    """The 17 points in the world, (T, 17, 3), of global rotations (T, 22, 3, 3) and joints' places (T, 22, 3)."""
    return places[:, list(JOINTS)] + (rotations[:, list(JOINTS)] @ mounts()[..., None])[..., 0]


def detected(camera: Camera, points: Tensor, config: DetectorConfig, clip: str) -> Seen:
    """What is seen of points (T, 17, 3). The seed and the clip's name say all that is drawn, each fault by itself."""
    frames, count = points.shape[:2]
    pixels, size = project(camera, points), sizes_of(camera, points)
    random = stream(config.seed, clip, "keypoints")
    worse = torch.exp(config.uneven * swaying(frames, count, random, stop_hz=3.0))
    slow = config.wander * swaying(frames, 2 * count, random).unflatten(-1, (count, 2))
    quick = config.noise * torch.randn(frames, count, 2, generator=random)
    said = torch.exp(0.2 * swaying(frames, count, random, stop_hz=3.0))  # how sure it says it is, about
    confidence = (0.8 / (worse * said)).clamp(0.05, 1.0)
    off = (slow + quick) * (worse * size[:, None])[..., None]
    pixels, confidence = _swapped(pixels + off, confidence, config, clip)
    confidence = torch.where(lost_keypoints(frames, count, config, clip), 0.0, confidence)
    sd = 0.8 * math.hypot(config.noise, config.wander) * float(size.mean())
    return Seen(camera, JOINTS, mounts(), pixels, confidence, max(sd, 1.0))


def sizes_of(camera: Camera, points: Tensor) -> Tensor:
    """How many pixels a person of USUAL_HEIGHT would be high where the points (T, K, 3) are, (T,)."""
    depth = camera.seen_from(points)[..., 2].mean(-1)
    return camera.focal.mean() * USUAL_HEIGHT / depth


def lost_keypoints(frames: int, count: int, config: DetectorConfig, clip: str) -> Tensor:
    """(T, 17) bool: limbs' ends are lost singly or together, each so often that in all the share is right."""
    random = stream(config.seed, clip, "lost keypoints")
    if not config.lost:
        return torch.zeros(frames, count, dtype=torch.bool)
    together = {keypoint for limb in LIMBS for keypoint in limb}
    apart = 1 - math.sqrt(1 - config.lost)
    lost = torch.stack([bursts(frames, apart if keypoint in together else config.lost, random, SINGLE_S)
                        for keypoint in range(count)], -1)
    for limb in LIMBS:
        lost[:, list(limb)] |= bursts(frames, apart, random, LIMB_S)[:, None]
    return lost


def _swapped(pixels: Tensor, confidence: Tensor, config: DetectorConfig, clip: str) -> tuple[Tensor, Tensor]:
    """With left and right of arms or legs taken for each other now and then; the detector notices nothing."""
    random = stream(config.seed, clip, "swapped sides")
    pixels, confidence = pixels.clone(), confidence.clone()
    for half in HALVES if config.swapped else ():
        when = bursts(len(pixels), config.swapped, random, SWAP_S)
        left, right = (list(side) for side in zip(*half, strict=True))
        for values in (pixels, confidence):
            taken = values[when][:, [*right, *left]]
            rows = torch.where(when)[0][:, None]
            values[rows, torch.tensor([*left, *right])] = taken
    return pixels, confidence


def refocused(seen: Seen, factor: float) -> Seen:
    """As told by somebody who believes in another focal length: the picture is the same, its camera is not."""
    return replace(seen, camera=replace(seen.camera, focal=seen.camera.focal * factor))


HEAT_CELLS, HEAT_SD, GHOST = (64, 48), 1.5, 0.5


def heatmaps_of(seen: Seen) -> Heatmaps:
    """Maps that say the same as keypoints: bumps as high as these are sure, and where they are not, on the other side
    too. A crop about the person for each frame; T frames of one window.
    """
    high, wide = HEAT_CELLS
    known = (seen.confidence > 0)[..., None]
    nothing = ~known.any(1, keepdim=True)
    low = torch.where(known | nothing, seen.points, math.inf).amin(1)
    top = torch.where(known | nothing, seen.points, -math.inf).amax(1)
    span = torch.maximum((top - low)[:, 0] / (wide - 1), (top - low)[:, 1] / (high - 1)) * 1.3
    cell = span.clamp(min=0.5)
    corner = (low + top) / 2 - cell[:, None] * torch.tensor([(wide - 1) / 2, (high - 1) / 2])
    at = (seen.points - corner[:, None]) / cell[:, None, None]  # (T, 17, 2) cells
    other = list(range(at.shape[1]))
    for left, right in SIDES:
        other[left], other[right] = right, left
    maps = _bumps(at, seen.confidence) + _bumps(at[:, other], GHOST * seen.confidence * (1 - seen.confidence))
    return Heatmaps(maps[None], corner[None], cell[None], HEAT_SD)


def _bumps(at: Tensor, peak: Tensor) -> Tensor:
    """(T, K, H, W) of places (T, K, 2) in cells."""
    across, down = (torch.exp(-((at[..., axis, None] - torch.arange(size)) / HEAT_SD).square() / 2)
                    for axis, size in ((0, HEAT_CELLS[1]), (1, HEAT_CELLS[0])))
    return peak[..., None, None] * down[..., None] * across[..., None, :]
