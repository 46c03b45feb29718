"""Branches for the few: steps of a live tick that most sessions do without, most of the time.

The maths asks `anywhere(mask)` before such steps. As a rule that looks: they are taken where one session of the batch
needs them, and leave the others as they are. To look makes a device stop for its host, and a recorded graph cannot. So
under a `Plan` nothing is looked at: all such steps are taken, or none, and the plan notes whose answers lack one then.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from models.kinematics.arrays import Array


@dataclass
class Plan:
    """What is done about branches without looking at the data."""

    take: bool
    take_common: bool = False  # those that are cheap, and needed for a while whenever a tracker comes or goes
    noted: list[Array] = field(default_factory=list)  # (B,) bool each

    @property
    def needed(self) -> Array:
        """(B,) bool: sessions that need a branch."""
        needed = self.noted[0]
        for other in self.noted[1:]:
            needed = needed | other
        return needed


_plan: ContextVar[Plan | None] = ContextVar("plan", default=None)


def anywhere(mask: Array, usual: bool = False, common: bool = False) -> bool:
    """Whether to take a branch that sessions need where the mask (B, ...) holds; by plan always if it is `usual`, or if
    it is `common` and the plan takes such."""
    plan = _plan.get()
    if plan is None:
        return bool(mask.any())
    if usual or (common and plan.take_common):
        return True
    plan.noted.append(mask.reshape(mask.shape[0], -1).any(-1))
    return plan.take


def by_plan() -> bool:
    """Whether what depends on the data must be done without looking at them."""
    return _plan.get() is not None


@contextmanager
def planned(plan: Plan) -> Iterator[Plan]:
    """What is computed inside follows the plan."""
    token = _plan.set(plan)
    try:
        yield plan
    finally:
        _plan.reset(token)
