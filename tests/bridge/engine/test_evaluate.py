"""Evaluating as the command does, on almost no data."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bridge.config_commands import EvaluateOptions
from bridge.engine.evaluate import evaluate
from bridge.errors import InputMissing, ModelMissing, UsageError
from models.evaluation.cases import SECTIONS
from models.kinematics.rotations import matrix_to_sixd
from models.prior.checkpoint import Prior, Trained, save_prior
from models.prior.denoiser import Statistics
from models.prior.network import Network, NetworkConfig
from models.rivals.recipes import RECIPES

METRICS = {
    "mpjpe_cm", "upe_cm", "lpe_cm", "handpe_cm", "mpjre_deg", "mpjre_l1_deg", "mpjve_cm_s", "jitter", "jitter_truth",
    "foot_skate_cm_s", "floor_penetration_cm", "return_jump_cm", "frames_per_second", "passes_per_frame",
}
Archive = Callable[..., Path]
TINY = NetworkConfig(width=16, blocks=1, heads=2)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """An untrained prior."""
    t_pose = matrix_to_sixd(torch.eye(3).repeat(22, 1, 1)).flatten()
    path = tmp_path / "tiny.safetensors"
    save_prior(path, Prior(Network(TINY), TINY, Statistics(t_pose, 0.3, torch.full((22,), 0.3))))
    return path


@pytest.fixture
def options(small_archive: Archive, weights: Path) -> EvaluateOptions:
    archive = small_archive(clips=2, splits=(2, 2), seconds=0.8)
    return EvaluateOptions(data=(archive,), methods=("prior",), weights=(("", weights),), device="cpu", threads=1)


def test_every_method_and_body_has_a_row_with_every_metric(
    options: EvaluateOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = EvaluateOptions(data=options.data, weights=options.weights, device="cpu", threads=1)
    bodies = ("default", "Allx1.4")
    assert evaluate(replace(asked, sections=("bodies",), bodies=bodies, json=tmp_path / "rows.json")) == 0
    rows = json.loads((tmp_path / "rows.json").read_text())["sections"]["bodies"]
    assert [(row["case"], row["method"]) for row in rows] == [
        (body, method) for body in ("default", "Allx1.4") for method in ("ours", "reference", "prior")
    ]
    assert all(row.keys() >= METRICS for row in rows)
    assert {f"live_{name}" for name in METRICS if name.endswith(("cm", "deg"))} <= rows[0].keys()
    printed = capsys.readouterr().out
    assert "| Allx1.4 | reference |" in printed and "HandPE" in printed


def test_a_report_of_all_sections(options: EvaluateOptions, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    command = ("evaluate", "--data", "/somewhere/archive.npz", "--weights", "mine=/else/where.safetensors")
    asked = replace(options, sections=("all",), bodies=("default", "Allx0.6"), report=folder, command=command, limit=1)
    assert evaluate(asked) == 0
    text = (folder / "RESULTS.md").read_text()
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    there = {name: title for name, title in SECTIONS.items() if name != "low"}  # in 0.8 s nobody sits down
    assert headings == list(there.values())
    assert "posebridge evaluate --data archive.npz --weights mine=where.safetensors" in text and "/else" not in text
    pictures = {path.stem for path in folder.glob("*.png")}
    assert pictures == there.keys() | {"scale"}
    assert {f"![{stem}]({stem}.png)" for stem in pictures} <= set(text.splitlines())
    found: dict[str, Any] = json.loads((folder / "results.json").read_text())
    assert list(found["sections"]) == list(there)
    assert found["about"]["frames at 60 Hz"] == 48
    assert found["sections"]["noise"][1]["sensors"]["position_sd"] == 0.002


def test_latencies_stand_in_the_usual_table(
    options: EvaluateOptions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(replace(options, methods=("ours", "prior"), json=tmp_path / "rows.json")) == 0
    latency = json.loads((tmp_path / "rows.json").read_text())["latency_ms"]
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("| default | prior"))
    shown = [float(cell) for cell in line.split("|")[3:-1] if cell.strip() != "-"]
    told = latency["prior"]["latency_p50_ms"]  # to four digits: a cell is as near as two allow, whichever way it rounds
    assert latency.keys() == {"ours", "prior"} and any(abs(cell - told) < 0.0051 for cell in shown)


def test_a_report_says_which_priors_it_is_of(options: EvaluateOptions, weights: Path, tmp_path: Path) -> None:
    described = json.loads(weights.with_suffix(".json").read_text())
    for name, called in (("", "tiny"), ("mine", "mine")):
        asked = replace(options, weights=((name, weights),), sections=("bodies",), json=tmp_path / "rows.json")
        assert evaluate(asked) == 0
        said = json.loads((tmp_path / "rows.json").read_text())["about"]["priors, sha256"]
        assert said == f"{called} {described['sha256'][:16]}"


def test_several_processes_measure_what_one_does(
    small_archive: Archive, weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = small_archive(clips=3, splits=(2, 2, 2), seconds=0.8)
    asked = EvaluateOptions(data=(archive,), methods=("ours", "prior"), weights=(("", weights),), device="cpu",
                            sections=("bodies", "actions", "reliability"), bodies=("default", "UBx1.4"))
    found: list[dict[str, Any]] = []
    for jobs in (1, 2):
        assert evaluate(replace(asked, jobs=jobs, json=tmp_path / f"{jobs}.json")) == 0
        found.append(json.loads((tmp_path / f"{jobs}.json").read_text()))
    one, two = (each["sections"] for each in found)
    assert one.keys() == two.keys() and found[1]["about"]["device"] == "CPU, 1 thread in each of 2 jobs"
    for section in ("bodies", "actions"):
        for row, other in zip(one[section], two[section], strict=True):
            assert row.keys() == other.keys() and row["method"] == other["method"]
            for name in {"mpjpe_cm", "mpjre_deg", "live_mpjpe_cm", "jitter"} & row.keys():
                assert row[name] == pytest.approx(other[name], rel=1e-3)
    assert not capsys.readouterr().err


def test_priors_are_compared_by_name(options: EvaluateOptions, weights: Path, tmp_path: Path) -> None:
    priors = (("one", weights), ("two", weights))
    assert evaluate(replace(options, weights=priors, sections=("bodies",), json=tmp_path / "rows.json")) == 0
    rows = json.loads((tmp_path / "rows.json").read_text())["sections"]["bodies"]
    assert [row["method"] for row in rows] == ["prior (one)", "prior (two)"]
    assert rows[0]["mpjpe_cm"] == rows[1]["mpjpe_cm"]


def test_rivals_stand_beside_every_prior_or_once(options: EvaluateOptions, weights: Path, tmp_path: Path) -> None:
    """Untrained ones will do: those on the prior come once for each, those with weights of their own once."""
    names = []
    for name, (kind, config) in RECIPES.items():
        small = replace(config.network, width=16, blocks=1, heads=2)
        t_pose = matrix_to_sixd(torch.eye(3).repeat(22, 1, 1)).flatten()
        statistics = Statistics(t_pose, 0.3, torch.full((22,), 0.3))
        save_prior(tmp_path / f"{name}.safetensors", Trained(kind.build(small), small, statistics, kind=name))
        names.append(name)
    asked = replace(options, methods=(*names, "reference-head", "dps", "pigdm"), rivals=tmp_path, limit=1,
                    weights=(("a", weights), ("b", weights)), sections=("bodies",), json=tmp_path / "rows.json")
    assert evaluate(asked) == 0
    rows = json.loads((tmp_path / "rows.json").read_text())["sections"]["bodies"]
    on_priors = [f"{method} ({prior})" for prior in "ab" for method in ("reference-head", "dps", "pigdm")]
    assert [row["method"] for row in rows] == [*on_priors, *names]
    live = {row["method"] for row in rows if row.get("live_mpjpe_cm") is not None}
    assert live == {"regressor", "regressor-bones"}


def test_what_is_finished_is_kept(options: EvaluateOptions, tmp_path: Path) -> None:
    """The second section has nowhere to put its picture; the first one's results are there all the same."""
    folder = tmp_path / "report"
    (folder / "dropout.png").mkdir(parents=True)
    with pytest.raises(OSError):
        evaluate(replace(options, sections=("bodies", "dropout"), report=folder))
    assert list(json.loads((folder / "results.json").read_text())["sections"]) == ["bodies"]


def test_what_is_not_there_is_named(options: EvaluateOptions, tmp_path: Path) -> None:
    def refused(error: type[Exception], says: str, **changes: Any) -> None:
        with pytest.raises(error, match=says):
            evaluate(replace(options, **changes))

    refused(UsageError, "'Tailx2' is not 'default'", bodies=("Tailx2",))
    refused(UsageError, "theirs: no such method; there are ours, reference, prior", methods=("theirs",))
    refused(UsageError, "pigdm, bodiffusion, bodiffusion-local, regressor, regressor-bones", methods=("theirs",))
    refused(ModelMissing, "regressor.safetensors is missing; posebridge train --config regressor", rivals=tmp_path,
            methods=("regressor",))
    refused(UsageError, "weather: no such section; there are bodies, noise", sections=("weather",))
    refused(UsageError, "amass-p9: no such protocol; there are amass-p1, amass-p2", protocol="amass-p9")
    refused(ModelMissing, "none", weights=(("", tmp_path / "none.safetensors"),))
    refused(UsageError, "takes one folder", protocol="amass-p1", data=(tmp_path, tmp_path))
    refused(InputMissing, "lacks the AMASS data sets HumanEva, Transitions or Transitions_mocap", protocol="amass-p1",
            data=(tmp_path,))


def recordings(root: Path, *names: str) -> Path:
    """Synthetic recordings in AMASS' layout: a T-pose that stands in a Z-up world and drifts."""
    for number, name in enumerate(names):
        path = root / f"{name}_poses.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        poses = np.zeros((60, 156))
        poses[:, 0] = np.pi / 2
        poses[:, 5] = 0.1 * np.sin(np.linspace(0, 3, 60) + number)
        trans = np.linspace([0, 0, 0.9], [0.2, 0, 0.9], 60)
        np.savez(path, poses=poses, trans=trans, betas=np.zeros(16), gender="neutral", mocap_framerate=60.0)
    return root


def test_the_first_protocol_stands_beside_its_published_figures(options: EvaluateOptions, tmp_path: Path) -> None:
    root = recordings(tmp_path / "AMASS", "HumanEva/S1/Box_1", "HumanEva/S2/Walk", "Transitions_mocap/t/a", "KIT/3/b")
    folder = tmp_path / "report"
    asked = replace(options, data=(root,), protocol="amass-p1", report=folder, sections=("bodies",))
    assert evaluate(asked) == 0
    found = json.loads((folder / "results.json").read_text())
    rows = found["sections"]["bodies"]
    assert [row["case"] for row in rows] == [
        "default", "UBx1.4", "Armx1.4*Torsox0.7", "UBx0.85", "UBx1.17", "Armx0.85*Torsox1.17"]
    assert {name: part["clips"] for name, part in rows[0]["sources"].items()} == {"HumanEva": 2, "Transitions_mocap": 1}
    text = (folder / "RESULTS.md").read_text()
    assert "7.64 / 6.38" in text and "| prior, measured" in text
    assert f"{rows[0]['mpjpe_cm']:.2f} / {rows[0]['mpjre_l1_deg']:.2f}" in text


def test_the_second_protocol_tests_on_a_tenth(options: EvaluateOptions, tmp_path: Path) -> None:
    sets = ("CMU/01", "BioMotionLab_NTroje/rub1", "MPI_HDM05/bd")
    root = recordings(tmp_path / "AMASS", *(f"{name}/{number}" for name in sets for number in range(30)))
    folder = tmp_path / "report"
    assert evaluate(replace(options, data=(root,), protocol="amass-p2", report=folder, limit=2)) == 0
    (row,) = json.loads((folder / "results.json").read_text())["sections"]["bodies"]
    assert row["sources"].keys() == {"CMU", "BioMotionLab_NTroje", "MPI_HDM05"}
    assert all(1 <= part["clips"] <= 2 for part in row["sources"].values())
    text = (folder / "RESULTS.md").read_text()
    assert "HMD-Poser, published" in text and "prior, measured" in text


def test_who_is_low_is_measured_whatever_the_limit(
    options: EvaluateOptions, small_archive: Archive, tmp_path: Path
) -> None:
    crouching = small_archive(clips=3, splits=(2, 2, 2), seconds=0.8, called="crouch_")
    asked = replace(options, data=(crouching,), sections=("low",), report=tmp_path / "report", live=False, limit=1)
    assert evaluate(asked) == 0
    text = (tmp_path / "report" / "RESULTS.md").read_text()
    assert "| squatting, real" in text and "| all of the real ones |     3 |" in text
    assert (tmp_path / "report" / "low.png").is_file()
