"""Devices in over UDP, a body out over UDP, the echo engine between."""
from __future__ import annotations

import socket
import threading

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from bridge.cli import main


def headset() -> bytes:
    message = OscMessageBuilder("/VMC/Ext/Hmd/Pos")
    for value in ("headset", 0.25, 1.62, 0.5, 0.0, 0.0, 0.0, 1.0):
        message.add_arg(value)
    return bytes(message.build().dgram)


def test_a_headset_comes_in_and_a_body_goes_out(capsys: pytest.CaptureFixture[str]) -> None:
    with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as avatar,
          socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device):
        avatar.bind(("127.0.0.1", 0))
        avatar.settimeout(20)
        device.bind(("127.0.0.1", 0))
        listen = ("127.0.0.1", device.getsockname()[1])
        device.close()
        left = threading.Event()

        def send() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                while not left.wait(0.01):
                    sender.sendto(headset(), listen)

        sender, codes = threading.Thread(target=send), list[int]()
        ports = f"--listen 127.0.0.1:{listen[1]} --out 127.0.0.1:{avatar.getsockname()[1]}"
        words = f"vmc --engine echo {ports} --seconds 9"
        command = threading.Thread(target=lambda: codes.append(main(words.split())))
        sender.start()
        command.start()
        try:
            messages = [timed.message for _ in range(6) for timed in OscPacket(avatar.recv(2000)).messages]
        finally:
            command.join(30)
            left.set()
            sender.join()
    hips = [message.params for message in messages if message.params[0] == "Hips"]
    assert hips and hips[0][1:4] == pytest.approx([0.25, 1.62 - 0.585, 0.5], abs=0.2)
    assert codes == [0] and "poses sent" in capsys.readouterr().out


@pytest.mark.parametrize("words", ["--wear a=nose", "--wear a", "--out here", "--listen 127.0.0.1:99999", "--rate 0"])
def test_what_cannot_be_is_refused(words: str) -> None:
    assert main(["vmc", *words.split()]) == 2
