"""Methods of lifting by name: ours, and the published ones on the same prior."""
from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from models.evaluation.problems.detector import heatmaps_of
from models.evaluation.problems.lift import LiftMethod
from models.prior.precision import differentiable_forward
from models.problems.lift import LiftConfig, lift
from models.problems.lift_body import Unsure
from models.problems.lifted import Lifted
from models.problems.seen import Seen
from models.rivals.heat import HeatConfig, lift_heat
from models.rivals.pads import PadsConfig, lift_pads
from models.rivals.zedo import ZedoConfig, lift_zedo
from models.solver import Solver


def ours(solver: Solver, seed: int) -> LiftMethod:
    """Few passes over windows, each guess fitted to the keypoints as a whole."""

    def lifted(
        offsets: Tensor, seen: Sequence[Seen], hypotheses: int, floor: float | None, unsure: Unsure | None = None
    ) -> list[Lifted]:
        config = LiftConfig(hypotheses=hypotheses, seed=seed, unsure=unsure or Unsure())
        return lift(solver, offsets, seen, config, floor)

    return LiftMethod("ours", lifted)


def zedo(solver: Solver, seed: int) -> LiftMethod:
    """Joints onto rays and one denoising step, again and again."""

    def lifted(
        offsets: Tensor, seen: Sequence[Seen], hypotheses: int, floor: float | None, unsure: Unsure | None = None
    ) -> list[Lifted]:
        return lift_zedo(solver, offsets, seen, ZedoConfig(seed=seed), hypotheses)

    return LiftMethod("zedo", lifted, slow=True)


def pads(solver: Solver, seed: int) -> LiftMethod:
    """Posterior sampling against the reprojection error."""
    forward = differentiable_forward(solver.prior.network)

    def lifted(
        offsets: Tensor, seen: Sequence[Seen], hypotheses: int, floor: float | None, unsure: Unsure | None = None
    ) -> list[Lifted]:
        return lift_pads(solver, forward, offsets, seen, PadsConfig(seed=seed), hypotheses)

    return LiftMethod("pads", lifted, slow=True)


def heatmap(solver: Solver, seed: int) -> LiftMethod:
    """Posterior sampling with heatmaps: those that say the same as the keypoints."""
    forward = differentiable_forward(solver.prior.network)

    def lifted(
        offsets: Tensor, seen: Sequence[Seen], hypotheses: int, floor: float | None, unsure: Unsure | None = None
    ) -> list[Lifted]:
        return lift_heat(solver, forward, offsets, seen, heatmaps_of(seen[0]), HeatConfig(seed=seed), hypotheses)

    return LiftMethod("heatmap", lifted, slow=True)


LIFT_METHODS: dict[str, Callable[[Solver, int], LiftMethod]] = {
    "ours": ours, "zedo": zedo, "pads": pads, "heatmap": heatmap,
}
