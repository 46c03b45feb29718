from __future__ import annotations

import argparse
from pathlib import Path

from bridge.commands import train


def test_arguments_become_options() -> None:
    parser = argparse.ArgumentParser()
    train.arguments(parser)
    asked = train.options(parser.parse_args("--data a.npz b --out run --windows 100 --resume --threads 3".split()))
    assert asked.data == (Path("a.npz"), Path("b"))
    assert (asked.windows, asked.resume, asked.threads, asked.out) == (100, True, 3, Path("run"))
