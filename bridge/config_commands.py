"""What `posebridge train` and `posebridge evaluate` were asked, handed to bridge/engine. Plain Python."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# What evaluate can measure: names of bridge/engine/evaluate_problem.py.
PROBLEMS = ("trackers", "lift", "complete", "inbetween", "clean", "generate")
SPLITS = ("train", "validation", "test")  # their place is their number in the data files


@dataclass(frozen=True)
class TrainOptions:
    """Train a network on the training split of `data` and leave it, with its log, in `out`."""

    data: tuple[Path, ...]  # motion archives, AMASS files or folders
    out: Path
    windows: int = 420_000  # training windows to see
    minutes: float | None = None  # to train for, in place of so many windows
    batch: int = 64
    seed: int = 0
    resume: bool = False  # go on from the last save in `out`
    device: str = "auto"  # auto, cpu, cuda or cuda:N
    threads: int = 2
    learning_rate: float | None = None  # at its highest; None: the recipe's
    width: int | None = None  # numbers a frame inside the network; None: the recipe's
    blocks: int | None = None  # of the network, likewise
    config: str = "default"  # which network and recipe: a name of bridge/engine/train.py
    compiled: bool = True  # compile the network where a compiler is at hand
    smpl: Path | None = None  # folder of body model files: AMASS performers keep their own bones
    start: Path | None = None  # weights to start from, or a shipped prior's name; None: from nothing
    measure: Path | None = None  # train nothing: leave this prior in `out`, anew measured how sure it may be


@dataclass(frozen=True)
class EvaluateOptions:
    """Measure each method with each prior over one split of `data`, section by section."""

    data: tuple[Path, ...]  # with a protocol: the one folder that AMASS' data sets are in
    problem: str = "trackers"  # one of PROBLEMS; the others have sections and methods of their own, () is all of them
    split: str = "test"  # one of SPLITS
    protocol: str = ""  # of bridge/capture/amass_protocols.py: it chooses the clips
    sections: tuple[str, ...] = ("bodies", "latency")  # of models/evaluation/cases.py, in that order; ("all",): all
    methods: tuple[str, ...] = ("ours", "reference", "prior")  # names of bridge/engine/evaluate.py
    bodies: tuple[str, ...] = ()  # e.g. UBx1.4, Armx1.4*Torsox0.7; ("all",): the standard ones; (): as sections want
    limit: int | None = None  # clips of each data file, spread evenly; None: all
    seconds: float = 4.0  # of each clip, from its middle, where the problem is not trackers
    live: bool = True  # whether to measure live answers, frame by frame, too
    json: Path | None = None  # every number
    report: Path | None = None  # a folder for RESULTS.md, results.json and pictures
    thorough: bool = False  # every method in every section, also where faults are varied and a method is slow
    weights: tuple[tuple[str, Path], ...] = ()  # priors by name; (): the shipped one
    rivals: Path | None = None  # the folder of the trained rivals' weights; None: where shipped ones would be
    device: str = "auto"
    threads: int = 1  # of each process
    jobs: int = 1  # processes that clips are dealt out to
    noise_mm: float = 0.0  # standard deviation of the trackers' positions
    seed: int = 0
    smpl: Path | None = None
    command: tuple[str, ...] = ()  # the words that asked for all this, for the report
