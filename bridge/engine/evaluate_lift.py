"""What `posebridge evaluate --problem lift` does: clips before cameras, every method's motion from their keypoints."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import torch

from bridge.commands.console import counting
from bridge.config_commands import EvaluateOptions
from bridge.engine.data import read_measured
from bridge.engine.lift_rivals import LIFT_METHODS
from bridge.engine.measured import about
from bridge.engine.problem_report import ProblemReport, Section
from bridge.engine.processes import Processes, processes
from bridge.engine.solver import load_solver_prior
from bridge.errors import UsageError
from models.evaluation.problems.lift import COMPARING, SECTIONS, LiftCase, LiftMethod, lift_cases, measure_lift
from models.evaluation.problems.measured import Measured, middle_of, spread_over
from models.evaluation.records import Record
from models.prior.checkpoint import Prior
from models.solver import solver_of
from models.training.dataset import Clip

SLOW_CLIPS = 4  # that slow methods are measured on, unless --thorough
INTRO = """\
Motion from one camera's 17 keypoints (Human3.6M's), the camera known. MPJPE: 22 joints, the pelvis put where it is in
truth; PA-MPJPE: each frame after its best similarity; world MPJPE: as placed. Jitter in 100 m/s^3, beside the truth's
own; a ratio clip by clip too. Passes of the prior's network for a frame of the answer; PADS and guidance by heatmaps
also go back through the network, which is not counted. The published methods run a thousand passes (heatmaps: two
hundred) over each window of 41 frames; ours is told the floor, they are not. Means weighted by frames; intervals:
95 %, clips resampled. Slow methods are measured before one camera and on fewer clips, spread over the others' (see the
column); against them ours has a row on the same clips, named so."""
ERRORS = {"MPJPE cm": "mpjpe_cm", "PA-MPJPE": "pa_mpjpe_cm", "world MPJPE": "world_mpjpe_cm", "MPJRE deg": "mpjre_deg"}
MOTION = {"jitter": "jitter", "truth's": "jitter_truth", "ratio": "jitter_ratio", "skate cm/s": "foot_skate_cm_s"}
COST = {"passes/frame": "passes_per_frame", "s/frame": "seconds_per_frame"}
SPANS, PANELS = ("mpjpe_cm", "pa_mpjpe_cm"), {"MPJPE, cm": "mpjpe_cm", "PA-MPJPE, cm": "pa_mpjpe_cm"}
SHOWN = {
    "views": Section("Views", "Cameras about 4 m away: still at eye level and near the floor, on an orbit, by hand.",
                     ERRORS | MOTION | COST, SPANS, panels=PANELS),
    "noise": Section("Noise of the detector", "Times the usual: 0.4 % of the person's height a frame and 0.6 % slowly.",
                     ERRORS | MOTION, SPANS, SPANS, PANELS, "noise, times the usual"),
    "dropout": Section("Keypoints that are not seen", "Share of all, single ones briefly and limbs for 0.5 to 1.5 s.",
                       ERRORS | MOTION, SPANS, SPANS, PANELS, "keypoints lost, %"),
    "swaps": Section("Left taken for right", "Share of the time, arms and legs each, for 0.1 to 0.4 s; as sure.",
                     ERRORS | MOTION, SPANS, SPANS, PANELS, "time swapped, %"),
    "focal": Section("Another focal length than told", "Told over true; the person is then told nearer or "
                     "farther. To be found: told as a guess, to be made better.",
                     ERRORS, SPANS, SPANS, PANELS, "told focal length, times the true one"),
    "bones": Section("Bones that are not known", "Told are a neutral adult's; found are one size, or proportions too.",
                     ERRORS | MOTION, SPANS, SPANS, PANELS),
    "hypotheses": Section(
        "Several hypotheses",
        "Best: the least error of all hypotheses, of whole clips or frame by frame; any: their mean. Ranking: the "
        "correlation of score and merit among the hypotheses of a frame, and of whole clips, zero being chance, one "
        "right. Every hypothesis is counted with all its passes, those too that it shares with others.",
        {"first MPJPE cm": "mpjpe_cm", "any": "any_mpjpe_cm", "best": "best_mpjpe_cm",
         "best by frame": "best_frames_mpjpe_cm", "first PA-MPJPE": "pa_mpjpe_cm", "best PA-MPJPE": "best_pa_mpjpe_cm",
         "Spearman by frame": "frames_spearman", "of clips": "spearman", "Kendall of clips": "kendall"} | COST,
        (*SPANS, "best_mpjpe_cm", "best_frames_mpjpe_cm", "frames_spearman", "spearman"),
        panels={"first, MPJPE cm": "mpjpe_cm", "best, MPJPE cm": "best_mpjpe_cm"}),
}


def evaluate_lift(options: EvaluateOptions) -> int:
    """Print and write every section's table, anew after each."""
    sections, bench = _known("sections", options.sections, SECTIONS), bench_of(options)
    methods, clips = bench.methods, bench.clips
    facts = about(options, bench.priors, clips, "cpu") | {"seconds of each clip": options.seconds}
    report = ProblemReport("lift", "Motion from 2D keypoints", facts, options.report, options.json, INTRO)
    cases = {section: lift_cases(section, options.seed) for section in sections}
    few = clips if options.thorough else spread_over(clips, SLOW_CLIPS)
    plan = {section: [(case, *one) for case in several for one in plan_of(
        methods, options.thorough or (section in COMPARING and case is several[0]), clips, few)]
        for section, several in cases.items()}
    total = sum(len(clip.root) for several in plan.values() for _, _, own in several for clip in own)
    with counting("evaluating", total) as on_frames, processes(options.jobs, partial(bench_of, options)) as shared:
        known = _Measurements(bench, shared)
        for section, lines in plan.items():
            rows = [known.measured(method, case, own, on_frames) for case, method, own in lines]
            report.add(section, SHOWN[section], rows)
    report.say(SHOWN)
    return 0


@dataclass(frozen=True)
class Bench:
    """What is measured, on what."""

    priors: dict[str, Prior]
    methods: list[LiftMethod]
    clips: list[Clip]


def bench_of(options: EvaluateOptions) -> Bench:
    names = _known("methods", options.methods, tuple(LIFT_METHODS))
    torch.set_num_threads(options.threads)
    priors = {name: load_solver_prior(path) for name, path in options.weights or (("", None),)}
    solvers = {name: solver_of(prior) for name, prior in priors.items()}
    methods = [_named(LIFT_METHODS[method](solver, options.seed), name)
               for name, solver in solvers.items() for method in names]
    return Bench(priors, methods, [middle_of(clip, options.seconds) for clip in read_measured(options)])


@dataclass
class _Measurements:
    """What was measured already: most sections begin with the same case. Several processes share a case's clips."""

    bench: Bench
    shared: Processes[Bench] | None
    found: dict[tuple[LiftCase, str, int], Measured] = field(default_factory=dict)

    def measured(
        self, method: LiftMethod, case: LiftCase, clips: list[Clip], on_frames: Callable[[int], None]
    ) -> Measured:
        """A case's row, under its own name."""
        key = replace(case, name="", at=None), method.name, len(clips)
        if key in self.found:
            on_frames(sum(len(clip.root) for clip in clips))
        else:
            self.found[key] = (self._elsewhere if self.shared else measure_lift)(method, case, clips, on_frames)
        return replace(self.found[key], case=case.name, at=case.at)

    def _elsewhere(
        self, method: LiftMethod, case: LiftCase, clips: list[Clip], on_frames: Callable[[int], None]
    ) -> Measured:
        assert self.shared
        way = [one.lift for one in self.bench.methods].index(method.lift)
        places = [next(place for place, own in enumerate(self.bench.clips) if own is clip) for clip in clips]
        begun = [self.shared.begin(_one_clip, way, case, place) for place in places]
        records: list[Record] = []
        for clip, waited in zip(clips, begun, strict=True):
            records += waited.result().records
            on_frames(len(clip.root))
        return Measured(case.name, method.name, records, case.at)


def _one_clip(own: Bench, way: int, case: LiftCase, place: int) -> Measured:
    return measure_lift(own.methods[way], case, [own.clips[place]])


def _named(method: LiftMethod, prior: str) -> LiftMethod:
    return replace(method, name=f"{method.name} ({prior})") if prior else method


def _known(what: str, asked: Sequence[str], there: Sequence[str]) -> list[str]:
    """Those that are asked for, or all; in the order in which there are."""
    for name in asked:
        if name not in (*there, "all"):
            raise UsageError(f"--{what} {name}: lifting has {', '.join(there)}, or all")
    return [name for name in there if not asked or "all" in asked or name in asked]


def plan_of(
    methods: Sequence[LiftMethod], compared: bool, clips: list[Clip], few: list[Clip]
) -> list[tuple[LiftMethod, list[Clip]]]:
    """Which methods a case has, and on which clips. Where methods are compared slow ones are there too, on few clips,
    and quick ones on these as well."""
    quick = [method for method in methods if not method.slow]
    slow = [method for method in methods if method.slow and (compared or not quick)]
    plan = [(method, clips) for method in quick]
    if slow and len(few) < len(clips):
        plan += [(replace(method, name=f"{method.name}, same clips"), few) for method in quick]
    return [*plan, *((method, few) for method in slow)]
