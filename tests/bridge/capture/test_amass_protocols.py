"""Published splits of AMASS: the right folders, the right files, and errors that name what is missing."""
from __future__ import annotations

from pathlib import Path

import pytest

from bridge.capture.amass import TEST_DATASETS
from bridge.capture.amass_protocols import PROTOCOLS, in_tenth, protocol_files
from bridge.errors import InputInvalid, InputMissing

P1, P2 = PROTOCOLS["amass-p1"], PROTOCOLS["amass-p2"]


def empty_files(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_the_first_protocol_takes_two_data_sets_whole(tmp_path: Path) -> None:
    root = empty_files(
        tmp_path, "HumanEva/S1/b_poses.npz", "HumanEva/S1/a_stageii.npz", "HumanEva/S1/shape.npz",
        "Transitions/t/c_poses.npz", "CMU/01/d_poses.npz",
    )
    found = {name: [path.name for path in paths] for name, paths in protocol_files(root, P1).items()}
    assert found == {"HumanEva": ["a_stageii.npz", "b_poses.npz"], "Transitions": ["c_poses.npz"]}
    assert {name for names in P1.datasets for name in names} == TEST_DATASETS  # which training leaves out


def test_the_second_takes_a_tenth_of_three_by_name_alone(tmp_path: Path) -> None:
    names = [f"CMU/{subject:02}/{take:02}_poses.npz" for subject in range(20) for take in range(20)]
    root = empty_files(tmp_path, *names, *(name.replace("CMU", "BMLrub") for name in names),
                       *(name.replace("CMU", "HDM05") for name in names))
    found = protocol_files(root, P2)
    assert list(found) == ["CMU", "BMLrub", "HDM05"]
    assert all(25 < len(paths) < 60 for paths in found.values())
    chosen = found["CMU"][0]
    assert in_tenth(Path("elsewhere") / chosen.relative_to(root))


def test_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="no such folder"):
        protocol_files(tmp_path / "AMASS", P1)
    (tmp_path / "CMU").mkdir()
    with pytest.raises(InputMissing, match="sets BMLrub or BioMotionLab_NTroje, HDM05 or MPI_HDM05"):
        protocol_files(tmp_path, P2)
    root = empty_files(tmp_path, "HumanEva/S1/shape.npz", "Transitions_mocap/t/c_poses.npz")
    with pytest.raises(InputInvalid, match="HumanEva: 0 AMASS recordings"):
        protocol_files(root, P1)
