"""What stays the same all clip long and may not be known: the body's size and proportions, each camera's focal length.

P = 9 + V logarithms: of the whole body's scale, of each of PARTS' on top of it, and of the focal length of each of V
cameras over the one that was told. Left and right are alike. Points that keypoints mark grow with the standing head
height, as detectors' tables have it. All zero is as told.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor

from models.kinematics.skeleton import HEAD, JOINT_COUNT, standing_height
from models.problems.seen import Seen
from models.samplers.motion_fit import Lasting

X, YZ, XYZ = (0,), (1, 2), (0, 1, 2)
Stretch = tuple[tuple[int, ...], tuple[int, ...]]  # joints, and along which axes of their offsets
PARTS: dict[str, tuple[float, tuple[Stretch, ...]]] = {  # how much more or less they vary than others
    "hips": (1.5, (((1, 2), XYZ),)),
    "trunk": (1.5, (((3, 6, 9, 12), XYZ), ((13, 14), YZ))),
    "shoulders": (1.5, (((13, 14), X), ((16, 17), XYZ))),
    "neck": (1.0, (((15,), XYZ),)),
    "upper arms": (1.0, (((18, 19), XYZ),)),
    "forearms": (1.0, (((20, 21), XYZ),)),
    "thighs": (1.0, (((4, 5), XYZ),)),
    "shanks": (1.0, (((7, 8), XYZ),)),
}
BONES = ("size", *PARTS)
SIZE_SD, PART_SD = 0.1, 0.1  # of the size of a body that is not known, and of its parts on top
FOCAL_SD = 0.2  # of a focal length, where it is asked: on test motion nothing is gained by asking
KNOWN_SD = 1e-6  # of what is not asked
SMALL = 1e-4  # step of differences: good to 1e-8
LONGEST = 0.1  # that a logarithm changes by at once


@dataclass(frozen=True)
class Unsure:
    """What is not known, standard deviations of logarithms. Chosen on the validation split."""

    size_sd: float = 0.0
    part_sd: float = 0.0
    height_sd: float | None = None  # of the standing head height, where that is told although bones are not
    focal_sd: float = 0.0
    share: float = 0.02  # of the frames' evidence that counts: a posture that is guessed wrong is so for long

    @property
    def anything(self) -> bool:
        return max(self.size_sd, self.part_sd, self.focal_sd) > 0

    def information(self, offsets: Tensor, views: int) -> Tensor:
        """(P, P) float64, before any evidence."""
        vary = [self.size_sd, *(self.part_sd * times for times, _ in PARTS.values()), *[self.focal_sd] * views]
        variance = torch.tensor(vary, dtype=torch.float64).clamp(min=KNOWN_SD).square()
        information = torch.diag(1 / variance)
        if self.height_sd is not None:
            rises = slopes_of(lambda values: head_height(offsets.double(), values).log(), torch.zeros_like(variance))
            information = information + torch.outer(rises, rises) / self.height_sd**2
        return information


@dataclass(frozen=True)
class Constants:
    """What is believed of them."""

    values: Tensor  # (P,) float64
    sd: Tensor  # (P,)

    @property
    def focal(self) -> Tensor:
        """Each camera's focal length over the one that was told, (V,)."""
        return self.values[len(BONES) :].exp()

    def updated(self, evidence: Lasting, information: Tensor) -> Constants:
        """After a pass: a Gauss-Newton step from evidence (P, P) and (P,) at these values and what was known before."""
        whole = evidence.information + information
        change = torch.linalg.solve(whole, evidence.pull - information @ self.values)
        change = change * (LONGEST / change.abs().max().clamp(min=LONGEST))
        return Constants(self.values + change, torch.linalg.inv(whole).diagonal().sqrt())


def nothing_found(views: int, information: Tensor) -> Constants:
    """As told."""
    values = torch.zeros(len(BONES) + views, dtype=torch.float64)
    return Constants(values, torch.linalg.inv(information).diagonal().sqrt())


@cache
def _stretched() -> Tensor:
    """(9, 22, 3): one where a scale stretches an offset."""
    masks = torch.ones(len(BONES), JOINT_COUNT, 3)
    for mask, (_, stretches) in zip(masks[1:], PARTS.values(), strict=True):
        mask.zero_()
        for joints, axes in stretches:
            mask[[[joint] for joint in joints], list(axes)] = 1.0
    return masks


def bones(offsets: Tensor, values: Tensor) -> Tensor:
    """The offsets (22, 3) with these logarithms."""
    return offsets * torch.einsum("p,pja->ja", values[: len(BONES)].to(offsets), _stretched().to(offsets)).exp()


def head_height(offsets: Tensor, values: Tensor) -> Tensor:
    """() metres."""
    return standing_height(bones(offsets, values), HEAD)


def slopes_of(of: Callable[[Tensor], Tensor], values: Tensor) -> Tensor:
    """How something smooth of values (P,) float64 goes with each of them there, (..., P), by central differences."""
    steps = SMALL * torch.eye(len(values), dtype=torch.float64)
    return torch.stack([of(values + step) - of(values - step) for step in steps], -1) / (2 * SMALL)


def mounts(seen: Seen, offsets: Tensor, values: Tensor) -> Tensor:
    """Where a view's keypoints are on their joints, (K, 3) metres."""
    return seen.mounts.to(offsets) * (head_height(offsets, values) / standing_height(offsets, HEAD))


def refocused(seen: Sequence[Seen], values: Tensor) -> list[Seen]:
    """The views through cameras of these focal lengths."""
    factors = values[len(BONES) :].exp()
    return [replace(view, camera=replace(view.camera, focal=view.camera.focal * factor.to(view.camera.focal)))
            for view, factor in zip(seen, factors, strict=True)]
