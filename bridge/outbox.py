"""What is to be said and ordered: the daemon decides into an outbox, the server empties it onto its sockets."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bridge.engine.orders import Order
from bridge.replies import ServerBody


class Line(Enum):
    CONTROL = auto()
    LIVE = auto()


@dataclass(frozen=True)
class Letter:
    line: Line
    peer: bytes
    request_id: int
    body: ServerBody
    keep: bool = True  # until there is room for it; what a newer one replaces is dropped all the same


class Outbox:
    """Letters to clients and orders to the engine, in the order they were decided."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._orders: list[Order] = []

    def control(self, peer: bytes, body: ServerBody, request_id: int = 0, keep: bool = True) -> None:
        self._letters.append(Letter(Line.CONTROL, peer, request_id, body, keep))

    def live(self, peer: bytes, body: ServerBody) -> None:
        self._letters.append(Letter(Line.LIVE, peer, 0, body))

    def order(self, order: Order) -> None:
        self._orders.append(order)

    def letters(self) -> list[Letter]:
        """Takes them out."""
        letters, self._letters = self._letters, []
        return letters

    def orders(self) -> list[Order]:
        """Takes them out."""
        orders, self._orders = self._orders, []
        return orders
