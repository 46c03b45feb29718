from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bridge.commands import evaluate
from bridge.config_commands import PROBLEMS, EvaluateOptions
from bridge.errors import UsageError


def parsed(line: str) -> EvaluateOptions:
    parser = argparse.ArgumentParser()
    evaluate.arguments(parser)
    return evaluate.options(parser.parse_args(line.split()))


def test_arguments_become_options() -> None:
    asked = parsed("--data a.npz --methods ours,prior --bodies default,UBx1.4 --limit 3 --json t.json --noise-mm 0")
    assert asked.methods == ("ours", "prior")
    assert asked.bodies == ("default", "UBx1.4")
    assert parsed("--data a.npz --jobs 4").jobs == 4
    assert (asked.limit, asked.json, asked.noise_mm, asked.split) == (3, Path("t.json"), 0.0, "test")


def test_what_is_not_asked_is_as_usual() -> None:
    assert parsed("--data a.npz") == EvaluateOptions(data=(Path("a.npz"),))
    assert parsed("--data a.npz --methods regressor --rivals trained").rivals == Path("trained")
    asked = parsed("--data A --sections all --no-live --report out --protocol amass-p2")
    assert (asked.sections, asked.live, asked.report, asked.protocol) == (("all",), False, Path("out"), "amass-p2")


def test_priors_have_names() -> None:
    assert parsed("--data a.npz --weights run/new.safetensors").weights == (("", Path("run/new.safetensors")),)
    assert parsed("--data a.npz --weights mine=run/new.safetensors").weights == (("mine", Path("run/new.safetensors")),)
    several = parsed("--data a.npz --weights run/new.safetensors --weights old=run/a=b.safetensors")
    assert several.weights == (("new", Path("run/new.safetensors")), ("old", Path("run/a=b.safetensors")))


def test_every_problem_that_may_be_asked_for_is_there() -> None:
    from bridge.engine.evaluate_problem import PROBLEMS as THERE

    assert tuple(THERE) == PROBLEMS


@pytest.mark.parametrize(
    "words", ["--methods ,", "--sections ,", "--weights a=1 --weights a=2", "--weights x/a --weights a", "--jobs 0",
              "--seconds 0.5"]
)
def test_none_of_a_thing_or_two_of_one_name_is_refused(words: str) -> None:
    with pytest.raises(UsageError):
        parsed(f"--data a.npz {words}")
