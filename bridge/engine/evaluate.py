"""What `posebridge evaluate` does: motion files in, every method measured, tables and a report out.

METHODS is the one table of methods by name. A builder is `(solver, seed) -> Method`: the solver holds the prior that
is measured, the seed is of whatever the method draws. Rivals that have weights of their own are in rivals.py.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import torch

from bridge.capture.amass_protocols import PROTOCOLS
from bridge.commands.console import counting
from bridge.config_commands import EvaluateOptions
from bridge.engine.data import read_measured
from bridge.engine.jobs import Benchmarks, elsewhere
from bridge.engine.measured import about
from bridge.engine.processes import Processes, processes
from bridge.engine.published import published_section
from bridge.engine.reliability import reliability
from bridge.engine.results import Results
from bridge.engine.rivals import CHAINS, RIVAL_WEIGHTS, TRAINED, BuildMethod, with_gradients
from bridge.engine.solver import choose_device, load_solver_prior
from bridge.engine.tables import ABOUT, evaluation_table
from bridge.errors import UsageError
from bridge.report import say
from models.evaluation.benchmark import Benchmark
from models.evaluation.cases import COMPARING, SECTIONS, Case, cases_of
from models.evaluation.low import low_clips
from models.evaluation.methods import Method, ours, prior_only, reference
from models.evaluation.sensors import SensorConfig
from models.kinematics.scaling import STANDARD_BODIES, parse_body
from models.prior.checkpoint import Prior
from models.solver import solver_of

METHODS: dict[str, BuildMethod] = {
    "ours": ours, "reference": with_gradients(reference), "prior": prior_only, **CHAINS,
}
ALL = ("all",)
RELIABILITY = "reliability"  # the section that is of priors, not of methods
LOW = "low"  # the section that has clips of its own
USUAL = "usual"  # the clips of the others


def evaluate(options: EvaluateOptions) -> int:
    """Print the table of every method on every body; write what was asked for, anew after every section."""
    sections = _sections(options)
    _check_methods(options.methods)
    cases = _cases(options, sections)
    priors, benchmarks = _made(options)
    if LOW in cases and not benchmarks[LOW].clips:
        cases.pop(LOW)
        say(f"section {LOW} is left out: nobody in the {options.split} split is low, or stands still to be made so", 0)
    results = Results(about(options, priors, benchmarks[USUAL].clips, choose_device(options.device)),
                      options.report, options.json)
    with processes(options.jobs, partial(benchmarks_of, options)) as shared:
        _measure(results, benchmarks, cases, priors, options.thorough, shared)
    if options.protocol and "bodies" in results.sections:
        results.extra = published_section(options.protocol, results.sections["bodies"])
        results.write()
    _print(results)
    return 0


def benchmarks_of(options: EvaluateOptions) -> Benchmarks:
    """The clips of the section LOW, whatever the limit, for they are few; those of the other sections as USUAL."""
    return _made(options)[1]


def _made(options: EvaluateOptions) -> tuple[dict[str, Prior], dict[str, Benchmark]]:
    torch.set_num_threads(options.threads)
    device = choose_device(options.device)
    priors = {name: load_solver_prior(path).to(device) for name, path in options.weights or (("", None),)}
    methods = list(_methods(options, priors))
    low = low_clips(read_measured(replace(options, limit=None)), options.seed) if LOW in _sections(options) else []
    usual = Benchmark(methods, read_measured(options), options.live)
    return priors, {USUAL: usual, LOW: Benchmark(methods, low, live=False)}


def _measure(
    results: Results, benchmarks: dict[str, Benchmark], cases: dict[str, list[Case]], priors: dict[str, Prior],
    thorough: bool, shared: Processes[Benchmarks] | None,
) -> None:
    """Every section under one bar; the usual case serves the section of latencies too."""
    usual, low = benchmarks[USUAL], benchmarks[LOW]
    quick = () if thorough else [section for section in cases if section not in COMPARING]  # without slow methods
    faults = [case for name in quick for case in cases[name]]
    total = usual.work(case for name, several in cases.items() if name not in (LOW, *quick) for case in several)
    total += usual.work(faults, quick=True) + low.work(cases.get(LOW, []))
    total += len(priors) * sum(len(clip.root) for clip in usual.clips) if RELIABILITY in cases else 0
    with counting("evaluating", total) as on_frames:
        for name, benchmark in benchmarks.items():
            benchmark.on_frames = on_frames
            benchmark.elsewhere = elsewhere(shared, name, on_frames) if shared else None
        for section, several in cases.items():
            if section == RELIABILITY:
                results.attach(section, reliability(priors, usual.clips, on_frames))
                continue
            timed = usual.methods if section == "latency" else ()
            latencies = {method.name: usual.latency(method, _longest_window(priors)) for method in timed}
            measured = low if section == LOW else usual
            results.add(section, measured.rows(several, quick=section in quick), latencies)


def _print(results: Results) -> None:
    for section, rows in results.sections.items():
        if section == "bodies" or len(results.sections) == 1:
            print(evaluation_table(rows, results.latencies))
            print(ABOUT)
    if results.reliability:
        print(results.reliability)
    for path in filter(None, (results.folder and results.folder / "RESULTS.md", results.json)):
        print(path)


def _sections(options: EvaluateOptions) -> list[str]:
    asked = tuple(SECTIONS) if options.sections == ALL else options.sections
    for name in asked:
        if name not in SECTIONS:
            raise UsageError(f"--sections {name}: no such section; there are {', '.join(SECTIONS)}, or all")
    if options.protocol not in ("", *PROTOCOLS):
        raise UsageError(f"--protocol {options.protocol}: no such protocol; there are {', '.join(PROTOCOLS)}")
    return [name for name in SECTIONS if name in asked]


def _cases(options: EvaluateOptions, sections: Sequence[str]) -> dict[str, list[Case]]:
    sensors = SensorConfig(position_sd=options.noise_mm / 1000, seed=options.seed)
    bodies = _bodies(options)
    return {section: cases_of(section, bodies, sensors) for section in sections}


def _bodies(options: EvaluateOptions) -> Sequence[str]:
    """As asked; else the protocol's; else all of the standard ones where all sections are wanted."""
    usual = PROTOCOLS[options.protocol].bodies if options.protocol else ("default",)
    names = options.bodies or (ALL if options.sections == ALL and not options.protocol else usual)
    if names == ALL:
        return STANDARD_BODIES
    for name in names:
        try:
            parse_body(name)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return names


def _check_methods(names: Sequence[str]) -> None:
    there = [*METHODS, *TRAINED]
    for name in names:
        if name not in there:
            raise UsageError(f"--methods {name}: no such method; there are {', '.join(there)}")


def _methods(options: EvaluateOptions, priors: dict[str, Prior]) -> Iterator[Method]:
    """Those on a prior with every prior; then those with weights of their own, once."""
    solvers = {name: solver_of(prior) for name, prior in priors.items()}
    for name, solver in solvers.items():
        yield from (_named(METHODS[method](solver, options.seed), name) for method in options.methods
                    if method in METHODS)
    first = next(iter(solvers.values()))
    yield from (TRAINED[method](options.rivals or RIVAL_WEIGHTS, first) for method in options.methods
                if method in TRAINED)


def _named(method: Method, prior: str) -> Method:
    return replace(method, name=f"{method.name} ({prior})") if prior else method


def _longest_window(priors: dict[str, Prior]) -> int:
    return max(prior.config.frames for prior in priors.values())
