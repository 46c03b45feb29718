"""Which problem `posebridge evaluate` measures: each has its own sections, methods and tables."""
from __future__ import annotations

from collections.abc import Callable

from bridge.config_commands import EvaluateOptions
from bridge.engine.evaluate import evaluate
from bridge.engine.evaluate_fill import evaluate_fill
from bridge.engine.evaluate_lift import evaluate_lift
from bridge.errors import UsageError

PROBLEMS: dict[str, Callable[[EvaluateOptions], int]] = {
    "trackers": evaluate, "lift": evaluate_lift,
    "complete": evaluate_fill, "inbetween": evaluate_fill, "clean": evaluate_fill,
    "generate": evaluate_fill,
}


def evaluate_problem(options: EvaluateOptions) -> int:
    """Measure the problem that is asked for; the command's exit status."""
    if options.problem not in PROBLEMS:
        raise UsageError(f"--problem {options.problem}: no such problem; there are {', '.join(PROBLEMS)}")
    return PROBLEMS[options.problem](options)
