"""What figures were measured with, for the head of a report: date, data, seed, device, priors, the command."""
from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from bridge import __version__
from bridge.config_commands import EvaluateOptions
from models.prior.checkpoint import Prior
from models.training.dataset import Clip


def about(options: EvaluateOptions, priors: Mapping[str, Prior], clips: Sequence[Clip], device: str) -> dict[str, Any]:
    """Facts in order. Of paths only the last name is told."""
    counted = Counter(clip.source for clip in clips)
    limited = f", at most {options.limit} of each file" if options.limit else ""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "command": shlex.join(["posebridge", *(_short(word) for word in options.command)]) if options.command else "",
        "data": ", ".join(path.name for path in options.data),
        "split": options.protocol or options.split,
        "clips": f"{len(clips)} ({', '.join(f'{source} {count}' for source, count in counted.items())}){limited}",
        "frames at 60 Hz": sum(len(clip.root) for clip in clips),
        "seed": options.seed,
        "position noise mm": options.noise_mm,
        "device": _device(device, options.threads, options.jobs),
        "priors, sha256": ", ".join(f"{name or _file(options)} {prior.notes['sha256'][:16]}"
                                    for name, prior in priors.items()),
        "versions": f"posebridge {__version__}, torch {torch.__version__}",
    }


def _file(options: EvaluateOptions) -> str:
    """Of the only prior."""
    return options.weights[0][1].stem if options.weights else "as shipped"


def _short(word: str) -> str:
    """A path's last name; NAME=FILE keeps its name."""
    name, equals, path = word.partition("=") if "=" in word else ("", "", word)
    return f"{name}{equals}{Path(path).name}" if "/" in path else word


def _device(device: str, threads: int, jobs: int) -> str:
    threaded = f"{threads} thread" + "s" * (threads != 1) + (f" in each of {jobs} jobs" if jobs > 1 else "")
    return f"{torch.cuda.get_device_name(device)} and {threaded}" if device.startswith("cuda") else f"CPU, {threaded}"
