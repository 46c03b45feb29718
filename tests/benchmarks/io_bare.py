"""The floor of the IO process: a ROUTER with the daemon's socket options that takes any message and answers some.

    python tests/benchmarks/io_bare.py EVERY

Prints its port, then answers one message in EVERY with a fixed pose, unread. A line on standard input asks for the
counts of messages taken and answered; the end of standard input ends it. io_rate.py runs it.
"""
from __future__ import annotations

import sys

import numpy as np
import zmq

from bridge.config import Limits, Timing
from bridge.frames import PoseFrame
from bridge.replies import Solved
from bridge.server_sockets import Socket
from bridge.wire_server import encode_server

POSE = PoseFrame(1 << 20, 1 << 40, np.ones(3, "f4"), np.tile(np.float32([0, 0, 0, 1]), (22, 1)), np.ones(22, "f4"),
                 np.arange(22) < 3)


def main() -> None:
    every, context = float(sys.argv[1]), zmq.Context()
    socket = Socket(context, ("127.0.0.1", 0), Limits().live_message_bytes, Timing(), True, {})
    print(socket.port, flush=True)
    poller = zmq.Poller()
    poller.register(socket.zmq, zmq.POLLIN)
    poller.register(sys.stdin.fileno(), zmq.POLLIN)
    answer, taken, answered, asked = encode_server(0, Solved(POSE, 1 << 40, 1 << 40)), 0, 0, "\n"
    while asked:
        readable = dict(poller.poll())
        for peer, _, _ in socket.arrived():
            taken += 1
            if taken >= (answered + 1) * every:
                answered += socket.send(peer, answer)
        if sys.stdin.fileno() in readable:
            asked = sys.stdin.readline()
            if asked:
                print(taken, answered, flush=True)
    socket.close()
    context.term()


if __name__ == "__main__":
    main()
