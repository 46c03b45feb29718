"""A picture to draw on, by Pillow alone: lines, shapes, words. Drawn at twice its size, so that edges are smooth.

A chart library makes an object of each thing that is drawn, and of each mark of an axis, which costs more than the
drawing: five times as much in all, and a second when it is loaded. Places are pixels from the upper left corner.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

Points = NDArray[np.float64]
Place = tuple[float, float]
FINER = 2  # times
SHADES, NEARLY_WHITE = 256, 252  # of a saved picture, whose shades are means of some
FONT = Path("mpl-data/fonts/ttf/DejaVuSans.ttf")
FAR = 1e6  # pixels
THIN = 2  # of what is so thin, FINER times, nobody sees the corners


@dataclass(frozen=True)
class Room:
    """A part of a picture, pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top

    @property
    def middle(self) -> Place:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class _Words:
    place: Place
    said: str
    size: int
    colour: str
    anchor: str
    upright: bool


class Canvas:
    """What is drawn beyond its edges is not there. Words are above all else, whenever they were written."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (FINER * width, FINER * height), "white")
        self._draw = ImageDraw.Draw(self._image)
        self._words: list[_Words] = []

    def line(self, way: Points, colour: str, width: float, rounded: bool = False) -> None:
        """Through places (N, 2), where they are numbers; `rounded`: at all of them."""
        thick = max(1, round(FINER * width))
        for part in _unbroken(_finer(way)):
            self._draw.line(part.ravel().tolist(), fill=colour, width=thick)
            for place in part if rounded and thick > THIN else ():
                self._draw.ellipse(_around(place, (thick - 1) / 2), fill=colour)

    def shape(self, corners: Points, colour: str) -> None:
        """Filled, (N, 2)."""
        self._draw.polygon(_finer(corners).ravel().tolist(), fill=colour)

    def outline(self, room: Room, colour: str = "black") -> None:
        """A pixel wide, and within."""
        right, bottom = FINER * room.right - 1, FINER * room.bottom - 1
        self._draw.rectangle((FINER * room.left, FINER * room.top, right, bottom), outline=colour, width=FINER)

    def ring(self, middle: Points, radius: float, colour: str) -> None:
        self._draw.ellipse(_around(_finer(middle), FINER * radius), outline=colour, width=round(1.4 * FINER))

    def disc(self, middle: Points, radius: float, colour: str) -> None:
        self._draw.ellipse(_around(_finer(middle), FINER * radius), fill=colour)

    def put(self, other: Canvas, left: int, top: int) -> None:
        """What is drawn on another, its corner there."""
        self._image.paste(other._image, (FINER * left, FINER * top))

    def words(
        self, place: Place, said: str, size: int = 11, colour: str = "black", anchor: str = "mm", upright: bool = False
    ) -> None:
        """`anchor`: which point of them is there, as Pillow names them; `upright`: they run upwards, the middle there.
        """
        self._words.append(_Words(place, said, size, colour, anchor, upright))

    def save(self, path: Path) -> None:
        """As PNG."""
        image = self._image.reduce(FINER)
        draw = ImageDraw.Draw(image)
        for words in self._words:
            if words.upright:
                _write_upright(image, words)
            else:
                draw.text(words.place, words.said, fill=words.colour, font=_font(words.size), anchor=words.anchor)
        about = PngInfo()
        about.add_text("Software", "posebridge")
        few = image.quantize(SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.putpalette([255 if part > NEARLY_WHITE else part for part in few.getpalette() or ()])
        few.save(path, "png", pnginfo=about, compress_level=3)


def paler(colour: str, strength: float) -> str:
    """The colour on white, seen through so much: 1 is all of it."""
    return "#" + "".join(f"{round(255 + strength * (part - 255)):02x}" for part in ImageColor.getrgb(colour))


def width_of(said: str, size: int = 11) -> float:
    """Of words, pixels."""
    return _font(size).getlength(said)


def _finer(places: Points) -> Points:
    """As they are drawn; what is far outside stays near enough for whole numbers."""
    return np.clip(FINER * places, -FAR, FAR)


def _unbroken(way: Points) -> Iterable[Points]:
    known = np.isfinite(way).all(axis=-1)
    if known.all():
        return [way]
    parts = np.split(way, np.flatnonzero(np.diff(known)) + 1)
    return [part for part in parts if np.isfinite(part[0]).all()]


def _around(middle: Points, radius: float) -> tuple[float, float, float, float]:
    across, down = middle.tolist()
    return across - radius, down - radius, across + radius, down + radius


def _write_upright(image: Image.Image, words: _Words) -> None:
    font = _font(words.size)
    left, top, right, bottom = font.getbbox(words.said)
    mask = Image.new("L", (round(right - left), round(bottom - top)))
    ImageDraw.Draw(mask).text((-left, -top), words.said, fill=255, font=font)
    turned = mask.transpose(Image.Transpose.ROTATE_90)
    corner = round(words.place[0] - turned.width / 2), round(words.place[1] - turned.height / 2)
    image.paste(words.colour, (*corner, corner[0] + turned.width, corner[1] + turned.height), turned)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """matplotlib's, which has more of the world's letters, where it lies; Pillow's own else."""
    library = find_spec("matplotlib")
    for folder in library.submodule_search_locations or () if library else ():
        file = Path(folder) / FONT
        if file.is_file():
            return ImageFont.truetype(file, size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
