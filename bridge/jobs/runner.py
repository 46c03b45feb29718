"""The process that keeps jobs and works them off. Started by the daemon (server_jobs.py), which speaks to it over the
socket that is its standard input: what it is to do as JSON, then clients' questions, each answered in turn. At the end
of that socket it leaves at once, wherever it is: what it was doing is on disk.
"""
from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
import time
from multiprocessing.connection import Connection as Line

from bridge.client import Client
from bridge.config import Limits
from bridge.errors import PoseBridgeError
from bridge.frames import Motion, Session
from bridge.jobs.office import Office
from bridge.jobs.orders import Orders, orders_from_json
from bridge.jobs.roots import Roots
from bridge.jobs.store import JobStore
from bridge.logs import log_handler
from bridge.messages import ErrorCode, Refused
from bridge.messages_jobs import JobRequest
from bridge.refusals import Refusal, refusal_of
from bridge.replies import ServerBody
from bridge.wire_client import decode_client
from bridge.wire_server import encode_server

log = logging.getLogger(__name__)
READY_S = 3.0
NICER = 10  # live sessions' processes go first
IDLE_S = 60.0  # a process for what is no session is kept so long


def answer(office: Office, payload: bytes, limits: Limits) -> bytes:
    """One question's answer, which may be a refusal."""
    ticket, body = decode_client(payload, limits)
    try:
        if isinstance(body, Refused):
            raise body.error
        if not isinstance(body, JobRequest):
            raise Refusal(ErrorCode.MALFORMED, f"{type(body).__name__} is not about jobs")
        said: ServerBody = office.answer(body)
    except PoseBridgeError as error:
        said = refusal_of(error)
    except Exception as error:  # of this question: the next may pass
        log.exception("a question about jobs")
        said = refusal_of(Refusal(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}"))
    return encode_server(ticket, said)


def work(office: Office, orders: Orders) -> None:
    """For ever. The readers and writers are imported here, so that questions need not wait for them."""
    try:
        from bridge.jobs.making import Making, OnProgress
        from bridge.jobs.performer import Performer, Place
        from bridge.jobs.work import Work

        def solve(session: Session, on_progress: OnProgress) -> Motion:
            with Client.at(orders.connection) as client:
                client.wait_ready(READY_S)
                return client.solve_clip(session.setup, session.clip, on_progress)

        spool = orders.folder / "spool"
        shutil.rmtree(spool, ignore_errors=True)
        spool.mkdir(mode=0o700)
        performer = Performer(Place(orders.weights, orders.device, orders.threads))
        roots = Roots(orders.roots)
        working = Work(office, roots, Making(roots, orders.limits, solve, performer.perform), spool)
        while True:
            if not working.run_next(IDLE_S):
                performer.rest()
    except BaseException:
        log.exception("the work on jobs ended")
        os._exit(1)  # the daemon starts it anew


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the daemon says when to stop
    line = Line(os.dup(0))
    orders = orders_from_json(line.recv_bytes())
    logging.basicConfig(level=logging.INFO, handlers=[log_handler(orders.log_format)])
    os.nice(NICER)
    try:
        store = JobStore(orders.folder)
    except PoseBridgeError as error:
        log.error("%s", error)
        os._exit(1)
    office = Office(store, Roots(orders.roots), orders.solver, orders.prior, lambda: time.time_ns() // 1_000_000,
                    orders.limits, orders.kept_s)
    threading.Thread(target=work, args=(office, orders), name="work", daemon=True).start()
    try:
        while True:
            line.send_bytes(answer(office, line.recv_bytes(), orders.limits))
    except (EOFError, OSError):
        os._exit(0)


if __name__ == "__main__":
    main()
