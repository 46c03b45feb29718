"""An evaluation of trackers shared out among processes, each of which measures its part of the clips.

What comes out is what one process gives, but for the rounding of live answers, which depends on how many are solved
together.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from bridge.engine.processes import Processes
from models.evaluation.benchmark import Benchmark, Elsewhere, OnFrames, Part
from models.evaluation.cases import Setup

Benchmarks = Mapping[str, Benchmark]


def elsewhere(shared: Processes[Benchmarks], name: str, on_frames: OnFrames) -> Elsewhere:
    """Has the named benchmark measured there."""

    def begin(method: str, setup: Setup) -> Callable[[], list[Part]]:
        parts = [shared.begin(_part, name, method, setup, part, shared.count) for part in range(shared.count)]
        return partial(_collect, parts, on_frames)

    return begin


def _collect(parts: list[Future[tuple[Part, int]]], on_frames: OnFrames) -> list[Part]:
    collected = []
    for waited in parts:
        part, frames = waited.result()
        on_frames(frames)
        collected.append(part)
    return collected


def _part(own: Benchmarks, name: str, method: str, setup: Setup, part: int, parts: int) -> tuple[Part, int]:
    """Every `parts`th clip from `part` on, and how many frames were solved for them."""
    solved: list[int] = []
    mine = replace(own[name], clips=own[name].clips[part::parts], on_frames=solved.append)
    (one,) = (each for each in mine.methods if each.name == method)
    return mine.part(one, setup), sum(solved)
