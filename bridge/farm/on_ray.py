"""The units of a batch on a Ray cluster: one place of work for each device, where a GPU solves many units together.

Ray starts places and tells of their end; what is done, and what is made again, is ours (dispatch.py, the receipts).
Every machine must have this version of PoseBridge, and see the sessions and --out under the same paths.
"""
from __future__ import annotations

import io
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bridge.errors import DeviceFailed, PoseBridgeError, UsageError, of_code
from bridge.farm.batch import Execute, Left, Told
from bridge.farm.dispatch import TRIES, Dispatch
from bridge.farm.equipment import Ended, Equipment
from bridge.farm.row import FAILED
from bridge.farm.unit import Unit

log = logging.getLogger(__name__)

LOCAL = "local"
ABREAST, ABREAST_ON_GPU = 4, 256  # units that it is worth to have at a place: one GPU solves hundreds in one go
PATIENCE_S = 600.0  # for a cluster in which nobody works
ANSWERS_S = 10.0
PROCESSES_BESIDE_A_GPU = 4  # that read and write


def on_ray(address: str, equipment: Equipment) -> Execute:
    """`address`: of a cluster that runs, or LOCAL for one on this machine that ends with the batch."""

    def execute(left: Left, told: Told) -> None:
        with _cluster(address) as ray:
            _Run(ray, equipment, left, told).run()

    return execute


class _Run:
    """Waits for whatever ends next, in a cluster that is there."""

    def __init__(self, ray: Any, equipment: Equipment, left: Left, told: Told) -> None:
        self._ray, self._equipment, self._told = ray, equipment, told
        self._left = left
        self._starting: dict[Any, Any] = {}  # what is waited for -> its place
        self._working: dict[Any, tuple[Any, int]] = {}  # its place and the number of what is made there
        self._refused: Ended | None = None
        count, self._resources = places(ray.cluster_resources(), equipment)
        self._abreast = ABREAST
        if "num_gpus" in self._resources:
            self._abreast, self._equipment = ABREAST_ON_GPU, replace(equipment, processes=PROCESSES_BESIDE_A_GPU)
        self._table: Dispatch[Any, int] = Dispatch(range(len(left)), self._abreast)
        for _ in range(min(count, len(left))):
            self._start()

    def run(self) -> None:
        while not self._table.over:
            for place, number in self._table.hand_out(len(self._starting)):
                self._working[place.make.remote(_absolute(self._left[number][0]))] = place, number
            if self._table.idle and not self._starting:
                raise _why(self._refused)
            ended, _ = self._ray.wait([*self._working, *self._starting], num_returns=1, timeout=PATIENCE_S)
            if not ended and not self._working:
                raise DeviceFailed(f"the cluster has had no place to work for {PATIENCE_S:.0f} s")
            for reference in ended:
                self._settle(reference)

    def _start(self) -> None:
        from bridge.farm.workplace import Workplace  # where there is a cluster: it takes half a second

        options = {"max_concurrency": self._abreast, **self._resources}
        place = self._ray.remote(Workplace).options(**options).remote(self._equipment)
        self._starting[place.ready.remote()] = place

    def _settle(self, reference: Any) -> None:
        place, number = self._working.pop(reference, None) or (self._starting.pop(reference), None)
        try:
            told: Ended = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._lost(place, error)
            return
        if number is not None:
            self._table.ended(place, number)
            self._end(number, told)
        elif told.state == FAILED:
            self._refused = told
        else:
            self._table.is_ready(place)

    def _lost(self, place: Any, error: Exception) -> None:
        """Another in its place, wherever the cluster has room."""
        self._working = {reference: at for reference, at in self._working.items() if at[0] != place}
        for number in self._table.lost(place):
            said = f"lost {TRIES} times while it was solved: {str(error).splitlines()[0]}"
            self._end(number, Ended(FAILED, DeviceFailed.exit_code, said))
        if not self._table.over:
            self._start()

    def _end(self, number: int, told: Ended) -> None:
        row = self._left[number][1]
        row.state, row.code, row.said, row.seconds, row.about = (
            told.state, told.code, told.said, told.seconds, told.about)
        self._told.ended(row)


def places(resources: dict[str, float], equipment: Equipment) -> tuple[int, dict[str, float]]:
    """How many places a cluster has room for, and what each takes: a GPU, or so many CPU cores."""
    gpus = int(resources.get("GPU", 0)) if equipment.engine in ("auto", "cuda") else 0
    if gpus:
        return gpus, {"num_gpus": 1, "num_cpus": 1}
    return max(int(resources.get("CPU", 0) // equipment.threads), 1), {"num_cpus": equipment.threads}


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    if address == LOCAL and "RAY_AUTH_MODE" not in os.environ:  # else it would keep a token in the home
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    if find_spec("ray") is None:
        raise UsageError("--ray needs Ray: pip install 'posebridge[farm]'")
    _somebody_listens(address)
    ray = import_module("ray")
    logging.getLogger("ray").setLevel(logging.ERROR)  # what it thinks of this machine is no line of ours
    own = {"include_dashboard": False} if address == LOCAL else {}
    try:
        with own_sigterm():
            ray.init(address=address, log_to_driver=False, configure_logging=False, **own)
    except Exception as error:  # a machine that is too busy to begin is one: its own kinds for that are few
        raise DeviceFailed(f"no Ray cluster at {address}: {' '.join(str(error).split())}") from None
    with redirect_stdout(LogLines()):
        try:
            yield ray
        finally:
            ray.shutdown()


def _somebody_listens(address: str) -> None:
    """Raises DeviceFailed; Ray itself would look for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if host and port.isdecimal():
        try:
            socket.create_connection((host.strip("[]"), int(port)), ANSWERS_S).close()
        except OSError as error:
            raise DeviceFailed(f"no Ray cluster at {address}: {error.strerror or error}") from None


@contextmanager
def own_sigterm() -> Iterator[None]:
    """Ray, when it begins, takes SIGTERM for itself, and would end us with a code that is none of ours."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    except SystemExit as told:
        raise SystemExit(128 + signal.SIGTERM if told.code == signal.SIGTERM else told.code) from None
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


class LogLines(io.TextIOBase):
    """What Ray prints of its nodes, as lines of the log: stdout is for progress and results."""

    def write(self, text: str) -> int:
        for line in filter(None, map(str.strip, text.splitlines())):
            log.warning("Ray: %s", line)
        return len(text)


def _absolute(unit: Unit) -> Unit:
    """Other machines have other working directories."""
    take = unit.take
    body = take.body and take.body.absolute()
    return replace(unit, take=replace(take, source=take.source.absolute(), body=body), out=unit.out.absolute())


def _why(refused: Ended | None) -> PoseBridgeError:
    if refused is None:
        return DeviceFailed("the cluster lost every place to work")
    return (of_code(refused.code) or PoseBridgeError)(refused.said)
