"""A white picture to draw on in CSS pixels: smooth shapes below, sharp words above."""

from __future__ import annotations

import io
from typing import Literal

from PIL import Image, ImageDraw

from bot.digest.workbook.fonts import runs

SCALE = 2  # for sharp screens
SMOOTH = 3  # shapes are drawn so many times larger and made smaller
Colour = str | tuple[int, int, int]
Point = tuple[float, float]


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.large = SCALE * SMOOTH
        self.image = Image.new("RGB", (width * self.large, height * self.large), "white")
        self.shapes = ImageDraw.Draw(self.image)
        self.words: list[tuple[float, float, str, float, Colour, str]] = []

    def at(self, *values: float) -> list[int]:
        return [round(value * self.large) for value in values]

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        x0, y0, x1, y1 = self.at(left, top, right, bottom)
        if x1 > x0 and y1 > y0:
            self.shapes.rectangle((x0, y0, x1 - 1, y1 - 1), fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float, dash: tuple[float, float] = (0, 0)) -> None:
        """Through all *points*; with *dash* (drawn, left out) only straight from the first to the last."""
        thick = max(1, round(width * self.large))
        if not dash[0]:
            flat = [value for point in points for value in self.at(*point)]
            self.shapes.line(flat, fill=colour, width=thick, joint="curve")
            return
        (x0, y0), (x1, y1) = points[0], points[-1]
        length = abs(x1 - x0) + abs(y1 - y0)
        place = 0.0
        while place < length:
            ends = (place / length, min(place + dash[0], length) / length)
            flat = [value for part in ends for value in self.at(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)]
            self.shapes.line(flat, fill=colour, width=thick)
            place += sum(dash)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.shapes.ellipse(self.at(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def text(
        self, x: float, y: float, words: str, size: float, colour: Colour, align: Literal["left", "middle", "right"] = "left"
    ) -> None:  # fmt: skip
        """*y* is the middle of the line."""
        self.words.append((x, y, words, size, colour, align))

    @staticmethod
    def length(words: str, size: float) -> float:
        """How wide *words* are."""
        return sum(font.getlength(stretch) for stretch, font in runs(words, round(size * SCALE))) / SCALE

    def png(self) -> bytes:
        picture = self.image.resize((self.width * SCALE, self.height * SCALE), Image.Resampling.BOX)
        pen = ImageDraw.Draw(picture)
        for x, y, words, size, colour, align in self.words:
            left = x - {"left": 0.0, "middle": 0.5, "right": 1.0}[align] * self.length(words, size)
            place = left * SCALE
            # The middle of Chinese characters, whatever stands in the line: else digits would dance.
            for stretch, font in runs(words, round(size * SCALE)):
                ascent = font.getbbox("国", anchor="ls")
                pen.text((place, y * SCALE - (ascent[1] + ascent[3]) / 2), stretch, fill=colour, font=font, anchor="ls")
                place += font.getlength(stretch)
        buffer = io.BytesIO()
        picture.quantize(256, method=Image.Quantize.MEDIANCUT).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
