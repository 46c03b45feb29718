"""From private copies to staged files; commands and the engine are fakes here."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bridge.capture.load import load_session
from bridge.commands.formats import Formats
from bridge.commands.outputs import write_solved
from bridge.errors import InputInvalid, UsageError
from bridge.export.bvh_style import BvhStyle
from bridge.messages import ErrorCode
from bridge.messages_jobs import GetJobResult, JobState
from bridge.refusals import EngineRestarting


@pytest.fixture
def place(bench: Any) -> Any:
    for folder in ("left", "right"):
        (bench.allowed / folder).mkdir()
        (bench.allowed / folder / "seen.json").write_text(folder)
        (bench.allowed / folder / "camera.json").write_text(f"camera {folder}")
    (bench.allowed / "take").mkdir()
    (bench.allowed / "take" / "take_1_keypoints.json").write_text("{}")
    return bench


def rows(bench: Any, job: str) -> Any:
    return bench.office.answer(GetJobResult(job)).files


def test_a_command_gets_private_copies_and_its_results_are_staged(place: Any) -> None:
    """Two files of one name do not meet; the receipt is the last of the results."""
    seen: list[str] = []

    def look(on_progress: Any) -> None:
        seen.extend(f"{path.relative_to(place.spool)}={path.read_text()}"
                    for path in sorted(place.spool.rglob("*")) if path.is_file())

    place.before_solving = look
    views = tuple(("view", f"{place.allowed}/{side}/seen.json:{place.allowed}/{side}/camera.json")
                  for side in ("left", "right"))
    job = place.office.answer(place.asked(problem="lift", options=(*views, ("rate", "30")))).job
    assert place.run() == 1 and place.outputs() == ["seen.camera.json", "seen.npz", "seen.solved.json"]
    assert sorted(one.rpartition("=")[2] for one in seen) == ["camera left", "camera right", "left", "right"]
    (errand,) = place.errands
    assert (errand.problem, errand.name) == ("lift", "seen") and "--rate=30.0" in errand.words
    assert not any(str(place.allowed) in word for word in errand.words)
    (row,) = rows(place, job)
    assert (row.state, row.frames) == (JobState.DONE, 7)
    assert [Path(one.path).name for one in row.outputs] == ["seen.camera.json", "seen.npz", "seen.solved.json"]
    assert list(place.spool.iterdir()) == []


def test_a_folder_is_copied_with_its_files(place: Any) -> None:
    place.office.answer(place.asked("take", problem="lift", options=(("size", "1920x1080"), ("rate", "30"))))
    place.before_solving = lambda on_progress: found.extend(place.spool.rglob("take/take_1_keypoints.json"))
    found: list[Path] = []
    assert place.run() == 1 and len(found) == 1 and place.errands[0].words[-1].endswith("/take")


@pytest.mark.parametrize("changed", ["camera.json", "new_keypoints.json"])
def test_what_was_changed_after_it_was_submitted_is_not_used(place: Any, changed: str) -> None:
    options = (("camera", f"{place.allowed}/left/camera.json"), ("rate", "30"))
    job = place.office.answer(place.asked("take", problem="lift", options=options)).job
    folder = place.allowed / ("left" if changed == "camera.json" else "take")
    (folder / changed).write_text("something else")
    assert place.run() == 1 and place.errands == [] and place.outputs() == []
    assert "was changed after the job was submitted" in rows(place, job)[0].message


def test_every_seed_is_done_by_itself_and_goes_on_after_a_kill(place: Any) -> None:
    asked = place.asked(problem="generate", options=(("seed", "3"), ("count", "3"), ("seconds", "1")))
    job = place.office.answer(asked).job
    assert place.work.run_next(0.0)
    place.restart()
    assert place.run() == 2 and place.outputs() == ["generated3.npz", "generated4.npz", "generated5.npz"]
    assert [word for errand in place.errands for word in errand.words if word.startswith("--seed")] == [
        "--seed=3", "--seed=4", "--seed=5"]
    assert [row.file for row in rows(place, job)] == ["seed 3", "seed 4", "seed 5"]


def test_errors_name_the_files_that_were_submitted(place: Any) -> None:
    def refuse(on_progress: Any) -> None:
        (copy,) = place.spool.rglob("seen.json")
        raise InputInvalid(f"{copy}: not JSON")

    place.before_solving = refuse
    job = place.office.answer(place.asked("left/seen.json", problem="lift")).job
    assert place.run() == 1
    assert rows(place, job)[0].message == f"{place.allowed}/left/seen.json: not JSON"


@pytest.mark.parametrize(("error", "code", "tries"), [
    (UsageError("--rate HZ"), ErrorCode.INVALID, 1), (EngineRestarting("killed"), ErrorCode.ENGINE_FAILED, 3),
    (OSError(28, "No space left"), ErrorCode.DISK_FULL, 1), (MemoryError(), ErrorCode.INTERNAL, 1)])
def test_what_ends_a_try_is_a_row_in_the_end(place: Any, error: Exception, code: ErrorCode, tries: int) -> None:
    tried = []

    def fail(on_progress: Any) -> None:
        tried.append(1)
        raise error

    place.before_solving = fail
    job = place.office.answer(place.asked("left/seen.json", problem="lift")).job
    assert place.run() == 1 and len(tried) == tries
    assert rows(place, job)[0].code is code and place.outputs() == []


def test_no_result_is_written_over_a_file_of_the_job_that_nobody_foresaw(place: Any) -> None:
    """A lift leaves a camera's file too, which may be the very one it was given."""
    camera = place.allowed / "seen.camera.json"
    camera.write_text("mine")
    asked = place.asked("left/seen.json", problem="lift", out="", options=(("camera", str(camera)),))
    job = place.office.answer(asked).job
    assert place.run() == 1 and "would be written over a file of the job" in rows(place, job)[0].message
    assert camera.read_text() == "mine" and not (place.allowed / "seen.npz").exists()


def test_sessions_leave_the_same_files_as_solve_in_any_format(bench: Any) -> None:
    kinds, session = ("bvh", "glb", "vrma"), load_session(bench.allowed / "a.mcap")
    wanted = write_solved(bench.folder, "a", bench.solve(session, lambda done, total: None), session,
                          Formats(kinds, BvhStyle("m", "z", "XYZ")))
    style = (("bvh-unit", "m"), ("bvh-up", "z"), ("bvh-order", "XYZ"))
    bench.office.answer(bench.asked("a.mcap", formats=kinds, options=style))
    assert bench.run() == 1 and bench.outputs() == ["a.bvh", "a.glb", "a.vrma"]
    for file in wanted:
        assert (bench.allowed / "out" / file.name).read_bytes() == file.read_bytes(), file
