"""Bodies of other proportions: named groups of T-pose offsets times a factor, as the evaluation tables use them."""
from __future__ import annotations

import re
from functools import reduce

import torch
from torch import Tensor

from models.kinematics.skeleton import JOINT_COUNT, leg_length

GROUPS = {
    "UB": (6, 9, *range(12, JOINT_COUNT)),
    "Arm": (18, 19, 20, 21),
    "Torso": (3, 6, 9, 12),
    "All": tuple(range(JOINT_COUNT)),
}
STANDARD_BODIES = (
    "default", "UBx1.4", "UBx0.7", "UBx0.85", "UBx1.17", "Armx1.4", "Armx1.4*Torsox0.7", "Armx0.85*Torsox1.17",
    "Allx0.6", "Allx0.8", "Allx1.2", "Allx1.4",
)
_PART = re.compile(r"(UB|Arm|Torso|All)[x\u00d7](\d*\.?\d+)")  # x, or the multiplication sign


def parse_body(name: str) -> tuple[tuple[str, float], ...]:
    """'Armx1.4*Torsox0.7' -> (('Arm', 1.4), ('Torso', 0.7)); 'default' -> ().

    Raises:
        ValueError: for a name that is not built of GROUPS and positive factors.
    """
    if name == "default":
        return ()
    matches = [_PART.fullmatch(part) for part in re.split(r"[*·]", name)]
    if not all(match and float(match[2]) > 0 for match in matches):
        groups = ", ".join(GROUPS)
        raise ValueError(f"body {name!r} is not 'default' or parts like UBx1.4 joined by *; groups: {groups}")
    return tuple((match[1], float(match[2])) for match in matches if match)


def body_factors(name: str) -> Tensor:
    """The factor of every joint's offset for a named body, (22,)."""

    def scaled(factors: Tensor, part: tuple[str, float]) -> Tensor:
        group, scale = part
        mask = torch.zeros(JOINT_COUNT, dtype=torch.bool)
        mask[list(GROUPS[group])] = True
        return torch.where(mask, factors * scale, factors)

    return reduce(scaled, parse_body(name), torch.ones(JOINT_COUNT))


def scale_body(offsets: Tensor, root: Tensor, name: str) -> tuple[Tensor, Tensor]:
    """Offsets (22, 3) and root path (T, 3) of the same motion on a body of other proportions.

    The path grows with the legs, so that feet that stood on the floor still do and do not slide.
    """
    scaled = offsets * body_factors(name)[:, None]
    return scaled, root * (leg_length(scaled) / leg_length(offsets))
