"""What `posebridge evaluate --problem complete|inbetween|clean|generate` does: parts of clips missing,
noise on them, or nothing but their bones."""
from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch

from bridge.commands.console import counting
from bridge.config_commands import EvaluateOptions
from bridge.engine.data import read_measured
from bridge.engine.measured import about
from bridge.engine.pose_rivals import COMPARED, PADS, gap_methods, noise_methods
from bridge.engine.problem_report import ProblemReport, Section
from bridge.engine.processes import Processes, processes
from bridge.engine.solver import load_solver_prior
from bridge.errors import InputInvalid, UsageError
from models.evaluation.problems import gaps, made, noisy
from models.evaluation.problems.measured import Measured, middle_of, spread_over
from models.prior.checkpoint import Prior
from models.solver import Solver, solver_of
from models.training.dataset import Clip

Measure = Callable[[Sequence[Clip], Callable[[int], None]], Measured]
Plan = dict[str, list[Measure]]  # of each section
Method = TypeVar("Method")
OURS = "ours"
SLOW_CLIPS, LONG = 2, 180  # that PADS is measured on, unless --thorough; frames of one
TITLES = {"complete": "Missing joints", "inbetween": "In-betweening", "clean": "Noisy motion made clean",
          "generate": "Motion that nobody made"}
NOTE = """\
MPJPE: places in the world, in cm, of what was missing (of all joints where it is noise); from pelvis: the pelvis put
where it is in truth. Jump: from frame to frame at the edges of what was missing, of the joint that jumps most, beyond
what it does in truth. Jitter in 100 m/s^3, beside the truth's own, of whole clips. Means weighted by frames; intervals:
95 %, clips resampled. PADS, the same prior sampled as published but in a tenth of the steps, is measured in one case
and on few clips (see the column); against it ours has a row on the same ones."""
ERRORS = {"MPJPE cm": "mpjpe_cm", "from pelvis": "from_pelvis_cm", "MPJRE deg": "mpjre_deg"}
MOTION = {"jitter": "jitter", "truth's": "jitter_truth", "skate cm/s": "foot_skate_cm_s"}
JUMP = {"jump cm": "jump_cm"}
SPANS = ("mpjpe_cm",)
PANELS = {"MPJPE, cm": "mpjpe_cm", "jump, cm": "jump_cm"}
SHOWN = {
    "limbs": Section("One limb missing for two seconds", "In the middle of each clip; all else is known.",
                     ERRORS | JUMP | MOTION, SPANS, panels=PANELS),
    "shares": Section("A share of the joints missing for two seconds", "Drawn for each clip; the pelvis is known.",
                      ERRORS | JUMP | MOTION, SPANS, panels=PANELS, along="joints missing, %"),
    "gaps": Section("Key frames", "One whole frame, the root too, in so many seconds is known.",
                    ERRORS | JUMP | MOTION, SPANS, panels=PANELS, along="seconds between key frames"),
    "noise": Section("White noise", "Standard deviation per axis of the root and of every local rotation; last PADS's "
                     "stress. Share: of the input's error that is left.",
                     ERRORS | {"input cm": "input_cm", "share %": "share_pct"} | MOTION, ("mpjpe_cm", "share_pct"),
                     panels={"MPJPE, cm": "mpjpe_cm", "jitter, 100 m/s^3": "jitter"}, along="degrees of noise"),
    "made": Section("Made beside real", "As many motions as clips, as long, on their bones; the pose is their first, "
                    "the path straight on at a metre a second. Slide: of toes near the floor, those that swing past "
                    "too; standing: of the foot joint on the floor that moves least. Jump: the most that a joint "
                    "changes its way in one frame.",
                    {"jitter": "jitter", "slide cm/s": "slide_cm_s", "standing": "standing_slide_cm_s",
                     "below floor cm": "floor_penetration_cm",
                     "speed cm/s": "speed_cm_s", "jump cm": "jump_cm"}, ("jitter", "standing_slide_cm_s"),
                    panels={"jitter, 100 m/s^3": "jitter", "slide of what stands, cm/s": "standing_slide_cm_s"}),
}


def evaluate_fill(options: EvaluateOptions) -> int:
    """Print and write every section's table, anew after each."""
    bench = bench_of(options)
    plan, clips = bench.plan, bench.clips
    facts = about(options, bench.priors, clips, "cpu") | {"seconds of each clip": options.seconds}
    report = ProblemReport(options.problem, TITLES[options.problem], facts, options.report, options.json, NOTE)
    total = len(clips) * sum(map(len, plan.values()))
    with counting("evaluating", total) as on_clips, processes(options.jobs, partial(bench_of, options)) as shared:
        for section, several in plan.items():
            rows = (_elsewhere(shared, section, bench, on_clips) if shared else
                    [measure(clips, on_clips) for measure in several])
            if not all(row.records for row in rows):
                raise InputInvalid(f"{section}: no clip is long enough; --seconds {options.seconds:g} is all that is "
                                   "taken of each")
            report.add(section, SHOWN[section], rows)
    report.say(SHOWN)
    return 0


@dataclass(frozen=True)
class Bench:
    """What is measured, section by section, on what."""

    priors: dict[str, Prior]
    plan: Plan
    clips: list[Clip]


def bench_of(options: EvaluateOptions) -> Bench:
    torch.set_num_threads(options.threads)
    priors = {name: load_solver_prior(path) for name, path in options.weights or (("", None),)}
    plan = _plan(options, {name: solver_of(prior) for name, prior in priors.items()})
    return Bench(priors, plan, [middle_of(clip, options.seconds) for clip in read_measured(options)])


def _elsewhere(
    shared: Processes[Bench], section: str, bench: Bench, on_clips: Callable[[int], None]
) -> list[Measured]:
    """A section's rows, each measured by whichever process is free next."""
    begun = [shared.begin(_row, section, place) for place in range(len(bench.plan[section]))]
    rows = []
    for waited in begun:
        rows.append(waited.result())
        on_clips(len(bench.clips))
    return rows


def _row(own: Bench, section: str, place: int) -> Measured:
    return own.plan[section][place](own.clips, lambda more: None)


def _plan(options: EvaluateOptions, solvers: dict[str, Solver]) -> Plan:
    """What is measured, section by section: every method in every case."""
    if options.problem == "generate":
        return {section: [_made(case, f"ours {prior}".strip(), solver, options.seed)
                          for case in made.CASES for prior, solver in solvers.items()]
                for section in ("made",) if _asked("sections", section, options.sections, ("made",))}
    few = None if options.thorough else SLOW_CLIPS
    if options.problem == "clean":
        ways = {prior: noise_methods(solver, options.seed) for prior, solver in solvers.items()}
        return {section: [measure for case in noisy.noise_cases(options.seed) for measure in _rows(
            options, ways, case.name == COMPARED.get(section), few, partial(_noise, case))]
            for section in ("noise",) if _asked("sections", section, options.sections, ("noise",))}
    sections = gaps.sections(options.problem, options.seed)
    found = {prior: gap_methods(options.problem, solver, options.seed) for prior, solver in solvers.items()}
    return {section: [measure for case in cases for measure in _rows(
        options, found, case.name == COMPARED.get(section), few, partial(_gap, case))]
        for section, cases in sections.items() if _asked("sections", section, options.sections, sections)}


def _rows(
    options: EvaluateOptions, ways: Mapping[str, Mapping[str, Method]], compared: bool, few: int | None,
    row: Callable[[str, Method], Measure],
) -> list[Measure]:
    """Of one case: every method, with every prior. PADS where it is `compared` or nothing else is asked for, on few
    clips, and ours on these too."""
    rows = []
    for prior, methods in ways.items():
        names = [name for name in methods if _asked("methods", name, options.methods, methods)]
        rows += [row(f"{name} {prior}".strip(), methods[name]) for name in names if name != PADS]
        if PADS in names and (compared or names == [PADS]):
            also = [("ours, same clips", OURS)] if few and OURS in names else []
            rows += [_on_few(row(f"{name} {prior}".strip(), methods[way]), few) for name, way in [*also, (PADS, PADS)]]
    return rows


def _on_few(measure: Measure, few: int | None) -> Measure:
    """On so many of the clips that are long enough for any gap, evenly over them; None: on all."""

    def measured(clips: Sequence[Clip], told: Callable[[int], None]) -> Measured:
        long = [clip for clip in clips if len(clip.root) >= LONG]
        chosen = clips if few is None else spread_over(long or clips, few)
        done = measure(chosen, told)
        told(len(clips) - len(chosen))
        return done

    return measured


def _gap(case: gaps.GapCase, name: str, method: gaps.Method) -> Measure:
    return lambda clips, told: gaps.measure_gaps(name, method, case, clips, told)


def _made(case: str, name: str, solver: Solver, seed: int) -> Measure:
    return lambda clips, told: made.measure_made(case, name, solver, seed, clips, told)


def _noise(case: noisy.NoiseCase, name: str, method: noisy.Method) -> Measure:
    return lambda clips, told: noisy.measure_noise(name, method, case, clips, told)


def _asked(what: str, name: str, asked: Sequence[str], there: Collection[str]) -> bool:
    """Whether it is asked for; nothing asked for is all. UsageError for what there is not."""
    for word in asked:
        if word not in (*there, "all"):
            raise UsageError(f"--{what} {word}: this problem has {', '.join(there)}, or all")
    return not asked or "all" in asked or name in asked
