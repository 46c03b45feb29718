"""The engine's process: takes orders, solves, reports. Started by the daemon:

    python -m bridge.engine.worker --address ADDRESS --engine cpu|cuda|auto|echo [--weights FILE] [--threads N]
        [--fuse] [--compile]

The key of the connection comes on the first line of standard input. A thread reads orders as they come, so that
whoever sends them never waits; others solve clips (lanes.py), and live ticks go before their next step.
"""
from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from pathlib import Path

from bridge.engine import link
from bridge.engine.clip_work import ClipWork
from bridge.engine.inbox import Inbox
from bridge.engine.interface import Engine, LivePose
from bridge.engine.lanes import Ended, Outcome, Stepped
from bridge.engine.orders import (
    CancelJob,
    ClipRows,
    CloseSlot,
    OpenSlot,
    Order,
    Poses,
    Ready,
    Report,
    SolveLive,
    Stop,
    fault,
)
from bridge.engine.pulse import Pulse
from bridge.frames import Setup

ORPHAN_S = 5.0  # the daemon is gone: what still runs has this long to notice


class Worker:
    """One engine and the orders for it. An error of one order is reported, and the next one is taken."""

    def __init__(self, engine: Engine, inbox: Inbox, report: Callable[[Report], None]) -> None:
        self._engine = engine
        self._inbox = inbox
        self._report = report
        self.steps = 0  # done: orders, and pieces of clips
        self.clips = ClipWork(engine, inbox.tell, report)

    def run(self) -> None:
        """Until told to stop."""
        while True:
            order = self._inbox.next(wait=False)
            if order is None:
                self.clips.go_on()
                if not self.clips.report_next():
                    order = self._inbox.next(wait=True)
            if isinstance(order, Stop):
                return
            if order is not None:
                self._obey(order)
            self.steps += 1

    def _obey(self, order: Order | Outcome) -> None:
        match order:
            case SolveLive():
                self.clips.hold()
                self._solve_live(order)
            case OpenSlot(slot, setup):
                self.clips.hold()
                self._open(slot, setup)
            case CloseSlot(slot):
                self.clips.hold()
                self._engine.close(slot)
            case ClipRows():
                self.clips.take(order)
            case CancelJob(job):
                self.clips.cancel(job)
            case Stepped() | Ended():
                self.clips.hear(order)

    def _open(self, slot: int, setup: Setup) -> None:
        try:
            self._engine.open(slot, setup)
        except Exception as error:  # for the session of this slot alone
            self._report(fault("slot", slot, error))

    def _solve_live(self, order: SolveLive) -> None:
        """All at once; where that fails, one by one, so that the fault of one session stays with it."""
        try:
            poses = self._engine.solve_live(order.slots, order.windows, order.times_s)
            self._report(Poses(order.tick, order.slots, poses))
        except Exception as error:  # see above; a lost connection shows again at the next report
            self._report(self._solve_singly(order, error))

    def _solve_singly(self, order: SolveLive, error: Exception) -> Poses:
        solved: dict[int, LivePose] = {}
        for slot, window, time_s in zip(order.slots, order.windows, order.times_s, strict=True):
            try:
                if len(order.slots) == 1:
                    raise error
                solved[slot] = self._engine.solve_live([slot], [window], [time_s])[0]
            except Exception as own:
                self._report(fault("slot", slot, own))
        return Poses(order.tick, tuple(solved), tuple(solved.values()))


def work(connection: Connection, load: Callable[[], Engine], on_lost: Callable[[], None] = lambda: None) -> None:
    """Loads the engine and serves it on the connection until told to stop or the other end is gone."""

    def report(message: Report) -> None:
        data = link.encode(message)
        with one_at_a_time:
            connection.send_bytes(data)

    inbox, one_at_a_time = Inbox(connection, on_lost), threading.Lock()
    try:
        gc.disable()  # of what is being loaded nothing is garbage: to look took a tenth of the time
        try:
            engine = load()
        except Exception as error:  # the daemon decides what that means
            report(fault("load", 0, error))
            return
        finally:
            gc.enable()
        gc.freeze()  # what is loaded stays: collecting it again and again would stop a tick for milliseconds
        report(Ready(engine.info()))
        worker = Worker(engine, inbox, report)
        with Pulse(lambda: worker.steps, report, worker.clips.cpu_s):
            try:
                worker.run()
            finally:
                worker.clips.close()
    except (BrokenPipeError, ConnectionError):
        return  # the daemon is gone, and with it whoever would read this


def loader(
    engine: str, weights: Path | None, threads: int, fuse: bool = False, compiled: bool = False
) -> Callable[[], Engine]:
    """A function that makes the named engine; torch and scipy are imported only when it is called."""

    def load() -> Engine:
        if engine == "echo":
            from bridge.engine.echo import EchoEngine

            return EchoEngine()
        from bridge.engine.solver import load_engine

        made: Engine = load_engine(weights, engine, threads, fuse, compiled)
        return made

    return load


def connect(address: str, key: bytes) -> Connection:
    """To a Unix socket's path, or to host:port."""
    host, colon, port = address.rpartition(":")
    return Client((host, int(port)) if colon and port.isdigit() else address, authkey=key)


def _leave_soon() -> None:
    time.sleep(ORPHAN_S)
    os._exit(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", required=True)
    parser.add_argument("--engine", required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fuse", action="store_true")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the daemon says when to stop
    key = bytes.fromhex(sys.stdin.readline().strip())
    load = loader(args.engine, args.weights, args.threads, args.fuse, args.compile)
    work(connect(args.address, key), load, _leave_soon)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # nothing is left to put away: to take torch apart takes as long as a clip
