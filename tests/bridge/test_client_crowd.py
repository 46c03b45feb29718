"""No answer is lost between waiting and looking."""
from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest
import zmq

from bridge.client_crowd import Crowd
from bridge.client_live import Answer, LiveSession
from bridge.frames import JOINT_COUNT, PoseFrame

POSE = PoseFrame(7, 0, np.zeros(3, np.float32), np.zeros((JOINT_COUNT, 4), np.float32),
                 np.zeros(JOINT_COUNT, np.float32), np.zeros(JOINT_COUNT, bool))


class Late:
    """A session whose answer comes just after the wait for it ended."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket = socket

    def poll(self) -> Answer:
        return Answer(POSE, 1, 2, 0, 0)


@pytest.fixture
def socket() -> Iterator[zmq.Socket[bytes]]:
    context = zmq.Context()
    made = context.socket(zmq.PAIR)
    yield made
    made.close(0)
    context.term()


def test_an_answer_that_comes_as_the_wait_ends_is_not_dropped(socket: zmq.Socket[bytes]) -> None:
    crowd = Crowd([cast(LiveSession, Late(socket))])
    assert [(number, answer.pose.sequence) for number, answer in crowd.answers(0.0)] == [(0, 7)]
