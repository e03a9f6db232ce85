"""How other people mark an option: their boxes, their pens, what they strike out again; and what lies on the paper and is no mark."""

from __future__ import annotations

import random
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageDraw

from tests.scans import fonts

Page = npt.NDArray[np.uint8]
Square = tuple[float, float, float, float]  # left, top, right, bottom
Point = tuple[float, float]
INKS = {
    "black": (28, 28, 32),
    "blue": (35, 55, 150),
    "light blue": (70, 100, 190),
    "red": (200, 35, 45),
    "pencil": (118, 116, 114),
}

# In, over and beside the box, over and around the words behind it.
PENS = (
    "tick",
    "tick long",
    "tick left",
    "tick over words",
    "scribble",
    "ring box",
    "ring words",
    "ring both",
    "cross short",
    "slash",
    "dot",
    "typed ✓",
)
FRAMES = ("drawn", "□", "☐", "口", "○", "[ ]", "（  ）")
DIRT = ("", "fold", "smudge", "hair", "worn", "other side", "specks", "marker", "shadow")


class Pen:
    """Strokes as a hand draws them: curved, thinner at their ends."""

    def __init__(self, draw: ImageDraw.ImageDraw, rng: random.Random, ink: str) -> None:
        self.draw, self.rng, self.ink = draw, rng, INKS[ink]
        self.thick = rng.uniform(2.4, 5.2)

    def stroke(self, points: Sequence[Point], thick: float = 0.0) -> None:
        """A smooth line near *points*."""
        path = _smooth(points)
        for number, (x, y) in enumerate(path):
            at = number / max(len(path) - 1, 1)
            half = (thick or self.thick) / 2 * (1.0 - 0.45 * max(at - 0.7, 0) / 0.3 - 0.25 * max(0.15 - at, 0) / 0.15)
            self.draw.ellipse((x - half, y - half, x + half, y + half), fill=self.ink)

    def near(self, amount: float) -> float:
        return self.rng.uniform(-amount, amount)

    def tick(self, x: float, y: float, size: float, *, arm: Point | None = None) -> None:
        """Its lower end near (x, y), *size* high; *arm*: where its long stroke goes, seen from there."""
        start = (x - size * self.rng.uniform(0.28, 0.45), y - size * self.rng.uniform(0.25, 0.5))
        low = (x + self.near(0.04 * size), y + self.near(0.05 * size))
        to = arm or (size * self.rng.uniform(0.55, 0.95), -size * self.rng.uniform(0.85, 1.1))
        end = (x + to[0], y + to[1])
        bend = self.near(0.1 * size)
        self.stroke([start, ((start[0] + low[0]) / 2 + self.near(0.04 * size), (start[1] + low[1]) / 2), low])
        self.stroke([low, ((low[0] + end[0]) / 2 + bend, (low[1] + end[1]) / 2 + bend), end])

    def ring(self, box: Square) -> None:
        x0, top, x1, bottom = box
        start, turn = self.rng.uniform(0, 2 * np.pi), self.rng.uniform(0.96, 1.12)
        angles = start + np.linspace(0, 2 * np.pi * turn, 28)
        flat = self.rng.uniform(2.0, 3.2)  # the higher, the more it follows the corners
        points = [
            (
                (x0 + x1) / 2 + (x1 - x0) / 2 * _power(np.cos(a), 2 / flat) * (1 + self.near(0.02)),
                (top + bottom) / 2 + (bottom - top) / 2 * _power(np.sin(a), 2 / flat) * (1 + self.near(0.04)),
            )
            for a in angles
        ]
        self.stroke(points)

    def mark(self, kind: str, box: Square, words: tuple[float, float], behind: float) -> None:
        """*words*: where those of the option begin and end; *behind*: where the next option begins."""
        x0, top, x1, bottom = box
        side, x, y = x1 - x0, (x0 + x1) / 2, (top + bottom) / 2
        rng, near = self.rng, self.near
        if kind == "tick":
            self.tick(x + near(0.15 * side), y + side * rng.uniform(0.2, 0.45), side * rng.uniform(0.8, 1.7))
        elif kind == "tick long":
            self.tick(
                x,
                y + 0.3 * side,
                0.9 * side,
                arm=(behind - x0 + side * rng.uniform(-1, 1.4), -side * rng.uniform(0.9, 1.8)),
            )
        elif kind == "tick left":
            self.tick(x0 - side * rng.uniform(0.7, 1.1), y + side * rng.uniform(0.2, 0.5), side * rng.uniform(0.8, 1.2))
        elif kind == "tick over words":
            at = words[0] + (words[1] - words[0]) * rng.uniform(0.25, 0.6)
            self.tick(at, y + 0.45 * side, side * rng.uniform(1.3, 2.0))
        elif kind == "scribble":
            lines = rng.randint(5, 9)
            self.stroke(
                [
                    (x0 + side * (rng.uniform(-0.08, 0.15) + (0.9 if k % 2 else 0)), top + side * (k + 0.3) / lines)
                    for k in range(lines)
                ]
            )
        elif kind == "ring box":
            out = side * rng.uniform(0.25, 0.5)
            self.ring((x0 - out, top - out, x1 + out * 0.7, bottom + out))
        elif kind == "ring words":
            self.ring((words[0] - 8, top - rng.uniform(5, 12), words[1] + 8, bottom + rng.uniform(5, 12)))
        elif kind == "ring both":
            self.ring((x0 - 12, top - rng.uniform(6, 13), words[1] + 10, bottom + rng.uniform(6, 13)))
        elif kind == "cross short":
            d, e = side * rng.uniform(-0.2, 0.12), side * rng.uniform(0.2, 0.32)
            self.stroke([(x0 + d, top + d), (x + near(2), y + near(2)), (x1 - d, bottom - d)])
            self.stroke([(x1 - e, top + e), (x + near(2), y + near(2)), (x0 + e, bottom - e)])
        elif kind == "slash":
            d = side * rng.uniform(-0.25, 0.15)
            self.stroke([(x0 + d, bottom - d), (x + near(3), y + near(3)), (x1 - d, top + d)])
        elif kind == "dot":
            half = side * rng.uniform(0.2, 0.33)
            self.draw.ellipse((x - half, y - half, x + half, y + half), fill=self.ink)

    def undo(self, box: Square, words: tuple[float, float]) -> None:
        """A tick that was a mistake: the option is struck through, or its box blotted out far beyond its frame."""
        x0, top, x1, bottom = box
        y, side = (top + bottom) / 2, x1 - x0
        self.tick((x0 + x1) / 2, y + 0.3 * side, 1.1 * side)
        for k in range(self.rng.randint(1, 2)):
            level = y + self.near(0.12 * side) + 6 * k
            self.stroke(
                [(x0 - 12, level), ((x0 + words[1]) / 2, level + self.near(3)), (words[1] + 6, level + self.near(5))]
            )


def _power(value: float, exponent: float) -> float:
    return float(np.sign(value) * abs(value) ** exponent)


def _smooth(points: Sequence[Point]) -> list[Point]:
    """Catmull and Rom's curve, a point every pixel."""
    if len(points) < 3:
        points = [points[0], ((points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2), points[-1]]
    given = np.asarray([points[0], *points, points[-1]], np.float64)
    out: list[Point] = []
    for a, b, c, d in zip(given, given[1:], given[2:], given[3:], strict=False):
        for t in np.linspace(0, 1, max(int(np.hypot(*(c - b))), 2), endpoint=False):
            x, y = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            out.append((float(x), float(y)))
    return [*out, (float(points[-1][0]), float(points[-1][1]))]


def frame(draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, side: float, line: int, font: str) -> Square:
    """An empty box with its left middle at (x, y); where it is."""
    grey = (20, 20, 20)
    square = (x, y - side / 2, x + side, y + side / 2)
    if kind == "drawn":
        draw.rectangle(square, outline=grey, width=line)
    elif kind == "○":
        draw.ellipse(square, outline=grey, width=line)
    else:
        name = "dejavu" if kind == "☐" else font
        face = fonts.printed(name, round(side * (1.5 if len(kind) == 1 else 1.25)))
        draw.text((x, y), kind, font=face, fill=grey, anchor="lm")
        left, top, right, bottom = draw.textbbox((x, y), kind, font=face, anchor="lm")
        return left, top, right, bottom
    return square


def dirty(page: Page, kind: str, seed: int, area: Square) -> Page:
    """What is on the paper within *area* that nobody meant."""
    rng = np.random.default_rng(seed)
    x0, top, x1, bottom = (int(v) for v in area)
    high, wide = page.shape[:2]
    out = page.astype(np.float32)
    if kind == "fold":
        for _ in range(2):
            angle, at = float(rng.uniform(-0.04, 0.04)), float(rng.uniform(0, 1))
            down = rng.random() < 0.5
            y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
            off = (x - (x0 + at * (x1 - x0)) - angle * y) if down else (y - (top + at * (bottom - top)) - angle * x)
            dark = float(rng.uniform(0.12, 0.45)) * np.exp(-((off / float(rng.uniform(1.2, 3.5))) ** 2))
            light = 0.1 / (1 + np.exp(-np.clip(off / float(rng.uniform(4, 60)), -50, 50)))
            out *= (1 - dark - light)[:, :, None]
    elif kind == "shadow":
        y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
        for _ in range(3):
            angle, soft = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0.7, 9))
            off = np.cos(angle) * (x - float(rng.uniform(x0, x1))) + np.sin(angle) * (
                y - float(rng.uniform(top, bottom))
            )
            out *= (1 - float(rng.uniform(0.2, 0.5)) / (1 + np.exp(-np.clip(off / soft, -50, 50))))[:, :, None]
    elif kind == "smudge":
        for _ in range(5):
            x, y, size = rng.uniform(x0, x1), rng.uniform(top, bottom), rng.uniform(14, 50)
            blot = np.zeros((high, wide), np.float32)
            cv2.ellipse(
                blot,
                (int(x), int(y)),
                (int(size), int(size * rng.uniform(0.3, 1))),
                float(rng.uniform(0, 180)),
                0,
                360,
                1.0,
                -1,
            )
            blot = cv2.GaussianBlur(blot, (0, 0), size * float(rng.uniform(0.15, 0.4)))
            out *= (1 - float(rng.uniform(0.15, 0.5)) * blot)[:, :, None]
    elif kind == "hair":
        for _ in range(4):
            x, y = rng.uniform(x0, x1), rng.uniform(top, bottom)
            bends = np.cumsum(rng.normal(0, 0.35, 6)) + rng.uniform(0, 6.3)
            points = [
                (float(x + 18 * np.cos(bends[: k + 1]).sum()), float(y + 18 * np.sin(bends[: k + 1]).sum()))
                for k in range(6)
            ]
            line = np.asarray(_smooth(points), np.int32).reshape(-1, 1, 2)
            cv2.polylines(
                out, [line], False, (float(rng.uniform(60, 140)),) * 3, 1 + int(rng.integers(0, 2)), cv2.LINE_AA
            )
    elif kind == "worn":
        patches = cv2.resize(
            rng.random((high // 10, wide // 10)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC
        )
        worn = np.zeros((high, wide), bool)
        worn[top:bottom, x0:x1] = patches[top:bottom, x0:x1] > 0.86
        out = np.where(worn[:, :, None], 255 - (255 - out) * 0.12, out)
    elif kind == "other side":
        back = cv2.GaussianBlur(np.ascontiguousarray(page[:, ::-1]), (0, 0), 1.6).astype(np.float32)
        out *= 1 - float(rng.uniform(0.08, 0.22)) * (1 - np.roll(back, (23, 31), (0, 1)) / 255)
    elif kind == "specks":
        for _ in range(120):
            x, y = int(rng.uniform(x0, x1)), int(rng.uniform(top, bottom))
            cv2.circle(out, (x, y), int(rng.integers(1, 5)), (float(rng.uniform(20, 120)),) * 3, -1, cv2.LINE_AA)
    elif kind == "marker":
        y = int(rng.uniform(top, bottom))
        out[y - 16 : y + 16, x0 + 60 : int(rng.uniform(x0 + 300, x1))] *= np.asarray([1.0, 0.97, 0.35], np.float32)
    return np.asarray(np.clip(out, 0, 255), np.uint8)
