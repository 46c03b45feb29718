from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli import COMMANDS, guarded, main
from bridge.errors import Busy, InputMissing, TrackerUnknown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert f"posebridge {command}" in told.split("examples:")[1]


def test_help_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)
    assert "exit codes" in told


def test_help_needs_neither_torch_nor_a_socket() -> None:
    line = "import sys, bridge.cli; bridge.cli.build_parser(None); print({'torch', 'zmq', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("module,late", [
    ("bridge.commands.solve", {"torch", "zmq", "scipy", "google.protobuf", "rich", "PIL", "ray"}),
    ("bridge.commands.serve", {"torch", "zmq", "scipy", "google.protobuf", "rich", "numpy"}),
    ("bridge.serving", {"torch", "zmq", "scipy", "google.protobuf", "numpy"})])
def test_what_starts_a_process_first_loads_little_before(module: str, late: set[str]) -> None:
    line = f"import sys, {module}; print({late} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("words", [["walk"], ["solve"], [], ["solve", "a.mcap"], ["serve", "--threads", "many"]])
def test_wrong_usage_is_one_line_and_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith("posebridge: ")
    assert said.count("\n") == 1


EVERY = """
from bridge.cli import COMMANDS, main
print([main([name, "--no-such-flag", *words]) for name in COMMANDS for words in (
    ["--log-format", "json"], ["--log-format=json"], [])][::3])
print(main(["--log-format", "json"]), main(["walk", "--log-format", "json"]))
"""


def test_wrong_usage_of_any_command_is_one_json_line_where_lines_are_json() -> None:
    """Once it has been asked for, a process's lines are all alike."""
    done = subprocess.run([sys.executable, "-c", EVERY], capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == f"{[2] * len(COMMANDS)}\n2 2\n" and len(told) == 3 * len(COMMANDS) + 2
    assert all((line["level"], line["code"]) == ("ERROR", 2) and line["message"] for line in told)


def test_a_log_format_that_there_is_not_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "a.mcap", "--log-format", "loud"]) == 2 and main(["info", "--log-format"]) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["posebridge"] * 2


def raiser(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InputMissing("x.mcap: no such file"), 3, "posebridge: x.mcap: no such file\n"),
        (TrackerUnknown("no joint\ncalled tail"), 44, "posebridge: no joint called tail\n"),
        (Busy("full"), 75, "posebridge: full\n"),
        (PermissionError(13, "Permission denied", "/out"), 1, "posebridge: Permission denied: /out\n"),
        (KeyboardInterrupt(), 130, "posebridge: interrupted\n"),
        (ZeroDivisionError("by zero"), 1,
         "posebridge: a fault of ours: ZeroDivisionError: by zero (--debug shows where)\n"),
    ],
)
def test_an_error_is_one_line_with_its_own_code(
    error: BaseException, code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: raiser(error)) == code
    assert capsys.readouterr().err == line


def test_debug_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: raiser(ZeroDivisionError("by zero")), debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_missing_file_keeps_its_code_through_a_whole_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bridge", "info", str(tmp_path / "none.mcap")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
