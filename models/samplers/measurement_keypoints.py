"""2D keypoints: two rows for each, in pixels, through a camera and its lens."""
from __future__ import annotations

from torch import Tensor

from models.kinematics.camera import Camera, projected
from models.samplers.linear_rows import LinearRows, points_of

LEAST_CONFIDENCE = 1e-3


def keypoint_rows(
    camera: Camera, pixels: Tensor, confidence: Tensor, sd: float, rotations: Tensor, root: Tensor, levers: Tensor,
    follows: Tensor | None = None,
) -> LinearRows:
    """Rows of one camera's keypoints in B windows. A keypoint of half the confidence is twice as unsure.

    Args:
        camera: of B T frames, or at rest.
        pixels: (B, T, K, 2).
        confidence: (B, T, K), zero where one is not seen.
        sd: pixels per axis of a keypoint of confidence one.
        rotations, root: the body as it is, (B, T, 22, 3, 3) and (B, T, 3).
        levers: (B, K, 22, 3) of the keypoints' points on the body.
        follows: (B, T, K, 3, P) how these places go with lasting unknowns; None where there are none.
    """
    places, moves = points_of(rotations, root, levers)
    expected, by_place = (part.unflatten(0, pixels.shape[:2]) for part in projected(camera, places.flatten(0, 1)))
    weight = (confidence / sd).square() * (confidence > LEAST_CONFIDENCE)
    return LinearRows((pixels - expected).flatten(2), (by_place @ moves).flatten(2, 3),
                      weight[..., None].expand(*pixels.shape).flatten(2),
                      None if follows is None else (by_place @ follows).flatten(2, 3))
