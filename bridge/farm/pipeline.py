"""All takes of a batch through one daemon that is opened once."""
from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from bridge.client import Client
from bridge.farm.batch import Execute, Left, Told
from bridge.farm.flight import Flight
from bridge.farm.hands import hands, processes_for
from bridge.farm.stream import LOOK_S, Stream
from bridge.farm.unit import Prepare

Meanwhile = Callable[[], None]
FRAMES_ON_GPU = 1 << 18  # of takes under way at a time: some batches


def in_turn(prepare: Prepare, open_flight: Callable[[Meanwhile], Flight], processes: int | None = None) -> Execute:
    """`open_flight`: to a daemon that is ready, whoever waits for it calling what it is given again and again;
    `processes`: that read and write, None for as many as are worth it."""

    def execute(left: Left, told: Told) -> None:
        count = processes_for(len(left), os.cpu_count()) if processes is None else processes
        with hands(prepare, count) as crew, Stream(crew, told) as stream:
            for unit, row in left:
                stream.add(unit, row)
            stream.flight = open_flight(partial(stream.turn, LOOK_S))  # takes are read while the daemon starts
            while not stream.over:
                stream.turn()

    return execute


def flight_of(client: Client) -> Flight:
    """To a daemon that is ready."""
    there = client.clips()
    return Flight(there, FRAMES_ON_GPU) if client.welcome.device.startswith("cuda") else Flight(there)
