"""The farms' templates: each says what our command understands, and where its engine can be had, it really runs.

POSEBRIDGE_FARM names a Python with openjd-cli and opencue-pyoutline; without it what needs them skips.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.capture.mcap import write_session
from bridge.cli import build_parser
from bridge.frames import Motion
from bridge.simulate import as_session

ROOT = Path(__file__).resolve().parents[2]
FARM = ROOT / "packaging" / "farm"
NAMES = ("a", "b", "c")
FLAMENCO = """
const author = {
    Task: (name, type) => ({name, type, commands: [], needs: [], addCommand(one) { this.commands.push(one); },
                            addDependency(task) { this.needs.push(task.name); }}),
    Command: (name, parameters) => ({name, parameters}),
};
%s
const tasks = [];
compileJob({settings: %s, addTask(task) { tasks.push(task); }});
console.log(JSON.stringify({settings: JOB_TYPE.settings, tasks}));
"""
OPENCUE = """
import json, runpy, sys, types
told = json.loads(sys.argv[2])
job = runpy.run_path(sys.argv[1])["job"](types.SimpleNamespace(**told))
job.setup()
for layer in job.get_layers():
    first, _, last = layer.get_frame_range().partition("-")
    for frame in range(int(first), int(last or first) + 1):
        layer.execute(frame)
print(json.dumps([[one.get_name(), [str(need.get_depend_on_layer().get_name()) for need in one.get_depends()]]
                  for one in job.get_layers()]))
"""


@pytest.fixture
def takes(tmp_path: Path, swaying: Callable[..., Motion]) -> Path:
    """A folder with three sessions."""
    folder = tmp_path / "takes"
    folder.mkdir()
    for name in NAMES:
        write_session(folder / f"{name}.mcap", as_session(swaying(seconds=1)))
    return folder


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """The posebridge command of this checkout, as one file."""
    path = tmp_path / "posebridge"
    path.write_text(f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(ROOT))}\nexec {sys.executable} -m bridge "$@"\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def farm_python() -> Path:
    named = os.environ.get("POSEBRIDGE_FARM")
    if not named:
        pytest.skip("POSEBRIDGE_FARM names no Python with openjd-cli and opencue-pyoutline")
    return Path(named)


def understood(words: list[str]) -> argparse.Namespace:
    """As our command takes them; raises for what it does not know."""
    return build_parser(words[0]).parse_args(words)


def run(words: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=110)


def solved(out: Path) -> list[str]:
    return sorted(path.name.removesuffix(".solved.json") for path in out.glob("*.solved.json"))


def test_openjd_runs_every_share_once_and_then_the_report(farm_python: Path, takes: Path, command: Path) -> None:
    template, out = FARM / "posebridge.openjd.yaml", takes.parent / "out"
    given = {"Sessions": takes, "Out": out, "Shards": 2, "Engine": "echo", "Threads": 1, "Command": command}
    done = run([str(farm_python.parent / "openjd"), "run", str(template),
                *(word for name, value in given.items() for word in ("-p", f"{name}={value}"))])
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Chunks run: 3" in done.stdout and "openjd_progress: 100.0" in done.stdout
    rows = json.loads((out / "report.json").read_text())["rows"]
    assert solved(out) == list(NAMES) and [row["state"] for row in rows] == ["up to date"] * 3


def test_openjd_s_task_fails_with_its_session(farm_python: Path, takes: Path, command: Path) -> None:
    (takes / "d.mcap").write_text("no session")
    given = {"Sessions": takes, "Out": takes.parent / "out", "Shards": 1, "Engine": "echo", "Command": command}
    done = run([str(farm_python.parent / "openjd"), "run", str(FARM / "posebridge.openjd.yaml"), "--step", "Solve",
                *(word for name, value in given.items() for word in ("-p", f"{name}={value}"))])
    assert done.returncode != 0 and "d.mcap: not a session" in done.stdout and "code: 4" in done.stdout
    assert solved(takes.parent / "out") == list(NAMES)


def test_opencue_runs_every_share_and_reports_after_all(farm_python: Path, takes: Path, command: Path) -> None:
    out = takes.parent / "out"
    told = {"sessions": str(takes), "out": str(out), "shards": 2, "engine": "echo", "threads": 1,
            "command": str(command), "name": "test"}
    done = run([str(farm_python), "-c", OPENCUE, str(FARM / "posebridge_opencue.py"), json.dumps(told)],
               HOME=str(takes.parent))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [["solve", []], ["report", ["solve"]]]
    rows = json.loads((out / "report.json").read_text())["rows"]
    assert solved(out) == list(NAMES) and [row["state"] for row in rows] == ["up to date"] * 3


@pytest.mark.skipif(not shutil.which("node"), reason="no JavaScript engine to run Flamenco's job type in")
def test_flamenco_compiles_to_a_task_for_each_share_and_a_report() -> None:
    settings = {"sessions": "takes", "out": "solved", "shards": 3, "engine": "cuda", "threads": 2, "command": "pb"}
    source = FLAMENCO % ((FARM / "posebridge_flamenco.js").read_text(), json.dumps(settings))
    done = run(["node", "-e", source])
    told = json.loads(done.stdout)
    assert {setting["key"] for setting in told["settings"]} == set(settings)
    *shares, report = told["tasks"]
    assert report["needs"] == [task["name"] for task in shares]
    commands = [task["commands"][0]["parameters"] for task in told["tasks"]]
    assert {one["exe"] for one in commands} == {"pb"}
    args = [understood(one["args"]) for one in commands]
    assert [one.shard for one in args] == ["1/3", "2/3", "3/3", "1/1"] and args[-1].dry_run and args[0].engine == "cuda"


def test_deadline_s_tasks_are_the_shares() -> None:
    """One task for each frame of the job, and as many shares."""
    job, plugin = (dict(line.split("=", 1) for line in (FARM / f"deadline_{name}.info").read_text().splitlines())
                   for name in ("job", "plugin"))
    first, last = map(int, re.fullmatch(r"(\d+)-(\d+)", job["Frames"]).groups())  # type: ignore[union-attr]
    assert (job["Plugin"], job["ChunkSize"], first, plugin["Executable"]) == ("CommandLine", "1", 1, "posebridge")
    args = understood(shlex.split(plugin["Arguments"].replace("<STARTFRAME>", str(last))))
    assert (args.shard, args.progress, str(args.out)) == (f"{last}/{last}", "deadline", job["OutputDirectory0"])


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
def test_slurm_s_array_solves_all_of_it(takes: Path, command: Path) -> None:
    """As Slurm would run it: its variables set, and srun runs what it is given. An array may begin anywhere."""
    out, first = takes.parent / "out", 5
    srun = takes.parent / "srun"
    srun.write_text('#!/bin/sh\nexec "$@"\n')
    srun.chmod(0o755)
    own = {"PATH": f"{takes.parent}:{os.environ['PATH']}", "POSEBRIDGE": str(command), "ENGINE": "echo",
           "SLURM_ARRAY_TASK_MIN": str(first), "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_CPUS_PER_TASK": "1"}
    for task in (first, first + 1):
        done = run(["bash", str(FARM / "posebridge.slurm"), str(takes), str(out)], **own, SLURM_ARRAY_TASK_ID=str(task))
        assert done.returncode == 0, done.stderr
    assert solved(out) == list(NAMES) and (out / f"report-{first}.json").is_file()


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize(("code", "restarts", "requeued"), [(75, 0, True), (6, 2, True), (75, 3, False), (4, 0, False)])
def test_slurm_s_task_comes_back_where_that_may_help(tmp_path: Path, code: int, restarts: int, requeued: bool) -> None:
    for name, text in (("srun", f"exit {code}"), ("scontrol", f'echo "$@" > {tmp_path}/told')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    own = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "9",
           "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_JOB_ID": "12", "SLURM_RESTART_COUNT": str(restarts)}
    assert run(["bash", str(FARM / "posebridge.slurm"), "takes", "out"], **own).returncode == code
    told = (tmp_path / "told").read_text() if (tmp_path / "told").exists() else ""
    assert told == ("requeue 12_7\n" if requeued else "")


def test_slurm_s_options_are_ones_that_it_has() -> None:
    options = re.findall(r"^#SBATCH --([a-z-]+)", (FARM / "posebridge.slurm").read_text(), flags=re.M)
    assert set(options) == {"job-name", "ntasks", "cpus-per-task", "mem", "time", "requeue", "signal", "output"}
