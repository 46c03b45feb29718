from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bridge.commands import evaluate
from bridge.config_commands import EvaluateOptions
from bridge.errors import UsageError


def parsed(line: str) -> EvaluateOptions:
    parser = argparse.ArgumentParser()
    evaluate.arguments(parser)
    return evaluate.options(parser.parse_args(line.split()))


def test_arguments_become_options() -> None:
    asked = parsed("--data a.npz --methods ours,prior --bodies default,UBx1.4 --limit 3 --json t.json --noise-mm 0")
    assert asked.methods == ("ours", "prior")
    assert asked.bodies == ("default", "UBx1.4")
    assert (asked.limit, asked.json, asked.noise_mm, asked.split) == (3, Path("t.json"), 0.0, "test")


@pytest.mark.parametrize("words", ["--methods ,", "--bodies ,"])
def test_no_method_or_no_body_is_refused(words: str) -> None:
    with pytest.raises(UsageError):
        parsed(f"--data a.npz {words}")
