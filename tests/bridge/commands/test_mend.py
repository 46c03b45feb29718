"""posebridge complete, inbetween, clean and generate, from words to files and exit codes."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.capture.load import load_motions
from bridge.cli import main
from bridge.commands.generate import read_path
from bridge.errors import InputInvalid, InputMissing, NotFinite, UsageError
from bridge.export.bvh import write_bvh
from bridge.frames import JOINT_INDEX
from tests.bridge.engine.test_mending import moving


@pytest.fixture
def take(tmp_path: Path) -> Path:
    write_bvh(tmp_path / "take.bvh", moving())
    return tmp_path / "take.bvh"


def test_complete_leaves_the_formats_that_are_asked_for(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = take.parent / "out"
    words = ["complete", str(take), "--missing", "R_arm", "--frames", "40-80", "--out", str(out)]
    assert main([*words, "--formats", "bvh,npz,png"]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["take.bvh", "take.npz", "take.png"]
    assert str(out / "take.bvh") in capsys.readouterr().out
    made, true = load_motions(out / "take.npz")[0], load_motions(take)[0]
    assert np.allclose(made.local_xyzw[:, JOINT_INDEX["L_knee"]], true.local_xyzw[:, JOINT_INDEX["L_knee"]], atol=1e-4)
    elbow = JOINT_INDEX["R_elbow"]
    assert np.abs(made.local_xyzw[60, elbow] - true.local_xyzw[60, elbow]).max() > 1e-3


def test_inbetween_clean_and_generate_leave_motion(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = take.parent / "out"
    how = ["--out", str(out), "--formats", "npz"]
    assert main(["inbetween", str(take), "--every", "40", *how]) == 0
    assert len(load_motions(out / "take.npz")[0]) == 120
    assert main(["inbetween", str(take), "--keys", "1-3", "--spacing", "0.5", *how]) == 0
    assert len(load_motions(out / "take.npz")[0]) == 61
    assert main(["clean", str(take), *how]) == 0
    assert "noise of 0.0" in capsys.readouterr().out
    made = ["generate", "--seconds", "1", "--count", "2", "--start", f"{take}:7", *how]
    assert main(made) == 0
    first = (out / "generated0.npz").read_bytes()
    assert (out / "generated1.npz").read_bytes() != first
    kept = load_motions(out / "generated0.npz")[0].local_xyzw
    assert main(made) == 0
    assert np.array_equal(load_motions(out / "generated0.npz")[0].local_xyzw, kept)


def test_a_broken_file_does_not_stop_the_others(take: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, broken = take.parent / "out", take.parent / "broken.bvh"
    broken.write_text("no motion")
    asked = [str(broken), str(take.parent / "none.bvh"), str(take)]
    assert main(["clean", *asked, "--out", str(out), "--formats", "npz"]) == 4
    said = capsys.readouterr()
    assert str(out / "take.npz") in said.out and "broken.bvh" in said.err and "none.bvh" in said.err
    assert [path.name for path in out.iterdir()] == ["take.npz"]


@pytest.mark.parametrize(("words", "code"), [
    (["complete", "TAKE"], 2), (["complete", "TAKE", "--missing", "tail"], 2),
    (["complete", "TAKE", "--missing", "head", "--frames", "900"], 4), (["complete", "TAKE", "--frames", "3"], 2),
    (["complete", "none.bvh", "--missing", "head"], 3),
    (["complete", "TAKE", "--missing", "all"], 4), (["complete", "TAKE", "TAKE", "--missing", "head"], 2),
    (["inbetween", "TAKE"], 2), (["inbetween", "TAKE", "--every", "0"], 2), (["inbetween", "TAKE", "--keys", "3"], 4),
    (["inbetween", "TAKE", "--keys", "1,9", "--spacing", "0"], 2), (["clean", "TAKE", "--strength", "-1"], 41),
    (["clean", "TAKE", "--weights", "none.safetensors"], 5), (["clean", "TAKE", "--threads", "0"], 2),
    (["clean", "TAKE", "--device", "cuda:99"], 6), (["generate", "--seconds", "0"], 41),
    (["generate", "--start", "TAKE:500"], 4), (["generate", "--path", "1,2"], 2),
    (["generate", "--path", "0,0;300,0"], 41), (["generate", "--count", "0"], 2),
])
def test_what_cannot_be_has_its_exit_code(
    words: list[str], code: int, take: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [word.replace("TAKE", str(take)) for word in words]
    assert main([*said, "--out", str(take.parent / "out")]) == code
    assert capsys.readouterr().err.count("\n") == 1


def test_paths_are_points(tmp_path: Path) -> None:
    file = tmp_path / "way.json"
    file.write_text("[[0, 0], [0, 3]]")
    assert read_path("0,0;0,3").tolist() == read_path(str(file)).tolist() == [[0, 0], [0, 3]]
    file.write_text("[[0, 0, 1]]")
    with pytest.raises(InputInvalid):
        read_path(str(file))
    with pytest.raises(NotFinite):
        read_path("0,0;nan,1")
    with pytest.raises(UsageError):
        read_path("a,b")
    with pytest.raises(InputMissing):
        read_path(str(tmp_path / "none.json"))
