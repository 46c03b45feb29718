"""The process beside the engine, a real one: what it is told, how it fails, and that it goes when it should. No errand
here gets as far as a prior: what commands make of files is tested with them and with a whole daemon."""
from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bridge.errors import InputInvalid, InputMissing, UsageError
from bridge.jobs.performer import Errand, Performer, Place, error_of
from bridge.messages import ErrorCode
from bridge.refusals import EngineRestarting, Refusal


@pytest.fixture(scope="module")
def performer() -> Iterator[Performer]:
    made = Performer(Place())
    yield made
    made.rest()


def lift(file: Path, *words: str) -> Errand:
    return Errand("lift", "take", (*words, f"--out={file.parent}", "--formats=npz", "--", str(file)))


def ignored(done: int, total: int) -> None:
    assert 0 <= done <= total


def processes() -> list[psutil.Process]:
    """Those of ours."""
    found = []
    for child in psutil.Process().children():
        try:
            found += [child] if "bridge.jobs.performing" in child.cmdline() else []
        except psutil.Error:
            continue
    return found


def test_an_errand_s_error_is_the_command_s_and_the_process_stays(performer: Performer, tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match=r"none\.json: no such file"):
        performer.perform(lift(tmp_path / "none.json"), ignored)
    (first,) = processes()
    (tmp_path / "bad.json").write_text("nothing of ours")
    with pytest.raises(InputInvalid, match=r"bad\.json: not JSON"):
        performer.perform(lift(tmp_path / "bad.json"), ignored)
    with pytest.raises(UsageError, match="unrecognized"):
        performer.perform(lift(tmp_path / "bad.json", "--fly"), ignored)
    assert processes() == [first]


def test_a_process_that_dies_is_told_of_and_replaced(performer: Performer, tmp_path: Path) -> None:
    """Killed while it works, and while it waits."""
    missing = lift(tmp_path / "none.json")
    with pytest.raises(InputMissing):
        performer.perform(missing, ignored)
    (first,) = processes()
    first.send_signal(signal.SIGSTOP)  # so that it answers nothing before it is killed

    def kill(done: int, total: int) -> None:
        os.kill(first.pid, signal.SIGKILL)

    with pytest.raises(EngineRestarting, match="ended with status -9"):
        performer.perform(missing, kill)
    with pytest.raises(InputMissing):
        performer.perform(missing, ignored)
    assert len(processes()) == 1 and processes() != [first]


def test_work_that_is_not_wanted_any_more_is_killed(performer: Performer, tmp_path: Path) -> None:
    class Unwanted(Exception):
        pass

    def refuse(done: int, total: int) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        performer.perform(lift(tmp_path / "none.json"), refuse)
    assert processes() == []
    performer.rest()


@pytest.mark.parametrize(("told", "error", "code"), [
    ({"error": "TooShort", "message": "2"}, "TooShort", None),
    ({"error": "OSError", "errno": 28, "message": "full"}, "OSError", None),
    ({"error": "MemoryError", "message": ""}, "MemoryError", None),
    ({"error": "ModelMissing", "message": "no prior"}, "Refusal", ErrorCode.ENGINE_FAILED),
    ({"error": "ZeroDivisionError", "message": "ours"}, "Refusal", ErrorCode.ENGINE_FAILED),
    ({"error": "of_code", "message": "a function"}, "Refusal", ErrorCode.ENGINE_FAILED),
])
def test_errors_come_across(told: dict[str, object], error: str, code: ErrorCode | None) -> None:
    raised = error_of(told)
    assert type(raised).__name__ == error and (code is None or (isinstance(raised, Refusal) and raised.code is code))
