"""How a prior's errors go together: where it turns the chest too far, it turns pelvis and thighs too far as well.

The errors of neighbours' global rotations are correlated, link by link of the skeleton; of joints farther apart by the
product along the path between them (a Gauss-Markov tree, positive definite by construction). Axes do not mix, and all
horizontal ones are alike, so that nobody's heading matters.
"""
from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.kinematics.skeleton import JOINT_COUNT, JOINT_INDEX, chain_to

# Correlation of a joint's error with its parent's: about the vertical, about a horizontal axis. Of the default prior's
# first guess on training windows; squared, which validation preferred: people that it has not seen are less alike.
LINKS = {
    "hip": (0.36, 0.02), "knee": (0.86, 0.15), "ankle": (0.46, 0.21), "foot": (0.92, 0.65),
    "spine1": (0.83, 0.22), "spine2": (0.77, 0.55), "spine3": (0.85, 0.52), "neck": (0.56, 0.24), "head": (0.01, 0.0),
    "collar": (0.61, 0.62), "shoulder": (0.02, 0.02), "elbow": (0.26, 0.12), "wrist": (0.03, 0.01),
}


@cache
def coupling() -> NDArray[np.float32]:
    """(66, 66): correlations of the turns by which a guess is wrong, in the world, joint by joint; not to be written
    to."""
    vertical, horizontal = (_along_paths([_link(name)[axis] for name in JOINT_INDEX]) for axis in (0, 1))
    together = np.zeros((JOINT_COUNT, 3, JOINT_COUNT, 3), np.float32)
    for axis, correlations in enumerate((horizontal, vertical, horizontal)):
        together[:, axis, :, axis] = correlations
    return together.reshape(3 * JOINT_COUNT, 3 * JOINT_COUNT)


def _link(name: str) -> tuple[float, float]:
    return LINKS.get(name.removeprefix("L_").removeprefix("R_"), (1.0, 1.0))  # the pelvis has no parent


def _along_paths(links: list[float]) -> NDArray[np.float64]:
    """(22, 22): the product of the links between two joints."""
    chains = [set(chain_to(joint)) for joint in range(JOINT_COUNT)]
    return np.array([[math.prod(links[joint] for joint in one ^ other) for other in chains] for one in chains])
